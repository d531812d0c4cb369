export * from '../../../src/clinic/wording/anatomy.ts';

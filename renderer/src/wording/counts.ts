export * from '../../../src/clinic/wording/counts.ts';

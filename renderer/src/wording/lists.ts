export * from '../../../src/clinic/wording/lists.ts';

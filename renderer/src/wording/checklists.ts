export * from '../../../src/clinic/wording/checklists.ts';

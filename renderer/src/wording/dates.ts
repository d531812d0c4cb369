export * from '../../../src/clinic/wording/dates.ts';

export * from '../../../src/clinic/wording/patients.ts';

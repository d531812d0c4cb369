export * from '../../../src/clinic/wording/risk.ts';

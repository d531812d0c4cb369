export * from '../../../src/clinic/wording/consents.ts';

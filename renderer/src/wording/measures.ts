export * from '../../../src/clinic/wording/measures.ts';

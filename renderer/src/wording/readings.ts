export * from '../../../src/clinic/wording/readings.ts';

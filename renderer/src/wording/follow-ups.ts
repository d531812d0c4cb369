export * from '../../../src/clinic/wording/follow-ups.ts';

export * from '../../../src/clinic/wording/overviews.ts';

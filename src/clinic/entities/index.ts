/**
 * The clinic's records as every layer above the store sees them. Ids are UUIDv7; instants are UTC
 * ISO-8601; quantities carry their unit in the name.
 */
export * from './accelerators.ts';
export * from './backups.ts';
export * from './checklists.ts';
export * from './classes.ts';
export * from './commissioning.ts';
export * from './consents.ts';
export * from './copies.ts';
export * from './erasures.ts';
export * from './explanations.ts';
export * from './follow-ups.ts';
export * from './form-drafts.ts';
export * from './histology.ts';
export * from './images.ts';
export * from './lesions.ts';
export * from './lists.ts';
export * from './measuring.ts';
export * from './overviews.ts';
export * from './patient-merges.ts';
export * from './patient-record.ts';
export * from './patients.ts';
export { id, instant, name, note, revision, sha256, text } from './primitives.ts';
export * from './quality.ts';
export * from './readings.ts';
export * from './recent-changes.ts';
export * from './retention.ts';
export * from './reviews.ts';
export * from './second-opinions.ts';
export * from './settings.ts';
export * from './shared-cases.ts';
export * from './text-templates.ts';
export * from './users.ts';
export * from './verdicts.ts';
export * from './visits.ts';

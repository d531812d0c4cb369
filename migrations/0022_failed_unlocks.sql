-- Unlocking that failed is noted outside the database, which is closed then, under keys that are made from
-- this one, each from the one before (src/store/failed-unlocks.ts). The chain before counts as entered.
ALTER TABLE clinic_state ADD COLUMN failures_chain TEXT;
ALTER TABLE clinic_state ADD COLUMN failures_former_chain TEXT;
ALTER TABLE clinic_state ADD COLUMN failures_key BLOB CHECK (length(failures_key) = 32);

-- Patients and images are erased, and the audit log stays whole: what its entries say of records can be
-- taken out of them.

-- An entry's hash is over records_hash = SHA-256(records_salt ‖ records) from here on. Where records
-- were erased the salt is gone and records are empty: nobody can guess any more what they were.
ALTER TABLE audit_entry ADD COLUMN records_salt BLOB CHECK (length(records_salt) = 16);
ALTER TABLE audit_entry ADD COLUMN records_hash BLOB
  CHECK (length(records_hash) = 32)
  CHECK (records_hash IS NULL OR records IS NOT NULL)
  CHECK (records_salt IS NULL OR records_hash IS NOT NULL);

CREATE TABLE erasure (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
  kind TEXT NOT NULL CHECK (kind IN ('patient', 'image')),
  subject_id TEXT NOT NULL CHECK (length(subject_id) = 36),
  -- When it was enrolled or imported: no older copy holds it.
  since TEXT NOT NULL CHECK (since LIKE '____-__-__T__:__:__.___Z'),
  reason TEXT NOT NULL CHECK (reason IN ('request', 'retention', 'mistake')),
  user_id TEXT NOT NULL REFERENCES user (id),
  second_user_id TEXT REFERENCES user (id) CHECK (second_user_id <> user_id),
  at TEXT NOT NULL CHECK (at LIKE '____-__-__T__:__:__.___Z'),
  -- The audit entry that tells of it.
  entry INTEGER NOT NULL CHECK (entry > 0),
  -- How many of each kind.
  erased TEXT NOT NULL CHECK (json_type(erased) = 'object'),
  -- What was done to the files once the records were gone; NULL until then.
  finished_at TEXT CHECK (finished_at LIKE '____-__-__T__:__:__.___Z'),
  pages_looked INTEGER CHECK (pages_looked >= 0),
  pages_written INTEGER CHECK (pages_written >= 0),
  copies_dropped INTEGER CHECK (copies_dropped >= 0),
  -- The clinic's commits by then: a backup of fewer may hold what was erased.
  commits INTEGER CHECK (commits > 0),
  CHECK ((commits IS NULL) = (finished_at IS NULL))
) STRICT;
CREATE INDEX erasure_by_user ON erasure (user_id);
CREATE INDEX erasure_by_second_user ON erasure (second_user_id);
CREATE TRIGGER erasure_is_final BEFORE UPDATE ON erasure WHEN OLD.finished_at IS NOT NULL BEGIN
  SELECT RAISE(ABORT, 'an erasure that is finished is never changed');
END;
CREATE TRIGGER erasure_stays BEFORE DELETE ON erasure BEGIN
  SELECT RAISE(ABORT, 'an erasure is never deleted');
END;

-- A version that had learned from an erased image: its statistics are gone, its number stays.
ALTER TABLE head_version ADD COLUMN erased_at TEXT CHECK (erased_at LIKE '____-__-__T__:__:__.___Z');

-- While an erasure is not finished these may lose something, and gain nothing.
DROP TRIGGER head_version_is_final;
CREATE TRIGGER head_version_is_final BEFORE UPDATE ON head_version
WHEN NOT EXISTS (SELECT 1 FROM erasure WHERE finished_at IS NULL)
  OR length(NEW.evaluation) > length(OLD.evaluation)
  OR NEW.number <> OLD.number OR NEW.head_sha256 <> OLD.head_sha256
BEGIN
  SELECT RAISE(ABORT, 'a version is never changed');
END;
DROP TRIGGER audit_entry_is_final;
CREATE TRIGGER audit_entry_is_final BEFORE UPDATE ON audit_entry
WHEN NOT EXISTS (SELECT 1 FROM erasure WHERE finished_at IS NULL)
  OR NEW.records <> '[]' OR NEW.records_salt IS NOT NULL
  OR (NEW.seq, NEW.at, NEW.action, NEW.subject, NEW.hash) <>
    (OLD.seq, OLD.at, OLD.action, OLD.subject, OLD.hash)
  OR NEW.user_id IS NOT OLD.user_id OR NEW.key_id IS NOT OLD.key_id
  OR NEW.signature IS NOT OLD.signature OR NEW.records_hash IS NOT OLD.records_hash
BEGIN
  SELECT RAISE(ABORT, 'an audit entry is never changed');
END;

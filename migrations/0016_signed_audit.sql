-- Audit entries carry the hashes of the records that they are about, and are signed by the user who had
-- the clinic unlocked. Entries from before have neither.

-- The public halves of the users' keys, raw; the private ones only their passphrases open. A new
-- passphrase that somebody else sets makes a new key; entries signed by a former one stay valid.
CREATE TABLE user_key (
  id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
  user_id TEXT NOT NULL REFERENCES user (id),
  -- Ed25519 and X25519.
  signing BLOB NOT NULL CHECK (length(signing) = 32),
  sealing BLOB NOT NULL CHECK (length(sealing) = 32),
  added_at TEXT NOT NULL CHECK (added_at LIKE '____-__-__T__:__:__.___Z')
) STRICT;
CREATE INDEX user_key_by_user ON user_key (user_id);
CREATE TRIGGER user_key_is_final BEFORE UPDATE ON user_key BEGIN
  SELECT RAISE(ABORT, 'a key is never changed');
END;

-- [[kind, id, SHA-256 or null where the record is gone], …]: what the transaction changed so far.
-- hash = SHA-256(hash of the entry before ‖ canonical JSON of this one, these columns included).
ALTER TABLE audit_entry ADD COLUMN records TEXT CHECK (json_type(records) = 'array');
ALTER TABLE audit_entry ADD COLUMN key_id TEXT REFERENCES user_key (id);
-- Ed25519 over the hash.
ALTER TABLE audit_entry ADD COLUMN signature BLOB
  CHECK (length(signature) = 64)
  CHECK ((signature IS NULL) = (key_id IS NULL))
  CHECK (key_id IS NULL OR records IS NOT NULL);
CREATE INDEX audit_entry_by_key ON audit_entry (key_id) WHERE key_id IS NOT NULL;

-- The migration up to which an entry vouches for every record that there was: what a later one changes
-- is entered when the clinic is next unlocked.
ALTER TABLE clinic_state ADD COLUMN vouched_version INTEGER NOT NULL DEFAULT 0;

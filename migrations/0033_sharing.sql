-- Cases that are given to colleagues of other clinics, and what they answer.

-- One row: to which others seal what is for this clinic. X25519, PKCS 8 and SPKI.
CREATE TABLE sharing_key (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  private_key BLOB NOT NULL CHECK (length(private_key) > 0),
  public_key BLOB NOT NULL CHECK (length(public_key) > 0)
) STRICT;

-- Other clinics' keys, whose fingerprints somebody compared with them.
CREATE TABLE colleague_key (
  fingerprint TEXT PRIMARY KEY NOT NULL CHECK (length(fingerprint) = 29),
  clinic_name TEXT NOT NULL CHECK (clinic_name <> ''),
  public_key BLOB NOT NULL CHECK (length(public_key) > 0),
  added_by TEXT NOT NULL REFERENCES user (id),
  added_at TEXT NOT NULL CHECK (added_at LIKE '____-__-__T__:__:__.___Z')
) STRICT, WITHOUT ROWID;
CREATE INDEX colleague_key_by_user ON colleague_key (added_by);

-- What was given away; the file itself is not kept.
CREATE TABLE shared_case (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
  made_by TEXT NOT NULL REFERENCES user (id),
  made_at TEXT NOT NULL CHECK (made_at LIKE '____-__-__T__:__:__.___Z'),
  -- The clinic's name; empty for whoever knows the passphrase.
  sealed_for TEXT NOT NULL,
  is_deidentified INTEGER NOT NULL CHECK (is_deidentified IN (0, 1)),
  -- The answer is sealed with it.
  answer_key BLOB NOT NULL CHECK (length(answer_key) = 32)
) STRICT;
CREATE INDEX shared_case_by_user ON shared_case (made_by);
-- How the file calls its lesions, which says nothing of whose they are.
CREATE TABLE shared_case_lesion (
  case_id TEXT NOT NULL REFERENCES shared_case (id),
  ref TEXT NOT NULL CHECK (ref <> ''),
  lesion_id TEXT NOT NULL REFERENCES lesion (id),
  PRIMARY KEY (case_id, ref)
) STRICT, WITHOUT ROWID;
CREATE INDEX shared_case_lesion_by_lesion ON shared_case_lesion (lesion_id);

-- What a colleague of another clinic says of a lesion. Never changed.
CREATE TABLE case_answer (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
  -- Of the file that it came in, which is filed once.
  answer_id TEXT NOT NULL CHECK (length(answer_id) = 36),
  case_id TEXT NOT NULL REFERENCES shared_case (id),
  lesion_id TEXT NOT NULL REFERENCES lesion (id),
  clinic_name TEXT NOT NULL,
  author_name TEXT NOT NULL,
  -- Of the key that signed it.
  fingerprint TEXT NOT NULL,
  impression TEXT NOT NULL CHECK (impression <> ''),
  decision TEXT NOT NULL CHECK (decision IN ('no-action', 'monitor', 'biopsy', 'excise', 'refer')),
  text TEXT NOT NULL,
  answered_at TEXT NOT NULL CHECK (answered_at LIKE '____-__-__T__:__:__.___Z'),
  filed_by TEXT NOT NULL REFERENCES user (id),
  filed_at TEXT NOT NULL CHECK (filed_at LIKE '____-__-__T__:__:__.___Z'),
  UNIQUE (answer_id, lesion_id)
) STRICT;
CREATE INDEX case_answer_by_lesion ON case_answer (lesion_id);
CREATE INDEX case_answer_by_case ON case_answer (case_id);
CREATE INDEX case_answer_by_user ON case_answer (filed_by);
CREATE TRIGGER case_answer_is_final BEFORE UPDATE ON case_answer BEGIN
  SELECT RAISE(ABORT, 'a colleague’s answer is never changed');
END;

-- Two records of one person become one: all that is recorded of the first is the second's, until the two
-- are taken apart again. A merge that is taken back leaves only the audit log's entries.
CREATE TABLE patient_merge (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
  -- Archived for as long as it is merged.
  from_patient_id TEXT NOT NULL UNIQUE REFERENCES patient (id),
  into_patient_id TEXT NOT NULL REFERENCES patient (id) CHECK (into_patient_id <> from_patient_id),
  user_id TEXT NOT NULL REFERENCES user (id),
  merged_at TEXT NOT NULL CHECK (merged_at LIKE '____-__-__T__:__:__.___Z'),
  -- Since when the first had been archived before.
  archived_at TEXT CHECK (archived_at LIKE '____-__-__T__:__:__.___Z')
) STRICT;
CREATE INDEX patient_merge_into ON patient_merge (into_patient_id);
CREATE INDEX patient_merge_by_user ON patient_merge (user_id);

-- What went along, and goes back.
CREATE TABLE patient_merge_record (
  merge_id TEXT NOT NULL REFERENCES patient_merge (id),
  kind TEXT NOT NULL CHECK (kind IN ('lesion', 'visit', 'image', 'consent')),
  record_id TEXT NOT NULL CHECK (length(record_id) = 36),
  PRIMARY KEY (merge_id, kind, record_id)
) STRICT, WITHOUT ROWID;

-- Two patients of whom somebody said that they are two.
CREATE TABLE not_double (
  one_id TEXT NOT NULL REFERENCES patient (id),
  other_id TEXT NOT NULL REFERENCES patient (id) CHECK (one_id < other_id),
  user_id TEXT NOT NULL REFERENCES user (id),
  said_at TEXT NOT NULL CHECK (said_at LIKE '____-__-__T__:__:__.___Z'),
  PRIMARY KEY (one_id, other_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX not_double_by_other ON not_double (other_id);
CREATE INDEX not_double_by_user ON not_double (user_id);

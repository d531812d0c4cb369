-- Overview photographs: a region of a patient's skin, with lesions marked on it. No network reads them.
CREATE TABLE overview (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
  patient_id TEXT NOT NULL REFERENCES patient (id),
  region TEXT NOT NULL CHECK (region <> ''),
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'),
  file_name TEXT NOT NULL,
  format TEXT NOT NULL CHECK (format <> ''),
  width_px INTEGER NOT NULL CHECK (width_px > 0),
  height_px INTEGER NOT NULL CHECK (height_px > 0),
  byte_length INTEGER NOT NULL CHECK (byte_length > 0),
  captured_at TEXT,
  device TEXT,
  imported_by TEXT NOT NULL REFERENCES user (id),
  imported_at TEXT NOT NULL CHECK (imported_at LIKE '____-__-__T__:__:__.___Z'),
  removed_at TEXT CHECK (removed_at LIKE '____-__-__T__:__:__.___Z')
) STRICT;
CREATE UNIQUE INDEX overview_by_sha256 ON overview (sha256) WHERE removed_at IS NULL;
CREATE INDEX overview_by_patient ON overview (patient_id);
CREATE INDEX overview_by_user ON overview (imported_by);

CREATE TABLE overview_original (
  overview_id TEXT PRIMARY KEY NOT NULL REFERENCES overview (id),
  bytes BLOB NOT NULL CHECK (length(bytes) > 0)
) STRICT;
CREATE TABLE overview_thumbnail (
  overview_id TEXT PRIMARY KEY NOT NULL REFERENCES overview (id),
  bytes BLOB NOT NULL CHECK (length(bytes) > 0)
) STRICT;

-- Where a lesion lies in one: in fractions of its width and height, from the top left.
CREATE TABLE overview_marker (
  overview_id TEXT NOT NULL REFERENCES overview (id),
  lesion_id TEXT NOT NULL REFERENCES lesion (id),
  x REAL NOT NULL CHECK (x BETWEEN 0 AND 1),
  y REAL NOT NULL CHECK (y BETWEEN 0 AND 1),
  placed_by TEXT NOT NULL REFERENCES user (id),
  placed_at TEXT NOT NULL CHECK (placed_at LIKE '____-__-__T__:__:__.___Z'),
  removed_at TEXT CHECK (removed_at LIKE '____-__-__T__:__:__.___Z'),
  PRIMARY KEY (overview_id, lesion_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX overview_marker_by_lesion ON overview_marker (lesion_id);
CREATE INDEX overview_marker_by_user ON overview_marker (placed_by);

-- What is done to them is taken back as well, and they go along when two patients are merged. The tables
-- are made anew for it; nothing is renamed.
CREATE TABLE kept_change AS SELECT * FROM recent_change;
DROP TABLE recent_change;
CREATE TABLE recent_change (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
  user_id TEXT NOT NULL REFERENCES user (id),
  at TEXT NOT NULL CHECK (at LIKE '____-__-__T__:__:__.___Z'),
  act TEXT NOT NULL CHECK (act IN ('patient.update', 'patient.archive', 'patient.merge',
    'lesion.update', 'lesion.close', 'lesion.remove', 'lesion.merge', 'image.remove', 'image.move',
    'overview.update', 'overview.mark', 'overview.remove')),
  patient_id TEXT NOT NULL REFERENCES patient (id),
  -- What it was done to: a patient, a merge, a lesion, an overview photograph, or the first of some images.
  subject_id TEXT NOT NULL CHECK (length(subject_id) = 36),
  -- By which it is seen whether the record is still as it was left: of an edit the fields before and after.
  left_as TEXT NOT NULL CHECK (json_type(left_as) = 'object'),
  undone_at TEXT CHECK (undone_at LIKE '____-__-__T__:__:__.___Z')
) STRICT;
INSERT INTO recent_change (seq, id, user_id, at, act, patient_id, subject_id, left_as, undone_at)
SELECT seq, id, user_id, at, act, patient_id, subject_id, left_as, undone_at FROM kept_change;
DROP TABLE kept_change;
CREATE INDEX recent_change_by_user ON recent_change (user_id, seq);
CREATE INDEX recent_change_by_patient ON recent_change (patient_id);

CREATE TABLE kept_merge_record AS SELECT * FROM patient_merge_record;
DROP TABLE patient_merge_record;
CREATE TABLE patient_merge_record (
  merge_id TEXT NOT NULL REFERENCES patient_merge (id),
  kind TEXT NOT NULL CHECK (kind IN ('lesion', 'visit', 'image', 'consent', 'overview')),
  record_id TEXT NOT NULL CHECK (length(record_id) = 36),
  PRIMARY KEY (merge_id, kind, record_id)
) STRICT, WITHOUT ROWID;
INSERT INTO patient_merge_record (merge_id, kind, record_id)
SELECT merge_id, kind, record_id FROM kept_merge_record;
DROP TABLE kept_merge_record;

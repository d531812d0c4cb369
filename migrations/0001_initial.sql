-- Ids are UUIDv7 as text. Instants are UTC, `YYYY-MM-DDTHH:MM:SS.sssZ`, and so sort as text.
-- `seq` numbers keep the order of insertion, which a clock that is set back does not.

CREATE TABLE schema_migration (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  applied_at TEXT NOT NULL CHECK (applied_at LIKE '____-__-__T__:__:__.___Z')
) STRICT;

CREATE TABLE user (
  id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
  name TEXT NOT NULL CHECK (name <> ''),
  -- The name without case and marks, as it is compared at log-in.
  login_name TEXT NOT NULL UNIQUE CHECK (login_name <> ''),
  role TEXT NOT NULL CHECK (role IN ('clinician', 'administrator')),
  created_at TEXT NOT NULL CHECK (created_at LIKE '____-__-__T__:__:__.___Z')
) STRICT;

CREATE TABLE patient (
  id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
  record_number TEXT NOT NULL,
  family_name TEXT NOT NULL CHECK (family_name <> ''),
  given_name TEXT NOT NULL,
  -- Family and given name without case and marks.
  sort_name TEXT NOT NULL,
  birth_date TEXT CHECK (birth_date LIKE '____-__-__'),
  sex TEXT NOT NULL CHECK (sex IN ('female', 'male', 'other', 'unknown')),
  phototype INTEGER CHECK (phototype BETWEEN 1 AND 6),
  note TEXT NOT NULL,
  created_at TEXT NOT NULL CHECK (created_at LIKE '____-__-__T__:__:__.___Z'),
  updated_at TEXT NOT NULL CHECK (updated_at LIKE '____-__-__T__:__:__.___Z'),
  archived_at TEXT CHECK (archived_at LIKE '____-__-__T__:__:__.___Z')
) STRICT;

CREATE UNIQUE INDEX patient_record_number
  ON patient (record_number COLLATE NOCASE) WHERE record_number <> '';
CREATE INDEX patient_current ON patient (sort_name) WHERE archived_at IS NULL;
CREATE INDEX patient_archived ON patient (sort_name) WHERE archived_at IS NOT NULL;

-- The folded words of a patient's names and record number; search looks up ranges of them.
CREATE TABLE patient_word (
  word TEXT NOT NULL CHECK (word <> ''),
  patient_id TEXT NOT NULL REFERENCES patient (id),
  PRIMARY KEY (word, patient_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX patient_word_by_patient ON patient_word (patient_id);

CREATE TABLE lesion (
  id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
  patient_id TEXT NOT NULL REFERENCES patient (id),
  label TEXT NOT NULL CHECK (label <> ''),
  body_site TEXT NOT NULL CHECK (body_site <> ''),
  laterality TEXT NOT NULL CHECK (laterality IN ('left', 'right', 'midline', 'unspecified')),
  position_view TEXT CHECK (position_view IN ('front', 'back')),
  position_x REAL CHECK (position_x BETWEEN 0 AND 1),
  position_y REAL CHECK (position_y BETWEEN 0 AND 1),
  note TEXT NOT NULL,
  created_at TEXT NOT NULL CHECK (created_at LIKE '____-__-__T__:__:__.___Z'),
  UNIQUE (id, patient_id),
  CHECK ((position_view IS NULL) = (position_x IS NULL)),
  CHECK ((position_view IS NULL) = (position_y IS NULL))
) STRICT;

CREATE INDEX lesion_by_patient ON lesion (patient_id, created_at);

CREATE TABLE visit (
  id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
  patient_id TEXT NOT NULL REFERENCES patient (id),
  started_at TEXT NOT NULL CHECK (started_at LIKE '____-__-__T__:__:__.___Z'),
  note TEXT NOT NULL,
  UNIQUE (id, patient_id)
) STRICT;

CREATE INDEX visit_by_patient ON visit (patient_id, started_at);

-- The foreign keys hold the patient's id, so that an image's lesion and visit are one patient's.
CREATE TABLE image (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
  patient_id TEXT NOT NULL,
  lesion_id TEXT NOT NULL,
  visit_id TEXT NOT NULL,
  sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'),
  file_name TEXT NOT NULL,
  format TEXT NOT NULL CHECK (format <> ''),
  width_px INTEGER NOT NULL CHECK (width_px > 0),
  height_px INTEGER NOT NULL CHECK (height_px > 0),
  byte_length INTEGER NOT NULL CHECK (byte_length > 0),
  captured_at TEXT,
  device TEXT,
  sharpness REAL NOT NULL CHECK (sharpness >= 0),
  exposure REAL NOT NULL CHECK (exposure BETWEEN 0 AND 1),
  clipped REAL NOT NULL CHECK (clipped BETWEEN 0 AND 1),
  skin REAL NOT NULL CHECK (skin BETWEEN 0 AND 1),
  quality_warnings TEXT NOT NULL CHECK (json_type(quality_warnings) = 'array'),
  imported_at TEXT NOT NULL CHECK (imported_at LIKE '____-__-__T__:__:__.___Z'),
  removed_at TEXT CHECK (removed_at LIKE '____-__-__T__:__:__.___Z'),
  -- Kept by the triggers below, for the worklist's and the unread images' indices.
  has_reading INTEGER NOT NULL DEFAULT 0 CHECK (has_reading IN (0, 1)),
  has_review INTEGER NOT NULL DEFAULT 0 CHECK (has_review IN (0, 1)),
  FOREIGN KEY (lesion_id, patient_id) REFERENCES lesion (id, patient_id),
  FOREIGN KEY (visit_id, patient_id) REFERENCES visit (id, patient_id)
) STRICT;

CREATE INDEX image_by_patient ON image (patient_id, has_review) WHERE removed_at IS NULL;
CREATE INDEX image_by_lesion ON image (lesion_id);
CREATE INDEX image_by_visit ON image (visit_id);
CREATE INDEX image_unread ON image (imported_at) WHERE has_reading = 0 AND removed_at IS NULL;
CREATE INDEX image_unreviewed ON image (imported_at) WHERE has_review = 0 AND removed_at IS NULL;

-- Bytes stand apart from the metadata, so that lists never touch them.
CREATE TABLE image_original (
  image_id TEXT PRIMARY KEY NOT NULL REFERENCES image (id),
  bytes BLOB NOT NULL CHECK (length(bytes) > 0)
) STRICT;

CREATE TABLE image_thumbnail (
  image_id TEXT PRIMARY KEY NOT NULL REFERENCES image (id),
  bytes BLOB NOT NULL CHECK (length(bytes) > 0)
) STRICT;

CREATE TABLE network (
  sha256 TEXT PRIMARY KEY NOT NULL CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'),
  name TEXT NOT NULL CHECK (name <> ''),
  card TEXT NOT NULL CHECK (json_valid(card)),
  added_at TEXT NOT NULL CHECK (added_at LIKE '____-__-__T__:__:__.___Z')
) STRICT;

CREATE TABLE head (
  sha256 TEXT PRIMARY KEY NOT NULL CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'),
  name TEXT NOT NULL CHECK (name <> ''),
  network_sha256 TEXT NOT NULL REFERENCES network (sha256),
  json TEXT NOT NULL CHECK (json_valid(json)),
  added_at TEXT NOT NULL CHECK (added_at LIKE '____-__-__T__:__:__.___Z')
) STRICT;

CREATE INDEX head_by_network ON head (network_sha256);

CREATE TABLE reading (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
  image_id TEXT NOT NULL REFERENCES image (id),
  network_sha256 TEXT NOT NULL REFERENCES network (sha256),
  head_sha256 TEXT NOT NULL REFERENCES head (sha256),
  accelerator_kind TEXT NOT NULL CHECK (accelerator_kind IN ('emulator', 'device')),
  accelerator_name TEXT NOT NULL,
  accelerator_version TEXT NOT NULL,
  probabilities TEXT NOT NULL CHECK (json_array_length(probabilities) > 0),
  duration_ms REAL NOT NULL CHECK (duration_ms >= 0),
  created_at TEXT NOT NULL CHECK (created_at LIKE '____-__-__T__:__:__.___Z'),
  UNIQUE (id, image_id)
) STRICT;

CREATE INDEX reading_by_image ON reading (image_id);
CREATE INDEX reading_by_network ON reading (network_sha256);
CREATE INDEX reading_by_head ON reading (head_sha256);

-- Little-endian 32-bit integers. Apart, so that an archive is re-read from few pages.
CREATE TABLE reading_spikes (
  reading_id TEXT PRIMARY KEY NOT NULL REFERENCES reading (id),
  counts BLOB NOT NULL CHECK (length(counts) > 0 AND length(counts) % 4 = 0)
) STRICT;

CREATE TABLE review (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
  image_id TEXT NOT NULL REFERENCES image (id),
  reading_id TEXT,
  reviewer_id TEXT NOT NULL REFERENCES user (id),
  impression TEXT NOT NULL CHECK (impression <> ''),
  decision TEXT NOT NULL CHECK (decision IN ('no-action', 'monitor', 'biopsy', 'excise', 'refer')),
  note TEXT NOT NULL,
  created_at TEXT NOT NULL CHECK (created_at LIKE '____-__-__T__:__:__.___Z'),
  FOREIGN KEY (reading_id, image_id) REFERENCES reading (id, image_id)
) STRICT;

CREATE INDEX review_by_image ON review (image_id);
CREATE INDEX review_by_reading ON review (reading_id);
CREATE INDEX review_by_reviewer ON review (reviewer_id);

CREATE TRIGGER reading_marks_image AFTER INSERT ON reading BEGIN
  UPDATE image SET has_reading = 1 WHERE id = NEW.image_id AND has_reading = 0;
END;

CREATE TRIGGER review_marks_image AFTER INSERT ON review BEGIN
  UPDATE image SET has_review = 1 WHERE id = NEW.image_id AND has_review = 0;
END;

-- hash = SHA-256(hash of the entry before, or 32 zero bytes ‖ canonical JSON of this one).
-- AUTOINCREMENT remembers the last number, so that entries missing at the end are noticed too.
CREATE TABLE audit_entry (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL CHECK (at LIKE '____-__-__T__:__:__.___Z'),
  user_id TEXT REFERENCES user (id),
  action TEXT NOT NULL CHECK (action <> ''),
  subject TEXT NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE INDEX audit_entry_by_user ON audit_entry (user_id);

-- What was read, decided and done is added to, never changed.
CREATE TRIGGER reading_is_final BEFORE UPDATE ON reading BEGIN
  SELECT RAISE(ABORT, 'a reading is never changed');
END;
CREATE TRIGGER review_is_final BEFORE UPDATE ON review BEGIN
  SELECT RAISE(ABORT, 'a review is never changed');
END;
CREATE TRIGGER audit_entry_is_final BEFORE UPDATE ON audit_entry BEGIN
  SELECT RAISE(ABORT, 'an audit entry is never changed');
END;
CREATE TRIGGER audit_entry_stays BEFORE DELETE ON audit_entry BEGIN
  SELECT RAISE(ABORT, 'an audit entry is never deleted');
END;

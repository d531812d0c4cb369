-- Classes that a clinic adds: what they are, images that are examples of them, the heads that were
-- learned, which of them reads, and what it makes of readings that another one made.

-- What is changed of the shipped head's classes, in this order; `undone_at` takes it back.
CREATE TABLE class_change (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
  change TEXT NOT NULL CHECK (json_type(change) = 'object'),
  made_by TEXT NOT NULL REFERENCES user (id),
  made_at TEXT NOT NULL CHECK (made_at LIKE '____-__-__T__:__:__.___Z'),
  undone_at TEXT CHECK (undone_at LIKE '____-__-__T__:__:__.___Z')
) STRICT;
CREATE INDEX class_change_by_user ON class_change (made_by);

CREATE TABLE class_example (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
  image_id TEXT NOT NULL REFERENCES image (id),
  code TEXT NOT NULL CHECK (code <> ''),
  confirmed_by TEXT NOT NULL CHECK (confirmed_by IN ('histology', 'follow-up', 'consensus', 'clinical')),
  added_by TEXT NOT NULL REFERENCES user (id),
  added_at TEXT NOT NULL CHECK (added_at LIKE '____-__-__T__:__:__.___Z'),
  withdrawn_at TEXT CHECK (withdrawn_at LIKE '____-__-__T__:__:__.___Z')
) STRICT;
CREATE UNIQUE INDEX class_example_current ON class_example (image_id, code) WHERE withdrawn_at IS NULL;
CREATE INDEX class_example_by_code ON class_example (code) WHERE withdrawn_at IS NULL;
CREATE INDEX class_example_by_user ON class_example (added_by);

-- Images of a labelled folder, whose patients are not known, are kept under a patient of that name.
CREATE TABLE example_collection (
  patient_id TEXT PRIMARY KEY NOT NULL REFERENCES patient (id),
  name TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (name <> '')
) STRICT;

-- The classes that a head names, for what it made of readings: an array of {code, name, gravity}.
ALTER TABLE head ADD COLUMN classes TEXT CHECK (json_type(classes) = 'array');

CREATE TABLE head_version (
  number INTEGER PRIMARY KEY CHECK (number > 0),
  head_sha256 TEXT NOT NULL UNIQUE REFERENCES head (sha256),
  -- NULL: the shipped head.
  parent_number INTEGER REFERENCES head_version (number),
  learner TEXT NOT NULL CHECK (learner <> ''),
  changes TEXT NOT NULL CHECK (json_type(changes) = 'array'),
  evaluation TEXT NOT NULL CHECK (json_type(evaluation) = 'object'),
  author_id TEXT NOT NULL REFERENCES user (id),
  created_at TEXT NOT NULL CHECK (created_at LIKE '____-__-__T__:__:__.___Z')
) STRICT;
CREATE INDEX head_version_by_parent ON head_version (parent_number);
CREATE INDEX head_version_by_author ON head_version (author_id);
CREATE TRIGGER head_version_is_final BEFORE UPDATE ON head_version BEGIN
  SELECT RAISE(ABORT, 'a version is never changed');
END;

-- The examples that it learned.
CREATE TABLE head_version_example (
  number INTEGER NOT NULL REFERENCES head_version (number),
  image_id TEXT NOT NULL REFERENCES image (id),
  code TEXT NOT NULL CHECK (code <> ''),
  PRIMARY KEY (number, image_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX head_version_example_by_image ON head_version_example (image_id);

-- What became of a version. The head of the last activation reads.
CREATE TABLE head_event (
  seq INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('approved', 'activated', 'retired')),
  -- NULL: the shipped head.
  number INTEGER REFERENCES head_version (number),
  head_sha256 TEXT NOT NULL REFERENCES head (sha256),
  user_id TEXT NOT NULL REFERENCES user (id),
  at TEXT NOT NULL CHECK (at LIKE '____-__-__T__:__:__.___Z'),
  -- Why a version is approved although a class falls beyond its limit.
  reason TEXT CHECK (reason <> ''),
  CHECK (kind = 'activated' OR number IS NOT NULL)
) STRICT;
CREATE INDEX head_event_by_number ON head_event (number, kind);
CREATE INDEX head_event_by_head ON head_event (head_sha256);
CREATE INDEX head_event_by_user ON head_event (user_id);
CREATE INDEX head_event_activated ON head_event (seq) WHERE kind = 'activated';
CREATE TRIGGER head_event_is_final BEFORE UPDATE ON head_event BEGIN
  SELECT RAISE(ABORT, 'what was done is never changed');
END;

-- What another head makes of a reading's spike counts; the reading itself stays as it is.
CREATE TABLE reading_score (
  head_sha256 TEXT NOT NULL REFERENCES head (sha256),
  reading_seq INTEGER NOT NULL REFERENCES reading (seq),
  -- Little-endian float64, in the order of the head's classes.
  probabilities BLOB NOT NULL CHECK (length(probabilities) > 0 AND length(probabilities) % 8 = 0),
  advice TEXT CHECK (json_type(advice) = 'object'),
  verdict TEXT NOT NULL CHECK (json_type(verdict) = 'object'),
  PRIMARY KEY (head_sha256, reading_seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX reading_score_by_reading ON reading_score (reading_seq);

-- Brings every image's newest reading up to the head that reads, in the order of the images.
CREATE TABLE rescoring (
  seq INTEGER PRIMARY KEY,
  head_sha256 TEXT NOT NULL REFERENCES head (sha256),
  from_head_sha256 TEXT NOT NULL REFERENCES head (sha256),
  started_by TEXT NOT NULL REFERENCES user (id),
  started_at TEXT NOT NULL CHECK (started_at LIKE '____-__-__T__:__:__.___Z'),
  -- Of the last image that was done.
  image_seq INTEGER NOT NULL DEFAULT 0 CHECK (image_seq >= 0),
  done INTEGER NOT NULL DEFAULT 0 CHECK (done >= 0),
  total INTEGER NOT NULL CHECK (total >= 0),
  is_paused INTEGER NOT NULL DEFAULT 0 CHECK (is_paused IN (0, 1)),
  ended_at TEXT CHECK (ended_at LIKE '____-__-__T__:__:__.___Z')
) STRICT;
CREATE INDEX rescoring_by_head ON rescoring (head_sha256);
CREATE INDEX rescoring_by_former ON rescoring (from_head_sha256);
CREATE INDEX rescoring_by_user ON rescoring (started_by);

-- Images that came to something else, the gravest change first.
CREATE TABLE rescoring_change (
  rescoring_seq INTEGER NOT NULL REFERENCES rescoring (seq),
  consequence REAL NOT NULL,
  image_id TEXT NOT NULL REFERENCES image (id),
  before TEXT NOT NULL CHECK (json_type(before) = 'object'),
  after TEXT NOT NULL CHECK (json_type(after) = 'object'),
  PRIMARY KEY (rescoring_seq, consequence DESC, image_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX rescoring_change_by_image ON rescoring_change (image_id);

-- What a clinic puts right: images move to another lesion or patient, lesions are closed, merged and
-- removed, edits of one record in two windows are noticed, and what is typed is kept until saved.

-- Counts the changes of what is entered about the record: an edit names the one it began from.
ALTER TABLE patient ADD COLUMN revision INTEGER NOT NULL DEFAULT 1 CHECK (revision > 0);
ALTER TABLE lesion ADD COLUMN revision INTEGER NOT NULL DEFAULT 1 CHECK (revision > 0);

-- Possible doubles are looked up by it.
CREATE INDEX patient_by_birth_date ON patient (birth_date) WHERE birth_date IS NOT NULL;

-- A closed lesion is not followed any further. The day is the clinic's own, as with a birth date.
ALTER TABLE lesion ADD COLUMN closed_on TEXT CHECK (closed_on LIKE '____-__-__');
ALTER TABLE lesion ADD COLUMN closed_reason TEXT
  CHECK ((closed_reason IS NULL) = (closed_on IS NULL))
  CHECK (closed_reason IN ('excised', 'treated', 'gone', 'not-followed'));

-- A removed lesion is hidden, with its images, and restorable. One that was merged into another is
-- removed; its images are the other's.
ALTER TABLE lesion ADD COLUMN removed_at TEXT CHECK (removed_at LIKE '____-__-__T__:__:__.___Z');
ALTER TABLE lesion ADD COLUMN merged_into TEXT REFERENCES lesion (id)
  CHECK (merged_into IS NULL OR (removed_at IS NOT NULL AND merged_into <> id));

DROP INDEX lesion_by_patient;
CREATE INDEX lesion_by_patient ON lesion (patient_id, created_at) WHERE removed_at IS NULL;
CREATE INDEX lesion_removed ON lesion (patient_id, removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX lesion_merged ON lesion (merged_into) WHERE merged_into IS NOT NULL;

-- The image table is made anew because a removed image's file may be imported again: its hash is
-- unique among the images that are not removed.
DROP TRIGGER reading_marks_image;
DROP TRIGGER review_marks_image;
DROP TRIGGER reading_ranks_image;

CREATE TABLE new_image (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
  patient_id TEXT NOT NULL,
  lesion_id TEXT NOT NULL,
  visit_id TEXT NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'),
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
  -- Removed because its lesion was, and comes back with it.
  removed_with_lesion INTEGER NOT NULL DEFAULT 0
    CHECK (removed_with_lesion = 0 OR (removed_with_lesion = 1 AND removed_at IS NOT NULL)),
  -- Kept by the triggers below, for the worklist's and the unread images' indices. The rank is of the
  -- newest reading's verdict: 3 suspicious, 2 unusable, 1 unclear, 0 no sign of malignancy.
  has_reading INTEGER NOT NULL DEFAULT 0 CHECK (has_reading IN (0, 1)),
  has_review INTEGER NOT NULL DEFAULT 0 CHECK (has_review IN (0, 1)),
  verdict_rank INTEGER CHECK (verdict_rank BETWEEN 0 AND 3),
  malignancy REAL CHECK (malignancy >= 0),
  FOREIGN KEY (lesion_id, patient_id) REFERENCES lesion (id, patient_id),
  FOREIGN KEY (visit_id, patient_id) REFERENCES visit (id, patient_id)
) STRICT;

INSERT INTO new_image (seq, id, patient_id, lesion_id, visit_id, sha256, file_name, format,
  width_px, height_px, byte_length, captured_at, device, sharpness, exposure, clipped, skin,
  quality_warnings, imported_at, removed_at, has_reading, has_review, verdict_rank, malignancy)
SELECT seq, id, patient_id, lesion_id, visit_id, sha256, file_name, format,
  width_px, height_px, byte_length, captured_at, device, sharpness, exposure, clipped, skin,
  quality_warnings, imported_at, removed_at, has_reading, has_review, verdict_rank, malignancy
FROM image;

DROP TABLE image;
ALTER TABLE new_image RENAME TO image;

CREATE UNIQUE INDEX image_by_sha256 ON image (sha256) WHERE removed_at IS NULL;
CREATE INDEX image_by_patient ON image (patient_id, has_review) WHERE removed_at IS NULL;
CREATE INDEX image_removed ON image (patient_id, removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX image_by_lesion ON image (lesion_id);
CREATE INDEX image_by_visit ON image (visit_id);
CREATE INDEX image_unread ON image (imported_at) WHERE has_reading = 0 AND removed_at IS NULL;
CREATE INDEX image_unreviewed ON image (imported_at) WHERE has_review = 0 AND removed_at IS NULL;

CREATE TRIGGER reading_marks_image AFTER INSERT ON reading BEGIN
  UPDATE image SET has_reading = 1 WHERE id = NEW.image_id AND has_reading = 0;
END;

CREATE TRIGGER review_marks_image AFTER INSERT ON review BEGIN
  UPDATE image SET has_review = 1 WHERE id = NEW.image_id AND has_review = 0;
END;

CREATE TRIGGER reading_ranks_image AFTER INSERT ON reading BEGIN
  UPDATE image SET
    verdict_rank = CASE NEW.verdict ->> '$.kind'
      WHEN 'suspicious' THEN 3 WHEN 'unusable' THEN 2 WHEN 'unclear' THEN 1 WHEN 'no-sign' THEN 0 END,
    malignancy = NEW.verdict ->> '$.malignancy'
  WHERE id = NEW.image_id;
END;

-- From which lesion an image came, for both to say so. A move that is taken back leaves only the
-- audit log's entries.
CREATE TABLE image_move (
  seq INTEGER PRIMARY KEY,
  image_id TEXT NOT NULL REFERENCES image (id),
  from_lesion_id TEXT NOT NULL REFERENCES lesion (id),
  to_lesion_id TEXT NOT NULL REFERENCES lesion (id),
  user_id TEXT NOT NULL REFERENCES user (id),
  moved_at TEXT NOT NULL CHECK (moved_at LIKE '____-__-__T__:__:__.___Z'),
  -- It went along when its lesion was merged into another, and comes back with it.
  is_merge INTEGER NOT NULL CHECK (is_merge IN (0, 1)),
  CHECK (from_lesion_id <> to_lesion_id)
) STRICT;

CREATE INDEX image_move_by_image ON image_move (image_id);
CREATE INDEX image_move_from ON image_move (from_lesion_id);
CREATE INDEX image_move_to ON image_move (to_lesion_id);
CREATE INDEX image_move_by_user ON image_move (user_id);

-- What is typed into a form and not saved yet: one a person, form and record. Like a review's draft
-- it changes, and it goes when the form is saved.
CREATE TABLE form_draft (
  user_id TEXT NOT NULL REFERENCES user (id),
  form TEXT NOT NULL CHECK (form <> ''),
  -- The record that the form is about; empty for one about a new patient.
  subject_id TEXT NOT NULL CHECK (subject_id = '' OR length(subject_id) = 36),
  content TEXT NOT NULL CHECK (json_type(content) = 'object'),
  updated_at TEXT NOT NULL CHECK (updated_at LIKE '____-__-__T__:__:__.___Z'),
  PRIMARY KEY (user_id, form, subject_id)
) STRICT, WITHOUT ROWID;

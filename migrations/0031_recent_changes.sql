-- What users did lately that they can take back, also after a lock or a restart: the last ones of each.
CREATE TABLE recent_change (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
  user_id TEXT NOT NULL REFERENCES user (id),
  at TEXT NOT NULL CHECK (at LIKE '____-__-__T__:__:__.___Z'),
  act TEXT NOT NULL CHECK (act IN ('patient.update', 'patient.archive', 'patient.merge',
    'lesion.update', 'lesion.close', 'lesion.remove', 'lesion.merge', 'image.remove', 'image.move')),
  patient_id TEXT NOT NULL REFERENCES patient (id),
  -- What it was done to: a patient, a merge, a lesion, or the first of some images.
  subject_id TEXT NOT NULL CHECK (length(subject_id) = 36),
  -- By which it is seen whether the record is still as it was left: of an edit the fields before and after.
  left_as TEXT NOT NULL CHECK (json_type(left_as) = 'object'),
  undone_at TEXT CHECK (undone_at LIKE '____-__-__T__:__:__.___Z')
) STRICT;
CREATE INDEX recent_change_by_user ON recent_change (user_id, seq);
CREATE INDEX recent_change_by_patient ON recent_change (patient_id);

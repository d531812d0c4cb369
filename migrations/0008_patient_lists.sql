-- The patients' list comes page by page out of indices, and similar names are found.

-- Made anew and left empty: a patient without words is given them when the clinic is opened, by the
-- rules that the program then has (`PatientRepository.indexMissing`).
DROP TABLE patient_word;
CREATE TABLE patient_word (
  word TEXT NOT NULL CHECK (word <> ''),
  patient_id TEXT NOT NULL REFERENCES patient (id),
  -- The word from its end, for those that one letter may be wrong in; NULL for numbers and short ones.
  reversed TEXT CHECK (reversed <> ''),
  PRIMARY KEY (word, patient_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX patient_word_by_patient ON patient_word (patient_id);
CREATE INDEX patient_word_reversed ON patient_word (reversed, word) WHERE reversed IS NOT NULL;

-- The newest visit's `started_at`; empty before the first. Kept by the triggers below.
ALTER TABLE patient ADD COLUMN last_visit_at TEXT NOT NULL DEFAULT ''
  CHECK (last_visit_at = '' OR last_visit_at LIKE '____-__-__T__:__:__.___Z');
UPDATE patient SET last_visit_at =
  coalesce((SELECT max(started_at) FROM visit WHERE patient_id = patient.id), '');

CREATE TRIGGER visit_marks_patient AFTER INSERT ON visit BEGIN
  UPDATE patient SET last_visit_at = NEW.started_at
    WHERE id = NEW.patient_id AND last_visit_at < NEW.started_at;
END;
CREATE TRIGGER visit_dropped AFTER DELETE ON visit BEGIN
  UPDATE patient SET last_visit_at =
    coalesce((SELECT max(started_at) FROM visit WHERE patient_id = OLD.patient_id), '')
    WHERE id = OLD.patient_id;
END;

DROP INDEX patient_current;
DROP INDEX patient_archived;
CREATE INDEX patient_current_by_name ON patient (sort_name, id) WHERE archived_at IS NULL;
CREATE INDEX patient_archived_by_name ON patient (sort_name, id) WHERE archived_at IS NOT NULL;
CREATE INDEX patient_current_by_visit ON patient (last_visit_at DESC, sort_name, id)
  WHERE archived_at IS NULL;
CREATE INDEX patient_archived_by_visit ON patient (last_visit_at DESC, sort_name, id)
  WHERE archived_at IS NOT NULL;

-- How long a clinic keeps patients after their last visit. NULL: no rule. Nothing is ever erased by it.
ALTER TABLE clinic_settings ADD COLUMN retention_years INTEGER
  CHECK (retention_years BETWEEN 1 AND 100);
-- Who was a minor at their last visit is kept at least until this age. NULL: like everybody.
ALTER TABLE clinic_settings ADD COLUMN retention_minor_age INTEGER
  CHECK (retention_minor_age BETWEEN 18 AND 100);

-- When a patient was last here; before the first visit, when they were enrolled.
CREATE INDEX patient_by_last_seen
  ON patient (CASE last_visit_at WHEN '' THEN created_at ELSE last_visit_at END, id);

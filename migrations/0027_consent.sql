-- What a patient agreed to, and what they took back. Of each scope the newest day counts, of one day the
-- newest entry; a correction is a newer entry.
CREATE TABLE consent (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
  patient_id TEXT NOT NULL REFERENCES patient (id),
  scope TEXT NOT NULL CHECK (scope IN ('care', 'photographs', 'teaching', 'research', 'sharing')),
  answer TEXT NOT NULL CHECK (answer IN ('given', 'withdrawn')),
  -- The clinic's calendar day.
  said_on TEXT NOT NULL CHECK (said_on LIKE '____-__-__'),
  said_by TEXT NOT NULL CHECK (said_by IN ('patient', 'representative')),
  note TEXT NOT NULL DEFAULT '',
  recorded_by TEXT NOT NULL REFERENCES user (id),
  recorded_at TEXT NOT NULL CHECK (recorded_at LIKE '____-__-__T__:__:__.___Z')
) STRICT;
CREATE INDEX consent_by_patient ON consent (patient_id, scope, said_on DESC, seq DESC);
CREATE INDEX consent_by_user ON consent (recorded_by);
CREATE TRIGGER consent_is_final BEFORE UPDATE ON consent
WHEN (NEW.id, NEW.scope, NEW.answer, NEW.said_on, NEW.said_by, NEW.note, NEW.recorded_by,
    NEW.recorded_at) <>
  (OLD.id, OLD.scope, OLD.answer, OLD.said_on, OLD.said_by, OLD.note, OLD.recorded_by,
    OLD.recorded_at)
BEGIN
  SELECT RAISE(ABORT, 'what was said of consent is never changed');
END;

-- One row: how many commits the database has had since, and the last change to the key slots that it
-- took part in. clinic.json tells the same, so that an older copy of the database and a change that a
-- crash cut short are recognized.
CREATE TABLE clinic_state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  commits INTEGER NOT NULL CHECK (commits >= 0),
  slot_change TEXT CHECK (length(slot_change) = 36)
) STRICT;

INSERT INTO clinic_state (id, commits) VALUES (1, 0);

-- A disabled user no longer opens the clinic; what they did stays theirs.
ALTER TABLE user ADD COLUMN disabled_at TEXT
  CHECK (disabled_at LIKE '____-__-__T__:__:__.___Z');

-- One row: what holds for every screen of the clinic. Without a wait it is never locked by itself.
CREATE TABLE clinic_settings (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  lock_after_ms INTEGER CHECK (lock_after_ms > 0)
) STRICT;

INSERT INTO clinic_settings (id, lock_after_ms) VALUES (1, 600000);

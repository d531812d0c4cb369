-- That a patient is kept longer than the clinic's rule asks, until a day, and why.
ALTER TABLE patient ADD COLUMN kept_until TEXT CHECK (kept_until LIKE '____-__-__');
ALTER TABLE patient ADD COLUMN kept_because TEXT NOT NULL DEFAULT ''
  CHECK ((kept_because = '') = (kept_until IS NULL));

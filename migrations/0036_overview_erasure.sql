-- An overview photograph can be erased by itself. The table is made anew for it; nothing is renamed, because
-- triggers refer to its name.
CREATE TABLE kept_erasure AS SELECT * FROM erasure;
DROP TRIGGER erasure_stays;
DROP TABLE erasure;

CREATE TABLE erasure (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
  kind TEXT NOT NULL CHECK (kind IN ('patient', 'image', 'overview')),
  subject_id TEXT NOT NULL CHECK (length(subject_id) = 36),
  -- When it was enrolled or imported: no older copy holds it.
  since TEXT NOT NULL CHECK (since LIKE '____-__-__T__:__:__.___Z'),
  reason TEXT NOT NULL CHECK (reason IN ('request', 'retention', 'mistake')),
  user_id TEXT NOT NULL REFERENCES user (id),
  second_user_id TEXT REFERENCES user (id) CHECK (second_user_id <> user_id),
  at TEXT NOT NULL CHECK (at LIKE '____-__-__T__:__:__.___Z'),
  -- The audit entry that tells of it.
  entry INTEGER NOT NULL CHECK (entry > 0),
  -- How many of each kind.
  erased TEXT NOT NULL CHECK (json_type(erased) = 'object'),
  -- What was done to the files once the records were gone; NULL until then.
  finished_at TEXT CHECK (finished_at LIKE '____-__-__T__:__:__.___Z'),
  pages_looked INTEGER CHECK (pages_looked >= 0),
  pages_written INTEGER CHECK (pages_written >= 0),
  copies_dropped INTEGER CHECK (copies_dropped >= 0),
  -- The clinic's commits by then: a backup of fewer may hold what was erased.
  commits INTEGER CHECK (commits > 0),
  CHECK ((commits IS NULL) = (finished_at IS NULL))
) STRICT;

INSERT INTO erasure (seq, id, kind, subject_id, since, reason, user_id, second_user_id, at, entry, erased,
  finished_at, pages_looked, pages_written, copies_dropped, commits)
SELECT seq, id, kind, subject_id, since, reason, user_id, second_user_id, at, entry, erased,
  finished_at, pages_looked, pages_written, copies_dropped, commits
FROM kept_erasure;
DROP TABLE kept_erasure;

CREATE INDEX erasure_by_user ON erasure (user_id);
CREATE INDEX erasure_by_second_user ON erasure (second_user_id);
CREATE TRIGGER erasure_is_final BEFORE UPDATE ON erasure WHEN OLD.finished_at IS NOT NULL BEGIN
  SELECT RAISE(ABORT, 'an erasure that is finished is never changed');
END;
CREATE TRIGGER erasure_stays BEFORE DELETE ON erasure BEGIN
  SELECT RAISE(ABORT, 'an erasure is never deleted');
END;

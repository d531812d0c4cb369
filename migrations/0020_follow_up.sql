-- What follows from a decision until it is done: when a lesion is to be seen again, which result is
-- awaited. And what the pathologist found.

ALTER TABLE review ADD COLUMN due_on TEXT CHECK (due_on LIKE '____-__-__');
ALTER TABLE review_draft ADD COLUMN due_on TEXT CHECK (due_on LIKE '____-__-__');

CREATE TABLE follow_up (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
  lesion_id TEXT NOT NULL REFERENCES lesion (id),
  kind TEXT NOT NULL CHECK (kind IN ('monitor', 'biopsy', 'excision', 'referral')),
  -- The clinic's calendar day; NULL for what was decided before dates were asked for.
  due_on TEXT CHECK (due_on LIKE '____-__-__'),
  review_id TEXT REFERENCES review (id),
  planned_by TEXT NOT NULL REFERENCES user (id),
  planned_at TEXT NOT NULL CHECK (planned_at LIKE '____-__-__T__:__:__.___Z'),
  reminders INTEGER NOT NULL DEFAULT 0 CHECK (reminders >= 0),
  reminded_at TEXT CHECK (reminded_at LIKE '____-__-__T__:__:__.___Z'),
  ended_at TEXT CHECK (ended_at LIKE '____-__-__T__:__:__.___Z'),
  ended_how TEXT CHECK (ended_how IN ('seen', 'replaced', 'histology', 'by-hand')),
  ended_by TEXT REFERENCES user (id),
  ended_note TEXT NOT NULL DEFAULT '',
  CHECK ((ended_at IS NULL) = (ended_how IS NULL)),
  CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
  CHECK ((reminders = 0) = (reminded_at IS NULL))
) STRICT;
-- One open one of a kind a lesion.
CREATE UNIQUE INDEX follow_up_open ON follow_up (lesion_id, kind) WHERE ended_at IS NULL;
CREATE INDEX follow_up_by_lesion ON follow_up (lesion_id);
CREATE INDEX follow_up_by_review ON follow_up (review_id);
CREATE INDEX follow_up_by_planner ON follow_up (planned_by);
CREATE INDEX follow_up_by_ender ON follow_up (ended_by);
-- The list walks along it: the longest overdue first, those without a date last.
CREATE INDEX follow_up_due ON follow_up (coalesce(due_on, '9999-12-31'), seq, kind, lesion_id)
  WHERE ended_at IS NULL;

-- What was planned in a review of an image goes where the image goes, unless the like is planned there.
CREATE TRIGGER image_takes_follow_up AFTER UPDATE OF lesion_id ON image BEGIN
  UPDATE OR IGNORE follow_up SET lesion_id = NEW.lesion_id
    WHERE lesion_id = OLD.lesion_id
      AND review_id IN (SELECT id FROM review WHERE image_id = NEW.id);
END;

-- A correction is a newer row; one that was entered by mistake is withdrawn.
CREATE TABLE histology (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
  lesion_id TEXT NOT NULL REFERENCES lesion (id),
  -- The day on which the specimen was taken.
  taken_on TEXT NOT NULL CHECK (taken_on LIKE '____-__-__'),
  -- The laboratory's number of it.
  number TEXT NOT NULL,
  diagnosis TEXT NOT NULL CHECK (diagnosis <> ''),
  breslow_mm REAL CHECK (breslow_mm > 0),
  text TEXT NOT NULL,
  entered_by TEXT NOT NULL REFERENCES user (id),
  entered_at TEXT NOT NULL CHECK (entered_at LIKE '____-__-__T__:__:__.___Z'),
  -- The row that this one corrects, which is withdrawn with it.
  corrects TEXT REFERENCES histology (id),
  withdrawn_at TEXT CHECK (withdrawn_at LIKE '____-__-__T__:__:__.___Z')
) STRICT;
CREATE INDEX histology_by_lesion ON histology (lesion_id);
CREATE INDEX histology_by_user ON histology (entered_by);
CREATE INDEX histology_by_corrected ON histology (corrects);
CREATE TRIGGER histology_is_final
BEFORE UPDATE OF id, lesion_id, taken_on, number, diagnosis, breslow_mm, text, entered_by, entered_at,
  corrects ON histology
BEGIN
  SELECT RAISE(ABORT, 'a finding is never changed');
END;

-- What was decided before is awaited too, without a date: of each open lesion the newest decision.
INSERT INTO follow_up (id, lesion_id, kind, review_id, planned_by, planned_at)
SELECT
  lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2)
    || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))),
  image.lesion_id,
  CASE review.decision WHEN 'excise' THEN 'excision' WHEN 'refer' THEN 'referral'
    ELSE review.decision END,
  review.id, review.reviewer_id, review.created_at
FROM (SELECT max(review.seq) AS seq FROM review JOIN image ON image.id = review.image_id
    WHERE image.removed_at IS NULL GROUP BY image.lesion_id) AS newest
  JOIN review ON review.seq = newest.seq
  JOIN image ON image.id = review.image_id
  JOIN lesion ON lesion.id = image.lesion_id
WHERE review.decision <> 'no-action' AND lesion.closed_on IS NULL;

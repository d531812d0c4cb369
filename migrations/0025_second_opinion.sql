-- A colleague is asked what they think of an image. Their answer stands beside the review that they were
-- asked about and replaces nothing; where the two differ, a newer review is recorded as the consensus.
CREATE TABLE second_opinion (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
  image_id TEXT NOT NULL REFERENCES image (id),
  -- The review that stood when it was asked for.
  first_review_id TEXT NOT NULL REFERENCES review (id),
  asked_by TEXT NOT NULL REFERENCES user (id),
  asked_of TEXT NOT NULL REFERENCES user (id) CHECK (asked_of <> asked_by),
  asked_at TEXT NOT NULL CHECK (asked_at LIKE '____-__-__T__:__:__.___Z'),
  -- Whether they are not to see what was said of the image before they have answered.
  is_blind INTEGER NOT NULL CHECK (is_blind IN (0, 1)),
  question TEXT NOT NULL,
  -- As a review has them.
  answer TEXT CHECK (json_type(answer) = 'object'),
  answered_at TEXT CHECK (answered_at LIKE '____-__-__T__:__:__.___Z'),
  -- Whether impression or decision are not those of the first.
  differs INTEGER CHECK (differs IN (0, 1)),
  withdrawn_at TEXT CHECK (withdrawn_at LIKE '____-__-__T__:__:__.___Z'),
  withdrawn_by TEXT REFERENCES user (id),
  consensus_review_id TEXT REFERENCES review (id),
  CHECK ((answer IS NULL) = (answered_at IS NULL)),
  CHECK ((answer IS NULL) = (differs IS NULL)),
  CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL)),
  CHECK (answer IS NULL OR withdrawn_at IS NULL),
  CHECK (consensus_review_id IS NULL OR differs = 1)
) STRICT;
CREATE INDEX second_opinion_by_image ON second_opinion (image_id);
CREATE INDEX second_opinion_by_first ON second_opinion (first_review_id);
CREATE INDEX second_opinion_by_consensus ON second_opinion (consensus_review_id);
CREATE INDEX second_opinion_by_asker ON second_opinion (asked_by);
CREATE INDEX second_opinion_by_withdrawer ON second_opinion (withdrawn_by);
-- Nobody is asked twice about one image at a time. The list of what awaits somebody walks along it.
CREATE UNIQUE INDEX second_opinion_open ON second_opinion (asked_of, image_id)
  WHERE answered_at IS NULL AND withdrawn_at IS NULL;
CREATE INDEX second_opinion_unsettled ON second_opinion (seq)
  WHERE differs = 1 AND consensus_review_id IS NULL;
CREATE TRIGGER second_opinion_is_final
BEFORE UPDATE OF answer, answered_at, differs ON second_opinion WHEN OLD.answer IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'an answer is never changed');
END;

-- What a clinician has begun to say about an image and not saved yet: one a person and image. Unlike
-- a review it changes, and it goes when the review is saved.
CREATE TABLE review_draft (
  image_id TEXT NOT NULL REFERENCES image (id),
  reviewer_id TEXT NOT NULL REFERENCES user (id),
  impression TEXT CHECK (impression <> ''),
  decision TEXT CHECK (decision IN ('no-action', 'monitor', 'biopsy', 'excise', 'refer')),
  note TEXT NOT NULL,
  updated_at TEXT NOT NULL CHECK (updated_at LIKE '____-__-__T__:__:__.___Z'),
  PRIMARY KEY (image_id, reviewer_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX review_draft_by_reviewer ON review_draft (reviewer_id);

-- What becomes of an image that does not wait, and did not, changes no worklist: when a head is let
-- read, most of the archive's images are such.
DROP TRIGGER image_waits_otherwise;
CREATE TRIGGER image_waits_otherwise
AFTER UPDATE OF lesion_id, removed_at, has_review, verdict_rank ON image
WHEN (OLD.has_review = 0 AND OLD.removed_at IS NULL)
  OR (NEW.has_review = 0 AND NEW.removed_at IS NULL)
BEGIN
  INSERT INTO waiting_change SELECT OLD.lesion_id UNION SELECT NEW.lesion_id;
END;

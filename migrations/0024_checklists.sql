-- What readers fill in of an image: the 7-point checklist, the ABCD rule, Menzies' method. A correction
-- is a newer row.
CREATE TABLE checklist (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
  image_id TEXT NOT NULL REFERENCES image (id),
  reader_id TEXT NOT NULL REFERENCES user (id),
  details TEXT NOT NULL CHECK (json_type(details) = 'object'),
  created_at TEXT NOT NULL CHECK (created_at LIKE '____-__-__T__:__:__.___Z')
) STRICT;
CREATE INDEX checklist_by_image ON checklist (image_id);
CREATE INDEX checklist_by_reader ON checklist (reader_id);
CREATE TRIGGER checklist_is_final BEFORE UPDATE ON checklist BEGIN
  SELECT RAISE(ABORT, 'a checklist is never changed');
END;

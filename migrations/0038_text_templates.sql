-- A clinic's own wordings for the notes that are written again and again. They are of no patient.
CREATE TABLE text_template (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
  name TEXT NOT NULL CHECK (name <> ''),
  text TEXT NOT NULL CHECK (text <> ''),
  -- Where it is offered, a JSON list.
  places TEXT NOT NULL CHECK (json_valid(places) AND places <> '[]'),
  -- From the first to the last; a removed one keeps its own, and comes back there.
  position INTEGER NOT NULL CHECK (position >= 0),
  revision INTEGER NOT NULL DEFAULT 1 CHECK (revision >= 1),
  removed_at TEXT CHECK (removed_at LIKE '____-__-__T__:__:__.___Z')
) STRICT;

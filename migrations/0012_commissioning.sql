-- What a clinic found when it tried a network on labelled images of its own; none of them is kept.
CREATE TABLE commissioning (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
  at TEXT NOT NULL CHECK (at LIKE '____-__-__T__:__:__.___Z'),
  user_id TEXT NOT NULL REFERENCES user (id),
  network_sha256 TEXT NOT NULL
    CHECK (length(network_sha256) = 64 AND network_sha256 NOT GLOB '*[^0-9a-f]*'),
  head_sha256 TEXT NOT NULL
    CHECK (length(head_sha256) = 64 AND head_sha256 NOT GLOB '*[^0-9a-f]*'),
  report TEXT NOT NULL CHECK (json_type(report) = 'object'),
  -- Melanoma's operating point from then on; NULL for the head's own.
  melanoma_threshold REAL CHECK (melanoma_threshold BETWEEN 0 AND 1)
) STRICT;

CREATE INDEX commissioning_of_model ON commissioning (network_sha256, head_sha256, seq);
CREATE INDEX commissioning_by_user ON commissioning (user_id);

CREATE TRIGGER commissioning_is_final BEFORE UPDATE ON commissioning BEGIN
  SELECT RAISE(ABORT, 'a commissioning is never changed');
END;

-- A lesion can be placed on the head from its sides and from above, on backs of hands, palms and soles
-- too. The table is made anew for it; nothing is renamed, because views and triggers refer to its name.
CREATE TABLE kept_lesion AS SELECT * FROM lesion;
DROP TABLE lesion;

CREATE TABLE lesion (
  id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
  patient_id TEXT NOT NULL REFERENCES patient (id),
  label TEXT NOT NULL CHECK (label <> ''),
  body_site TEXT NOT NULL CHECK (body_site <> ''),
  laterality TEXT NOT NULL CHECK (laterality IN ('left', 'right', 'midline', 'unspecified')),
  position_view TEXT CHECK (position_view IN (
    'front', 'back', 'head-left', 'head-right', 'head-top', 'hands', 'palms', 'soles')),
  position_x REAL CHECK (position_x BETWEEN 0 AND 1),
  position_y REAL CHECK (position_y BETWEEN 0 AND 1),
  note TEXT NOT NULL,
  created_at TEXT NOT NULL CHECK (created_at LIKE '____-__-__T__:__:__.___Z'),
  revision INTEGER NOT NULL DEFAULT 1 CHECK (revision > 0),
  closed_on TEXT CHECK (closed_on LIKE '____-__-__'),
  closed_reason TEXT
    CHECK ((closed_reason IS NULL) = (closed_on IS NULL))
    CHECK (closed_reason IN ('excised', 'treated', 'gone', 'not-followed')),
  removed_at TEXT CHECK (removed_at LIKE '____-__-__T__:__:__.___Z'),
  merged_into TEXT REFERENCES lesion (id)
    CHECK (merged_into IS NULL OR (removed_at IS NOT NULL AND merged_into <> id)),
  UNIQUE (id, patient_id),
  CHECK ((position_view IS NULL) = (position_x IS NULL)),
  CHECK ((position_view IS NULL) = (position_y IS NULL))
) STRICT;

INSERT INTO lesion (id, patient_id, label, body_site, laterality, position_view, position_x,
  position_y, note, created_at, revision, closed_on, closed_reason, removed_at, merged_into)
SELECT id, patient_id, label, body_site, laterality, position_view, position_x,
  position_y, note, created_at, revision, closed_on, closed_reason, removed_at, merged_into
FROM kept_lesion;
DROP TABLE kept_lesion;

CREATE INDEX lesion_by_patient ON lesion (patient_id, created_at) WHERE removed_at IS NULL;
CREATE INDEX lesion_removed ON lesion (patient_id, removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX lesion_merged ON lesion (merged_into) WHERE merged_into IS NOT NULL;
CREATE TRIGGER lesion_waits_otherwise AFTER UPDATE OF body_site ON lesion BEGIN
  INSERT INTO waiting_change VALUES (NEW.id);
END;

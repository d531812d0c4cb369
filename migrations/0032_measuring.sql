-- How large an image's pixels are on the skin, and where the lesion lies in it. A correction is a newer
-- row; one that is taken back is withdrawn, and the one before holds again.

CREATE TABLE device_profile (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
  device TEXT NOT NULL CHECK (device <> ''),
  magnification TEXT NOT NULL,
  -- Of the picture that was calibrated.
  width_px INTEGER NOT NULL CHECK (width_px > 0),
  height_px INTEGER NOT NULL CHECK (height_px > 0),
  mm_per_px REAL NOT NULL CHECK (mm_per_px > 0),
  relative_error REAL NOT NULL CHECK (relative_error BETWEEN 0 AND 1),
  set_by TEXT NOT NULL REFERENCES user (id),
  set_at TEXT NOT NULL CHECK (set_at LIKE '____-__-__T__:__:__.___Z'),
  withdrawn_at TEXT CHECK (withdrawn_at LIKE '____-__-__T__:__:__.___Z')
) STRICT;
-- One that holds of a camera's magnification.
CREATE UNIQUE INDEX device_profile_held ON device_profile (device, magnification)
  WHERE withdrawn_at IS NULL;
CREATE INDEX device_profile_by_user ON device_profile (set_by);
CREATE TRIGGER device_profile_is_final
BEFORE UPDATE OF id, device, magnification, width_px, height_px, mm_per_px, relative_error, set_by,
  set_at ON device_profile
BEGIN
  SELECT RAISE(ABORT, 'a profile is never changed');
END;

CREATE TABLE image_scale (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
  image_id TEXT NOT NULL REFERENCES image (id),
  mm_per_px REAL NOT NULL CHECK (mm_per_px > 0),
  relative_error REAL NOT NULL CHECK (relative_error BETWEEN 0 AND 1),
  -- What it comes from: two points, a ruler, or a camera's profile.
  origin TEXT NOT NULL CHECK (
    json_type(origin) = 'object' AND origin ->> 'source' IN ('clicks', 'mark', 'ruler', 'device')
  ),
  set_by TEXT NOT NULL REFERENCES user (id),
  set_at TEXT NOT NULL CHECK (set_at LIKE '____-__-__T__:__:__.___Z'),
  withdrawn_at TEXT CHECK (withdrawn_at LIKE '____-__-__T__:__:__.___Z')
) STRICT;
CREATE INDEX image_scale_by_image ON image_scale (image_id);
CREATE INDEX image_scale_by_user ON image_scale (set_by);
CREATE TRIGGER image_scale_is_final
BEFORE UPDATE OF id, image_id, mm_per_px, relative_error, origin, set_by, set_at ON image_scale
BEGIN
  SELECT RAISE(ABORT, 'a scale is never changed');
END;

CREATE TABLE image_outline (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
  image_id TEXT NOT NULL REFERENCES image (id),
  -- The points through which the curve goes, in the picture's pixels.
  controls TEXT NOT NULL CHECK (json_type(controls) = 'array'),
  is_cut INTEGER NOT NULL CHECK (is_cut IN (0, 1)),
  -- Whose proposal it is, or was before a person corrected it.
  network_name TEXT,
  network_sha256 TEXT CHECK (length(network_sha256) = 64),
  drawn_by TEXT NOT NULL CHECK (drawn_by IN ('network', 'person')),
  -- What it measures, in pixels.
  measures TEXT NOT NULL CHECK (json_type(measures) = 'object'),
  saved_by TEXT NOT NULL REFERENCES user (id),
  saved_at TEXT NOT NULL CHECK (saved_at LIKE '____-__-__T__:__:__.___Z'),
  withdrawn_at TEXT CHECK (withdrawn_at LIKE '____-__-__T__:__:__.___Z'),
  CHECK ((network_name IS NULL) = (network_sha256 IS NULL)),
  CHECK (drawn_by = 'person' OR network_name IS NOT NULL)
) STRICT;
CREATE INDEX image_outline_by_image ON image_outline (image_id);
CREATE INDEX image_outline_by_user ON image_outline (saved_by);
CREATE TRIGGER image_outline_is_final
BEFORE UPDATE OF id, image_id, controls, is_cut, network_name, network_sha256, drawn_by, measures,
  saved_by, saved_at ON image_outline
BEGIN
  SELECT RAISE(ABORT, 'an outline is never changed');
END;

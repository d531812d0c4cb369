-- What befell the accelerators. Of a device that was set aside for a wrong count, the readings since
-- it last agreed with the emulator are to be repeated.
CREATE TABLE accelerator_incident (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
  at TEXT NOT NULL CHECK (at LIKE '____-__-__T__:__:__.___Z'),
  kind TEXT NOT NULL CHECK (kind <> ''),
  accelerator_id TEXT NOT NULL,
  accelerator_kind TEXT NOT NULL CHECK (accelerator_kind IN ('emulator', 'device')),
  accelerator_name TEXT NOT NULL,
  accelerator_version TEXT NOT NULL,
  detail TEXT NOT NULL,
  since TEXT CHECK (since LIKE '____-__-__T__:__:__.___Z'),
  network_sha256 TEXT
    CHECK (length(network_sha256) = 64 AND network_sha256 NOT GLOB '*[^0-9a-f]*')
) STRICT;

CREATE INDEX accelerator_incident_set_aside
  ON accelerator_incident (accelerator_name, accelerator_version) WHERE kind = 'set-aside';
CREATE INDEX reading_by_device
  ON reading (accelerator_name, accelerator_version, created_at) WHERE accelerator_kind = 'device';

CREATE TRIGGER accelerator_incident_is_final BEFORE UPDATE ON accelerator_incident BEGIN
  SELECT RAISE(ABORT, 'an incident is never changed');
END;

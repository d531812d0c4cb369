-- Classes that clinics give each other: statistics without images, signed.

-- One row: with which this clinic signs. Raw Ed25519 keys, PKCS 8 and SPKI.
CREATE TABLE signing_key (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  private_key BLOB NOT NULL CHECK (length(private_key) > 0),
  public_key BLOB NOT NULL CHECK (length(public_key) > 0)
) STRICT;

-- Other clinics' public keys that an administrator has compared with them.
CREATE TABLE trusted_key (
  public_key BLOB PRIMARY KEY NOT NULL CHECK (length(public_key) > 0),
  clinic_name TEXT NOT NULL CHECK (clinic_name <> ''),
  trusted_by TEXT NOT NULL REFERENCES user (id),
  trusted_at TEXT NOT NULL CHECK (trusted_at LIKE '____-__-__T__:__:__.___Z')
) STRICT, WITHOUT ROWID;
CREATE INDEX trusted_key_by_user ON trusted_key (trusted_by);

-- What was imported, unchanged; a newer pack of a code takes the place of the one before.
CREATE TABLE class_pack (
  code TEXT PRIMARY KEY NOT NULL CHECK (code <> ''),
  json TEXT NOT NULL CHECK (json_type(json) = 'object'),
  imported_by TEXT NOT NULL REFERENCES user (id),
  imported_at TEXT NOT NULL CHECK (imported_at LIKE '____-__-__T__:__:__.___Z')
) STRICT, WITHOUT ROWID;
CREATE INDEX class_pack_by_user ON class_pack (imported_by);

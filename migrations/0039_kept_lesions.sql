-- As which lesions a colleague's case was kept: keeping it again goes on with them.
CREATE TABLE kept_lesion (
  case_id TEXT NOT NULL CHECK (length(case_id) = 36),
  -- Fingerprint of the key that signed the case: nobody else speaks of it.
  signer TEXT NOT NULL CHECK (signer <> '' AND signer NOT GLOB '* *'),
  -- How the case calls the lesion.
  ref TEXT NOT NULL CHECK (ref <> ''),
  lesion_id TEXT NOT NULL REFERENCES lesion (id),
  PRIMARY KEY (case_id, signer, ref)
) STRICT, WITHOUT ROWID;
CREATE INDEX kept_lesion_by_lesion ON kept_lesion (lesion_id);

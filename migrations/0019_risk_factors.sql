-- What raises a patient's risk of skin cancer; NULL: nobody has asked.
ALTER TABLE patient ADD COLUMN had_melanoma TEXT CHECK (had_melanoma IN ('yes', 'no'));
ALTER TABLE patient ADD COLUMN had_keratinocyte_cancer TEXT
  CHECK (had_keratinocyte_cancer IN ('yes', 'no'));
ALTER TABLE patient ADD COLUMN family_melanoma TEXT CHECK (family_melanoma IN ('yes', 'no'));
ALTER TABLE patient ADD COLUMN naevus_count TEXT
  CHECK (naevus_count IN ('under-50', '50-100', 'over-100'));
ALTER TABLE patient ADD COLUMN atypical_naevi TEXT CHECK (atypical_naevi IN ('yes', 'no'));
ALTER TABLE patient ADD COLUMN immunosuppressed TEXT CHECK (immunosuppressed IN ('yes', 'no'));

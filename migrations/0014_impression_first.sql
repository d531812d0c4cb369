-- Readers say what they think before they see the network's reading, by the clinic's choice.
ALTER TABLE clinic_settings ADD COLUMN impression_first INTEGER NOT NULL DEFAULT 0
  CHECK (impression_first IN (0, 1));

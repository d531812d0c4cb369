-- What a calibrated head adds to the probabilities: the classes that the image may be, and why it
-- should be referred. NULL for readings of heads without a calibration.
ALTER TABLE reading ADD COLUMN advice TEXT CHECK (advice IS NULL OR json_type(advice) = 'object');

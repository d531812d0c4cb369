-- One verdict a reading, and of each image's newest reading what the worklist sorts by. Classes say how
-- serious they are. Readings made before keep what they said; their verdict is worked out from that by
-- the rules that src/clinic/verdict.ts has for new ones, and marked as late.
ALTER TABLE reading ADD COLUMN verdict TEXT CHECK (json_type(verdict) = 'object');

-- Kept by the trigger below; NULL while nothing was read. The rank: 3 suspicious, 2 unusable,
-- 1 unclear, 0 no sign of malignancy.
ALTER TABLE image ADD COLUMN verdict_rank INTEGER CHECK (verdict_rank BETWEEN 0 AND 3);
ALTER TABLE image ADD COLUMN malignancy REAL CHECK (malignancy >= 0);

DROP TRIGGER reading_is_final;

UPDATE reading SET probabilities = (
  SELECT json_group_array(json_set(value, '$.gravity', CASE value ->> 'code'
      WHEN 'akiec' THEN 'pre-malignant'
      WHEN 'bkl' THEN 'benign'
      WHEN 'df' THEN 'benign'
      WHEN 'nv' THEN 'benign'
      WHEN 'vasc' THEN 'benign'
      ELSE 'malignant' END) ORDER BY key)
  FROM json_each(probabilities));

CREATE TEMP TABLE said AS
  SELECT reading.seq, image.quality_warnings AS warnings, reading.advice IS NOT NULL AS is_calibrated,
    instr(coalesce(reading.advice ->> '$.referralReasons', ''), '"melanoma-suspected"') > 0
      AS is_melanoma,
    reading.advice ->> '$.unfamiliarity' > reading.advice ->> '$.unfamiliarityLimit' AS is_unfamiliar,
    instr(coalesce(reading.advice ->> '$.referralReasons', ''), '"uncertain"') > 0 AS is_uncertain,
    (SELECT sum(value ->> 'probability') FROM json_each(reading.probabilities)
      WHERE value ->> 'gravity' <> 'benign') AS malignancy,
    -- That of qana-3, the only network with one.
    iif(reading.network_sha256 = '45f7a580065ebd2835a73075f9b8cfb39c9789c77243b21d3f07cd203ca39d2f',
      0.172482, NULL) AS malignancy_threshold,
    reading.probabilities ->> '$[0].gravity' <> 'benign' AS is_grave_first,
    (SELECT count(*) FROM json_each(reading.advice, '$.possible')) AS possible,
    (SELECT count(*) FROM json_each(reading.advice, '$.possible') AS code
        JOIN json_each(reading.probabilities) AS class ON class.value ->> 'code' = code.value
      WHERE class.value ->> 'gravity' <> 'benign') AS possible_grave
  FROM reading JOIN image ON image.id = reading.image_id;

-- The lowest number of a reading decides: 1 unusable, 2 suspicious, 3 unclear; 4 is said without deciding.
CREATE TEMP TABLE finding (seq INTEGER, number INTEGER, reason TEXT);
CREATE INDEX temp.finding_of_reading ON finding (seq, number);
INSERT INTO finding SELECT seq, 1, value FROM said, json_each(warnings)
  WHERE value <> 'little-skin' OR is_unfamiliar;
INSERT INTO finding SELECT seq, 2, 'melanoma' FROM said WHERE is_melanoma;
INSERT INTO finding SELECT seq, 2, 'malignancy' FROM said WHERE malignancy >= malignancy_threshold;
INSERT INTO finding SELECT seq, 2, 'malignant-class-first' FROM said WHERE is_grave_first;
INSERT INTO finding SELECT seq, 3, 'uncalibrated' FROM said WHERE NOT is_calibrated;
INSERT INTO finding SELECT seq, 3, 'unfamiliar' FROM said WHERE is_unfamiliar;
INSERT INTO finding SELECT seq, 3, 'no-benign-class-fits' FROM said
  WHERE is_calibrated AND possible = possible_grave
    AND NOT EXISTS (SELECT 1 FROM finding WHERE finding.seq = said.seq AND number = 2);
INSERT INTO finding SELECT seq, 3, 'little-skin' FROM said, json_each(warnings)
  WHERE value = 'little-skin' AND is_unfamiliar IS NOT TRUE;
INSERT INTO finding SELECT seq, 4, 'malignant-class-possible' FROM said
  WHERE possible_grave > 0
    AND NOT EXISTS (SELECT 1 FROM finding WHERE finding.seq = said.seq AND number = 2);

UPDATE reading SET verdict = (
  SELECT json_object(
    'kind', coalesce((SELECT CASE min(number) WHEN 1 THEN 'unusable' WHEN 2 THEN 'suspicious'
        WHEN 3 THEN 'unclear' END FROM finding WHERE finding.seq = said.seq), 'no-sign'),
    'reasons', (SELECT json_group_array(reason ORDER BY number, finding.rowid) FROM finding
      WHERE finding.seq = said.seq),
    'malignancy', coalesce(malignancy, 0),
    'confidence', CASE
      WHEN NOT is_calibrated THEN 'undecided'
      WHEN is_unfamiliar OR possible = 0 THEN 'unfamiliar'
      WHEN is_uncertain THEN 'undecided'
      WHEN possible = 1 THEN 'sure'
      ELSE 'leaning' END,
    'isLate', json('true'))
  FROM said WHERE said.seq = reading.seq);

DROP TABLE finding;
DROP TABLE said;

CREATE TRIGGER reading_is_final BEFORE UPDATE ON reading BEGIN
  SELECT RAISE(ABORT, 'a reading is never changed');
END;

CREATE TRIGGER reading_ranks_image AFTER INSERT ON reading BEGIN
  UPDATE image SET
    verdict_rank = CASE NEW.verdict ->> '$.kind'
      WHEN 'suspicious' THEN 3 WHEN 'unusable' THEN 2 WHEN 'unclear' THEN 1 WHEN 'no-sign' THEN 0 END,
    malignancy = NEW.verdict ->> '$.malignancy'
  WHERE id = NEW.image_id;
END;

UPDATE image SET (verdict_rank, malignancy) = (
  SELECT CASE verdict ->> '$.kind'
      WHEN 'suspicious' THEN 3 WHEN 'unusable' THEN 2 WHEN 'unclear' THEN 1 WHEN 'no-sign' THEN 0 END,
    verdict ->> '$.malignancy'
  FROM reading WHERE reading.image_id = image.id ORDER BY reading.seq DESC LIMIT 1)
WHERE has_reading = 1;

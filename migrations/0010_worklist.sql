-- The worklist: a row for each lesion with images that wait for a review, patients' archived ones
-- aside, with all that it is sorted, filtered and counted by. Kept by the triggers below.

-- Head to toe, as the worklist sorts.
CREATE TABLE body_site (
  name TEXT PRIMARY KEY NOT NULL CHECK (name <> ''),
  position INTEGER NOT NULL UNIQUE
) STRICT, WITHOUT ROWID;

INSERT INTO body_site (name, position) VALUES
  ('scalp', 1), ('face', 2), ('ear', 3), ('neck', 4), ('chest', 5), ('abdomen', 6),
  ('upper-back', 7), ('lower-back', 8), ('genital', 9), ('buttock', 10), ('shoulder', 11),
  ('upper-arm', 12), ('forearm', 13), ('hand', 14), ('thigh', 15), ('lower-leg', 16), ('foot', 17),
  ('unspecified', 18);

DROP INDEX image_unreviewed;
CREATE INDEX image_waiting ON image (lesion_id) WHERE has_review = 0 AND removed_at IS NULL;

-- Its urgency: 4 suspicious, 3 unusable, 2 unclear, 1 not read, 0 no sign of malignancy.
CREATE VIEW waiting_image AS
  SELECT id, seq, lesion_id, imported_at,
    CASE verdict_rank WHEN 3 THEN 4 WHEN 2 THEN 3 WHEN 1 THEN 2 WHEN 0 THEN 0 ELSE 1 END AS urgency
  FROM image WHERE has_review = 0 AND removed_at IS NULL;

CREATE TABLE waiting_lesion (
  lesion_id TEXT PRIMARY KEY NOT NULL REFERENCES lesion (id),
  patient_id TEXT NOT NULL REFERENCES patient (id),
  -- The newest of its waiting images, and how many there are.
  image_id TEXT NOT NULL REFERENCES image (id),
  image_count INTEGER NOT NULL CHECK (image_count > 0),
  -- The highest of its waiting images', and when the newest of these was imported.
  urgency INTEGER NOT NULL CHECK (urgency BETWEEN 0 AND 4),
  urgent_at TEXT NOT NULL,
  newest_at TEXT NOT NULL,
  oldest_at TEXT NOT NULL,
  body_site TEXT NOT NULL,
  site_position INTEGER NOT NULL,
  sort_name TEXT NOT NULL,
  -- Of all of the patient's waiting lesions, so that they stand together.
  patient_urgency INTEGER NOT NULL,
  patient_urgent_at TEXT NOT NULL,
  patient_newest_at TEXT NOT NULL,
  patient_oldest_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Each holds what is filtered and counted by too, so that a walk along it touches nothing else.
CREATE INDEX waiting_lesion_by_verdict ON waiting_lesion (patient_urgency, patient_urgent_at,
  patient_id, urgency, urgent_at, lesion_id, body_site, oldest_at, image_count);
CREATE INDEX waiting_lesion_by_imported ON waiting_lesion (patient_newest_at, patient_id, newest_at,
  lesion_id, urgency, body_site, oldest_at, image_count);
CREATE INDEX waiting_lesion_by_waiting ON waiting_lesion (patient_oldest_at, patient_id, oldest_at,
  lesion_id, urgency, body_site, image_count);
CREATE INDEX waiting_lesion_by_patient ON waiting_lesion (sort_name, patient_id, lesion_id, urgency,
  body_site, oldest_at, image_count);
CREATE INDEX waiting_lesion_by_site ON waiting_lesion (site_position, sort_name, patient_id,
  lesion_id, urgency, body_site, oldest_at, image_count);
CREATE INDEX waiting_lesion_counts ON waiting_lesion (urgency, patient_id, image_count, body_site,
  oldest_at);
CREATE INDEX waiting_lesion_of_patient ON waiting_lesion (patient_id, urgency, body_site, oldest_at);

-- What to do after a change: INSERT INTO waiting_change brings the lesion's row up to date, and what
-- its patient's other rows say of them all.
CREATE VIEW waiting_change AS SELECT '' AS lesion_id;

CREATE TRIGGER waiting_change_made INSTEAD OF INSERT ON waiting_change BEGIN
  DELETE FROM waiting_lesion WHERE lesion_id = NEW.lesion_id;
  INSERT INTO waiting_lesion (lesion_id, patient_id, image_id, image_count, urgency, urgent_at,
    newest_at, oldest_at, body_site, site_position, sort_name, patient_urgency, patient_urgent_at,
    patient_newest_at, patient_oldest_at)
  SELECT lesion.id, patient.id, newest.id, found.image_count, found.urgency,
    (SELECT max(imported_at) FROM waiting_image
      WHERE lesion_id = NEW.lesion_id AND urgency = found.urgency),
    found.newest_at, found.oldest_at, lesion.body_site, coalesce(body_site.position, 99),
    patient.sort_name, found.urgency, found.newest_at, found.newest_at, found.oldest_at
  FROM (SELECT max(seq) AS seq, count(*) AS image_count, max(urgency) AS urgency,
        max(imported_at) AS newest_at, min(imported_at) AS oldest_at
      FROM waiting_image WHERE lesion_id = NEW.lesion_id HAVING count(*) > 0) AS found
    JOIN image AS newest ON newest.seq = found.seq
    JOIN lesion ON lesion.id = NEW.lesion_id
    JOIN patient ON patient.id = lesion.patient_id AND patient.archived_at IS NULL
    LEFT JOIN body_site ON body_site.name = lesion.body_site;
  UPDATE waiting_lesion SET
    (patient_urgency, patient_urgent_at) = (
      SELECT urgency, urgent_at FROM waiting_lesion AS other
      WHERE other.patient_id = waiting_lesion.patient_id
      ORDER BY urgency DESC, urgent_at DESC LIMIT 1),
    (patient_newest_at, patient_oldest_at) = (
      SELECT max(newest_at), min(oldest_at) FROM waiting_lesion AS other
      WHERE other.patient_id = waiting_lesion.patient_id)
  WHERE patient_id = (SELECT patient_id FROM lesion WHERE id = NEW.lesion_id);
END;

CREATE TRIGGER image_begins_waiting AFTER INSERT ON image BEGIN
  INSERT INTO waiting_change VALUES (NEW.lesion_id);
END;
CREATE TRIGGER image_waits_otherwise
AFTER UPDATE OF lesion_id, removed_at, has_review, verdict_rank ON image BEGIN
  INSERT INTO waiting_change SELECT OLD.lesion_id UNION SELECT NEW.lesion_id;
END;
CREATE TRIGGER lesion_waits_otherwise AFTER UPDATE OF body_site ON lesion BEGIN
  INSERT INTO waiting_change VALUES (NEW.id);
END;
CREATE TRIGGER patient_waits_otherwise AFTER UPDATE OF archived_at, sort_name ON patient BEGIN
  INSERT INTO waiting_change SELECT id FROM lesion WHERE patient_id = NEW.id;
END;

INSERT INTO waiting_change SELECT DISTINCT lesion_id FROM waiting_image;

-- How a person looks at a list: as it was left, under an empty name, and what was saved under others.
CREATE TABLE list_view (
  user_id TEXT NOT NULL REFERENCES user (id),
  list TEXT NOT NULL CHECK (list IN ('worklist', 'patients')),
  name TEXT NOT NULL,
  content TEXT NOT NULL CHECK (json_type(content) = 'object'),
  updated_at TEXT NOT NULL CHECK (updated_at LIKE '____-__-__T__:__:__.___Z'),
  PRIMARY KEY (user_id, list, name)
) STRICT, WITHOUT ROWID;

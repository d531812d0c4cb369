-- One row: by which the list of what was erased, beside the clinic and on its media, is authenticated. Made from the
-- data key of its time and kept, so that copies of the clinic under a former one go on to believe the list.
CREATE TABLE erased_list_key (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  key BLOB NOT NULL CHECK (length(key) = 32)
) STRICT;

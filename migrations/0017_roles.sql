-- Five roles. The users' table is made anew for its list of them; those of before keep theirs.
CREATE TABLE new_user (
  id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
  name TEXT NOT NULL CHECK (name <> ''),
  -- The name without case and marks, as it is compared at log-in.
  login_name TEXT NOT NULL UNIQUE CHECK (login_name <> ''),
  role TEXT NOT NULL
    CHECK (role IN ('administrator', 'clinician', 'assistant', 'steward', 'reader')),
  created_at TEXT NOT NULL CHECK (created_at LIKE '____-__-__T__:__:__.___Z'),
  disabled_at TEXT CHECK (disabled_at LIKE '____-__-__T__:__:__.___Z')
) STRICT;

INSERT INTO new_user (id, name, login_name, role, created_at, disabled_at)
SELECT id, name, login_name, role, created_at, disabled_at FROM user;

DROP TABLE user;
ALTER TABLE new_user RENAME TO user;

-- When the clinic is backed up: every so many hours (NULL: only by hand) and on leaving; and how often it is
-- to be proven that a backup can be restored.
ALTER TABLE clinic_settings ADD COLUMN backup_every_hours INTEGER DEFAULT 24
  CHECK (backup_every_hours BETWEEN 1 AND 168);
ALTER TABLE clinic_settings ADD COLUMN backup_on_leaving INTEGER NOT NULL DEFAULT 1
  CHECK (backup_on_leaving IN (0, 1));
ALTER TABLE clinic_settings ADD COLUMN proof_every_days INTEGER NOT NULL DEFAULT 30
  CHECK (proof_every_days BETWEEN 1 AND 365);

-- The last of each is asked for again and again; the log is long.
CREATE INDEX audit_entry_backup_made ON audit_entry (seq) WHERE action = 'backup.make';
CREATE INDEX audit_entry_backup_proven ON audit_entry (seq) WHERE action = 'backup.prove';
CREATE INDEX audit_entry_backup_damaged ON audit_entry (seq) WHERE action = 'backup.damaged';

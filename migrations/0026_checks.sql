-- When the clinic was last looked through, and its data key last changed: told from the log, as backups are.
CREATE INDEX audit_entry_checked ON audit_entry (seq) WHERE action = 'clinic.check';
CREATE INDEX audit_entry_data_key ON audit_entry (seq) WHERE action = 'clinic.data-key';

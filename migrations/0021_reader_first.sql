-- What a reader thought before the reading was shown, and why they departed from that or from the reading.
ALTER TABLE review ADD COLUMN first_impression TEXT CHECK (first_impression <> '');
ALTER TABLE review ADD COLUMN override_reason TEXT CHECK (
  override_reason IN ('history', 'unchanged', 'picture', 'structures', 'reading', 'other'));
ALTER TABLE review_draft ADD COLUMN first_impression TEXT CHECK (first_impression <> '');
ALTER TABLE review_draft ADD COLUMN override_reason TEXT CHECK (
  override_reason IN ('history', 'unchanged', 'picture', 'structures', 'reading', 'other'));

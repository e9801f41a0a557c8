-- Up to which entry of the journal others left a run's items alone, 0 for
-- unknown, and the customers whose requests they did not.
ALTER TABLE run ADD COLUMN left_alone INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN touched    TEXT    NOT NULL DEFAULT '';

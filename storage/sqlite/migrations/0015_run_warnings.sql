-- What warned of an item before its run started, and was gone over.

ALTER TABLE run_item ADD COLUMN overruled TEXT NOT NULL DEFAULT '';

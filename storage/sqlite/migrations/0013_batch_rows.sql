-- Batches of a file: what each of its rows said, and what became of it.

ALTER TABLE batch ADD COLUMN point_id TEXT NOT NULL DEFAULT ''; -- of the requests that the rows become

CREATE TABLE batch_row (
  batch      INTEGER NOT NULL REFERENCES batch (row),
  line       INTEGER NOT NULL, -- of the file, from 1
  cells      TEXT    NOT NULL, -- JSON, by column; card numbers masked
  digest     TEXT    NOT NULL, -- of the cells as the file had them
  status     TEXT    NOT NULL CHECK (status IN ('new', 'skipped')),
  request_id TEXT    NOT NULL CHECK ((request_id <> '') = (status = 'new')),
  why        TEXT    NOT NULL,
  PRIMARY KEY (batch, line)
) STRICT, WITHOUT ROWID;

-- What a person mends.
CREATE INDEX batch_row_skipped ON batch_row (batch, line) WHERE status = 'skipped';

CREATE TRIGGER batch_row_kept BEFORE DELETE ON batch_row
BEGIN SELECT RAISE(ABORT, 'a row of a batch is kept for the record'); END;
CREATE TRIGGER batch_row_taken BEFORE UPDATE ON batch_row WHEN old.status = 'new'
BEGIN SELECT RAISE(ABORT, 'a row that became a request never changes again'); END;

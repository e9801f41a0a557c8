-- Batches: lists of requests on which runs act together. A request's own row
-- says in which it is, so it cannot be in two.

CREATE TABLE batch (
  row              INTEGER PRIMARY KEY,
  id               TEXT    NOT NULL UNIQUE,
  reference        TEXT    NOT NULL,
  mode             TEXT    NOT NULL,
  description      TEXT    NOT NULL,
  allocation_order TEXT    NOT NULL,
  requests         INTEGER NOT NULL CHECK (requests >= 0),
  last_place       INTEGER NOT NULL,
  last_run         TEXT    NOT NULL,
  created_by       TEXT    NOT NULL,
  created_at       INTEGER NOT NULL,
  updated_at       INTEGER NOT NULL,
  deleted          INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX batch_reference ON batch (mode, reference) WHERE deleted = 0;
CREATE INDEX batch_mode   ON batch (mode) WHERE deleted = 0;
CREATE INDEX batch_ending ON batch (substr(id,-1)||substr(id,-2,1)||substr(id,-3,1)||substr(id,-4,1)||substr(id,-5,1)||substr(id,-6,1));
CREATE TRIGGER batch_kept BEFORE DELETE ON batch
BEGIN SELECT RAISE(ABORT, 'a batch is kept for the record'); END;

ALTER TABLE request ADD COLUMN batch_id    TEXT    NOT NULL DEFAULT '';
ALTER TABLE request ADD COLUMN batch_place INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX request_batch ON request (batch_id, batch_place) WHERE batch_id <> '';

-- Runs: one action on many requests, with a result for each.

CREATE TABLE run (
  row        INTEGER PRIMARY KEY,
  id         TEXT    NOT NULL UNIQUE,
  mode       TEXT    NOT NULL,
  "of"       TEXT    NOT NULL,
  batch_id   TEXT    NOT NULL,
  action     TEXT    NOT NULL, -- JSON
  digest     TEXT    NOT NULL,
  status     TEXT    NOT NULL,
  "by"       TEXT    NOT NULL,
  door       TEXT    NOT NULL,
  os_user    TEXT    NOT NULL,
  items      INTEGER NOT NULL,
  kept       INTEGER NOT NULL,
  place      INTEGER NOT NULL,
  done       INTEGER NOT NULL,
  refused    INTEGER NOT NULL,
  skipped    INTEGER NOT NULL,
  sums       TEXT    NOT NULL, -- currency, requests and minor units of each
  failure    TEXT    NOT NULL,
  stopped_by TEXT    NOT NULL,
  undoes     TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  ended_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX run_mode   ON run (mode);
CREATE INDEX run_batch  ON run (batch_id) WHERE batch_id <> '';
CREATE INDEX run_active ON run (updated_at) WHERE status IN ('pending', 'processing');
CREATE INDEX run_ending ON run (substr(id,-1)||substr(id,-2,1)||substr(id,-3,1)||substr(id,-4,1)||substr(id,-5,1)||substr(id,-6,1));

CREATE TABLE run_item (
  run        INTEGER NOT NULL REFERENCES run (row),
  place      INTEGER NOT NULL, -- from 1
  request_id TEXT    NOT NULL,
  version    INTEGER NOT NULL,
  saw        TEXT    NOT NULL,
  result     TEXT    NOT NULL,
  code       TEXT    NOT NULL,
  why        TEXT    NOT NULL,
  now        INTEGER NOT NULL,
  PRIMARY KEY (run, place)
) STRICT, WITHOUT ROWID;

-- What a person looks for first among many.
CREATE INDEX run_item_refused ON run_item (run, place) WHERE result = 'refused';

CREATE TRIGGER run_kept BEFORE DELETE ON run
BEGIN SELECT RAISE(ABORT, 'a run is never deleted'); END;
CREATE TRIGGER run_ended BEFORE UPDATE OF status ON run
WHEN old.status IN ('completed', 'failed') AND new.status <> old.status
BEGIN SELECT RAISE(ABORT, 'a run that has ended never moves again'); END;
CREATE TRIGGER run_item_kept BEFORE DELETE ON run_item
BEGIN SELECT RAISE(ABORT, 'an item of a run is never deleted'); END;
CREATE TRIGGER run_item_ended BEFORE UPDATE OF result ON run_item
WHEN old.result <> 'waiting'
BEGIN SELECT RAISE(ABORT, 'an item of a run is done once'); END;

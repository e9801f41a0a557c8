-- Imports: files whose rows are copied first and taken in by and by.

CREATE TABLE import (
  row        INTEGER PRIMARY KEY,
  id         TEXT    NOT NULL UNIQUE,
  kind       TEXT    NOT NULL,
  file       TEXT    NOT NULL,
  status     TEXT    NOT NULL,
  "by"       TEXT    NOT NULL,
  door       TEXT    NOT NULL,
  os_user    TEXT    NOT NULL,
  head       TEXT    NOT NULL, -- digest of the first rows
  digest     TEXT    NOT NULL, -- of all rows that were copied
  rows       INTEGER NOT NULL,
  place      INTEGER NOT NULL,
  bites      INTEGER NOT NULL,
  kept       INTEGER NOT NULL,
  made       INTEGER NOT NULL,
  known      INTEGER NOT NULL,
  differs    INTEGER NOT NULL,
  refused    INTEGER NOT NULL,
  failure    TEXT    NOT NULL,
  stopped_by TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  ended_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX import_active  ON import (updated_at) WHERE status IN ('pending', 'processing');
CREATE INDEX import_copying ON import (updated_at) WHERE status = 'copying';
CREATE INDEX import_over    ON import (ended_at)   WHERE ended_at > 0 AND (bites > 0 OR kept > 0);
CREATE INDEX import_ending  ON import (substr(id,-1)||substr(id,-2,1)||substr(id,-3,1)||substr(id,-4,1)||substr(id,-5,1)||substr(id,-6,1));

-- Rows that wait, many in one: they are written once, read once and dropped.
CREATE TABLE import_bite (
  import INTEGER NOT NULL REFERENCES import (row),
  first  INTEGER NOT NULL, -- place of the first row
  rows   TEXT    NOT NULL, -- card numbers masked
  PRIMARY KEY (import, first)
) STRICT;

-- What became of a row. Only of one that was not taken in are there its cells.
CREATE TABLE import_row (
  import INTEGER NOT NULL REFERENCES import (row),
  place  INTEGER NOT NULL, -- from 1
  line   INTEGER NOT NULL, -- of the file, from 1
  result TEXT    NOT NULL CHECK (result IN ('made', 'known', 'differs', 'refused')),
  id     TEXT    NOT NULL,
  code   TEXT    NOT NULL,
  "column" INTEGER NOT NULL,
  name   TEXT    NOT NULL,
  why    TEXT    NOT NULL,
  cells  TEXT    NOT NULL,
  PRIMARY KEY (import, place)
) STRICT, WITHOUT ROWID;

-- What a person looks for among many.
CREATE INDEX import_row_wrong ON import_row (import, place) WHERE result IN ('differs', 'refused');

CREATE TRIGGER import_kept BEFORE DELETE ON import
BEGIN SELECT RAISE(ABORT, 'an import is never deleted'); END;
CREATE TRIGGER import_ended BEFORE UPDATE OF status ON import
WHEN old.status IN ('completed', 'failed') AND new.status <> old.status
BEGIN SELECT RAISE(ABORT, 'an import that has ended never moves again'); END;
CREATE TRIGGER import_row_ended BEFORE UPDATE ON import_row
BEGIN SELECT RAISE(ABORT, 'a row of an import is taken in once'); END;

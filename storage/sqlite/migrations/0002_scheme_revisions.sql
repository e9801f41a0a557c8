-- Every routing scheme as it ever was.

CREATE TABLE scheme_revision (
  scheme TEXT    NOT NULL,
  number INTEGER NOT NULL, -- from 1
  at     INTEGER NOT NULL,
  "by"   TEXT    NOT NULL,
  body   TEXT    NOT NULL, -- JSON
  PRIMARY KEY (scheme, number)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER scheme_revision_kept BEFORE UPDATE ON scheme_revision
BEGIN SELECT RAISE(ABORT, 'a revision of a routing scheme never changes'); END;
CREATE TRIGGER scheme_revision_kept_whole BEFORE DELETE ON scheme_revision
BEGIN SELECT RAISE(ABORT, 'a revision of a routing scheme is never deleted'); END;

-- What happened in each hour (UTC, since 1970), for metrics.
CREATE TABLE tally (
  mode     TEXT    NOT NULL,
  hour     INTEGER NOT NULL,
  kind     TEXT    NOT NULL,
  of       TEXT    NOT NULL,
  currency TEXT    NOT NULL,
  count    INTEGER NOT NULL,
  sum      INTEGER NOT NULL,
  PRIMARY KEY (mode, hour, kind, of, currency)
) STRICT, WITHOUT ROWID;

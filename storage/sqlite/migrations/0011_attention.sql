-- Counters say what a person must look at, not only that there is something.

CREATE TABLE request_count_by (
  mode      TEXT    NOT NULL,
  status    TEXT    NOT NULL,
  blocked   INTEGER NOT NULL,
  attention TEXT    NOT NULL,
  currency  TEXT    NOT NULL,
  requests  INTEGER NOT NULL,
  sum       INTEGER NOT NULL,
  PRIMARY KEY (mode, status, blocked, attention, currency)
) STRICT, WITHOUT ROWID;
INSERT INTO request_count_by SELECT mode, status, blocked, '', currency, requests, sum
  FROM request_count WHERE attention = 0;
INSERT INTO request_count_by SELECT mode, status, blocked, attention, currency, count(*), sum(amount)
  FROM request INDEXED BY request_attention WHERE attention <> '' GROUP BY mode, status, blocked, attention, currency;
DROP TABLE request_count;
ALTER TABLE request_count_by RENAME TO request_count;

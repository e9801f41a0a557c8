-- What signals look at, and who is at work on what.

ALTER TABLE instrument ADD COLUMN fingerprint TEXT NOT NULL DEFAULT ''; -- filled in by migrateFrom
CREATE INDEX instrument_fingerprint ON instrument (fingerprint) WHERE fingerprint <> '';

-- Blocks that were put on requests, for a lifted one leaves no trace on the row.
CREATE TABLE block (
  row         INTEGER PRIMARY KEY,
  customer_id TEXT    NOT NULL,
  request_id  TEXT    NOT NULL,
  reason      TEXT    NOT NULL,
  at          INTEGER NOT NULL
) STRICT;
CREATE INDEX block_customer ON block (customer_id, at);
INSERT INTO block (customer_id, request_id, reason, at)
  SELECT r.customer_id, r.id, coalesce((SELECT json_extract(json_extract(c.value, '$[2]'), '$.reason')
    FROM json_each(e.changes) AS c WHERE json_extract(c.value, '$[0]') = 'block'), 'other'), e.at
  FROM event AS e CROSS JOIN request AS r ON r.id = e.chain
  WHERE e.type = 'payout-request-blocked';

-- Beside the journal: rows that lapse.
CREATE TABLE claim (
  request_id TEXT    PRIMARY KEY,
  "by"       TEXT    NOT NULL,
  since      INTEGER NOT NULL,
  until      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_by ON claim ("by", until);

CREATE TABLE presence (
  request_id TEXT    NOT NULL,
  "by"       TEXT    NOT NULL,
  since      INTEGER NOT NULL,
  until      INTEGER NOT NULL,
  PRIMARY KEY (request_id, "by")
) STRICT, WITHOUT ROWID;
CREATE INDEX presence_until ON presence (until);

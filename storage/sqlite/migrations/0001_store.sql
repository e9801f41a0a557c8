-- The first schema. Columns bear the names of the engine's nouns; amounts are
-- minor units of the currency beside them, times are microseconds UTC with 0
-- for none, lists are JSON. Nothing here is NULL but foreign keys to nothing.

CREATE TABLE organisation (
  row         INTEGER PRIMARY KEY CHECK (row = 1),
  id          TEXT    NOT NULL,
  created_at  INTEGER NOT NULL,
  head_number INTEGER NOT NULL,
  head_hash   BLOB    NOT NULL
) STRICT;

CREATE TABLE config_revision (
  row      INTEGER PRIMARY KEY CHECK (row = 1),
  revision INTEGER NOT NULL
) STRICT;
INSERT INTO config_revision VALUES (1, 0);

CREATE TABLE config (
  place INTEGER PRIMARY KEY, -- in the order of first keeping
  kind  TEXT NOT NULL,
  id    TEXT NOT NULL,
  body  TEXT NOT NULL,       -- JSON; '' once it is out of use
  UNIQUE (kind, id)
) STRICT;

CREATE TABLE balance (
  gateway_id TEXT    PRIMARY KEY,
  known      INTEGER NOT NULL,
  currency   TEXT    NOT NULL,
  balance    INTEGER NOT NULL,
  reserved   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE customer (
  row            INTEGER PRIMARY KEY,
  id             TEXT    NOT NULL UNIQUE,
  reference      TEXT    NOT NULL,
  name           TEXT    NOT NULL,
  email          TEXT    NOT NULL,
  country        TEXT    NOT NULL,
  tags           TEXT    NOT NULL,
  payout_enabled INTEGER NOT NULL,
  created_by     TEXT    NOT NULL,
  created_at     INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX customer_reference ON customer (reference) WHERE reference <> '';

CREATE TABLE instrument (
  row         INTEGER PRIMARY KEY,
  id          TEXT    NOT NULL UNIQUE,
  customer_id TEXT    NOT NULL REFERENCES customer (id),
  service_id  TEXT    NOT NULL,
  method      TEXT    NOT NULL,
  currency    TEXT    NOT NULL,
  fields      TEXT    NOT NULL,
  ending      TEXT    NOT NULL, -- the last four characters of what people call its number
  status      TEXT    NOT NULL,
  created_by  TEXT    NOT NULL,
  created_at  INTEGER NOT NULL,
  verified_by TEXT    NOT NULL
) STRICT;
CREATE INDEX instrument_customer ON instrument (customer_id);

CREATE TABLE payment (
  row           INTEGER PRIMARY KEY,
  id            TEXT    NOT NULL UNIQUE,
  customer_id   TEXT    NOT NULL REFERENCES customer (id),
  instrument_id TEXT    NOT NULL,
  gateway_id    TEXT    NOT NULL,
  kind          TEXT    NOT NULL,
  currency      TEXT    NOT NULL,
  amount        INTEGER NOT NULL,
  at            INTEGER NOT NULL,
  created_by    TEXT    NOT NULL,
  created_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX payment_customer ON payment (customer_id);

CREATE TABLE request (
  row                 INTEGER PRIMARY KEY,
  id                  TEXT    NOT NULL UNIQUE,
  reference           TEXT    NOT NULL,
  point_id            TEXT    NOT NULL,
  mode                TEXT    NOT NULL,
  customer_id         TEXT    NOT NULL REFERENCES customer (id),
  instrument_id       TEXT    NOT NULL,
  description         TEXT    NOT NULL,
  currency            TEXT    NOT NULL,
  amount              INTEGER NOT NULL,
  original_amount     INTEGER NOT NULL,
  policy_amount       INTEGER NOT NULL,
  status              TEXT    NOT NULL,
  status_since        INTEGER NOT NULL,
  blocked             INTEGER NOT NULL,
  block_reason        TEXT    NOT NULL,
  block_description   TEXT    NOT NULL,
  block_by            TEXT    NOT NULL,
  block_at            INTEGER NOT NULL,
  approvals           TEXT    NOT NULL,
  makers              TEXT    NOT NULL,
  held_back           INTEGER NOT NULL,
  ready_at            INTEGER NOT NULL,
  expire_at           INTEGER NOT NULL,
  cancellation        TEXT    NOT NULL, -- by and description; '' unless canceled
  split_from          TEXT    NOT NULL,
  merged_into         TEXT    NOT NULL,
  remainder_of        TEXT    NOT NULL,
  live                INTEGER NOT NULL,
  paid                INTEGER NOT NULL,
  attention           TEXT    NOT NULL,
  version             INTEGER NOT NULL,
  created_at          INTEGER NOT NULL,
  updated_at          INTEGER NOT NULL,
  head_number         INTEGER NOT NULL,
  head_hash           BLOB    NOT NULL
) STRICT;

-- Twice the reference: the first finds it in any case, both make it unique.
CREATE UNIQUE INDEX request_reference ON request (reference COLLATE NOCASE, reference, point_id)
  WHERE reference <> '';

-- One index for every order offered. Two hold the status, for a view of one
-- status would otherwise have to read all others.
CREATE INDEX request_created        ON request (mode, created_at);
CREATE INDEX request_updated        ON request (mode, updated_at);
CREATE INDEX request_status_created ON request (mode, status, created_at);
CREATE INDEX request_status_since   ON request (mode, status, status_since);
CREATE INDEX request_amount         ON request (mode, currency, amount);
CREATE INDEX request_customer       ON request (customer_id, created_at);

-- Small ones, for what few requests are.
CREATE INDEX request_due_ready   ON request (ready_at)
  WHERE status = 'pending' AND blocked = 0 AND ready_at <> 0;
CREATE INDEX request_due_expire  ON request (expire_at)
  WHERE status IN ('pending', 'ready', 'approved') AND blocked = 0 AND expire_at <> 0;
CREATE INDEX request_attention   ON request (mode, created_at) WHERE attention <> '';
CREATE INDEX request_blocked     ON request (mode, created_at) WHERE blocked = 1;
CREATE INDEX request_split_from  ON request (split_from) WHERE split_from <> '';
CREATE INDEX request_merged_into ON request (merged_into) WHERE merged_into <> '';
CREATE INDEX request_remainder   ON request (remainder_of) WHERE remainder_of <> '';

CREATE TABLE request_count (
  mode      TEXT    NOT NULL,
  status    TEXT    NOT NULL,
  blocked   INTEGER NOT NULL,
  attention INTEGER NOT NULL,
  currency  TEXT    NOT NULL,
  requests  INTEGER NOT NULL,
  sum       INTEGER NOT NULL,
  PRIMARY KEY (mode, status, blocked, attention, currency)
) STRICT, WITHOUT ROWID;

CREATE TABLE allocation (
  row             INTEGER PRIMARY KEY,
  id              TEXT    NOT NULL UNIQUE,
  request_id      TEXT    NOT NULL REFERENCES request (id),
  customer_id     TEXT    NOT NULL,
  mode            TEXT    NOT NULL,
  instrument_id   TEXT    NOT NULL,
  gateway_id      TEXT    NOT NULL,
  route_id        TEXT    NOT NULL,
  currency        TEXT    NOT NULL,
  amount          INTEGER NOT NULL,
  held            INTEGER NOT NULL,
  paid            INTEGER NOT NULL,
  overpaid        INTEGER NOT NULL,
  returned        INTEGER NOT NULL,
  payout_currency TEXT    NOT NULL,
  payout_amount   INTEGER NOT NULL,
  fee             INTEGER NOT NULL,
  reserved        INTEGER NOT NULL,
  status          TEXT    NOT NULL,
  origin          TEXT    NOT NULL,
  replaces        TEXT    NOT NULL,
  attempt         INTEGER NOT NULL,
  reason          TEXT    NOT NULL,
  override        TEXT    NOT NULL,
  conflict        INTEGER NOT NULL,
  created_by      TEXT    NOT NULL,
  created_at      INTEGER NOT NULL,
  updated_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX allocation_request  ON allocation (request_id, created_at);
CREATE INDEX allocation_customer ON allocation (customer_id);
CREATE INDEX allocation_gateway  ON allocation (gateway_id, created_at);
CREATE INDEX allocation_queued   ON allocation (gateway_id, updated_at) WHERE status = 'queued';

-- What was allocated from an account minute by minute, so that a day's sum reads
-- 1,440 rows, not a day's allocations.
CREATE TABLE allocated (
  gateway_id TEXT    NOT NULL,
  currency   TEXT    NOT NULL,
  minute     INTEGER NOT NULL, -- of created_at, since 1970
  amount     INTEGER NOT NULL, -- held or paid
  PRIMARY KEY (gateway_id, currency, minute)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER allocation_made AFTER INSERT ON allocation BEGIN
  INSERT INTO allocated VALUES (new.gateway_id, new.currency, new.created_at / 60000000, new.held + new.paid)
  ON CONFLICT DO UPDATE SET amount = amount + excluded.amount;
END;
CREATE TRIGGER allocation_changed AFTER UPDATE OF held, paid ON allocation
WHEN new.held + new.paid <> old.held + old.paid BEGIN
  UPDATE allocated SET amount = amount - old.held - old.paid + new.held + new.paid
  WHERE gateway_id = new.gateway_id AND currency = new.currency AND minute = new.created_at / 60000000;
END;

CREATE TABLE payout (
  row           INTEGER PRIMARY KEY,
  id            TEXT    NOT NULL UNIQUE,
  allocation_id TEXT    UNIQUE REFERENCES allocation (id), -- NULL if no route was found
  request_id    TEXT    NOT NULL REFERENCES request (id),
  customer_id   TEXT    NOT NULL,
  gateway_id    TEXT    NOT NULL,
  currency      TEXT    NOT NULL,
  amount        INTEGER NOT NULL,
  processed     INTEGER NOT NULL,
  status        TEXT    NOT NULL,
  resolution    TEXT    NOT NULL,
  verdict       TEXT    NOT NULL,
  conflict      INTEGER NOT NULL,
  accepted      INTEGER NOT NULL,
  provider_id   TEXT    NOT NULL,
  message       TEXT    NOT NULL,
  sent          INTEGER NOT NULL,
  look_ups      INTEGER NOT NULL,
  intent_at     INTEGER NOT NULL,
  look_up_at    INTEGER NOT NULL,
  lease_until   INTEGER NOT NULL,
  lease_by      TEXT    NOT NULL,
  due_at        INTEGER NOT NULL, -- the earlier of look_up_at and lease_until; 0 for never
  created_at    INTEGER NOT NULL,
  updated_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX payout_request ON payout (request_id);
CREATE INDEX payout_due     ON payout (due_at) WHERE due_at <> 0;

CREATE TABLE comment (
  row          INTEGER PRIMARY KEY,
  id           TEXT    NOT NULL UNIQUE,
  request_id   TEXT    NOT NULL REFERENCES request (id),
  "by"         TEXT    NOT NULL,
  at           INTEGER NOT NULL,
  text         TEXT    NOT NULL,
  withdrawn_by TEXT    NOT NULL,
  withdrawn_at INTEGER NOT NULL
) STRICT;
CREATE INDEX comment_request ON comment (request_id);

CREATE TABLE event (
  seq          INTEGER PRIMARY KEY,
  chain        TEXT    NOT NULL,
  number       INTEGER NOT NULL,
  at           INTEGER NOT NULL,
  "by"         TEXT    NOT NULL,
  os_user      TEXT    NOT NULL,
  door         TEXT    NOT NULL,
  type         TEXT    NOT NULL,
  subject_kind TEXT    NOT NULL,
  subject_id   TEXT    NOT NULL,
  version      INTEGER NOT NULL,
  changes      TEXT    NOT NULL,
  details      TEXT    NOT NULL,
  key          TEXT    NOT NULL,
  hash         BLOB    NOT NULL,
  UNIQUE (chain, number)
) STRICT;

CREATE TABLE remembered (
  key         TEXT    PRIMARY KEY,
  fingerprint TEXT    NOT NULL,
  result      TEXT    NOT NULL,
  at          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- People know an id by its end, which is what screens have room for.
CREATE INDEX request_ending    ON request    (substr(id,-1)||substr(id,-2,1)||substr(id,-3,1)||substr(id,-4,1)||substr(id,-5,1)||substr(id,-6,1));
CREATE INDEX allocation_ending ON allocation (substr(id,-1)||substr(id,-2,1)||substr(id,-3,1)||substr(id,-4,1)||substr(id,-5,1)||substr(id,-6,1));
CREATE INDEX payout_ending     ON payout     (substr(id,-1)||substr(id,-2,1)||substr(id,-3,1)||substr(id,-4,1)||substr(id,-5,1)||substr(id,-6,1));
CREATE INDEX customer_ending   ON customer   (substr(id,-1)||substr(id,-2,1)||substr(id,-3,1)||substr(id,-4,1)||substr(id,-5,1)||substr(id,-6,1));
CREATE INDEX instrument_ending ON instrument (substr(id,-1)||substr(id,-2,1)||substr(id,-3,1)||substr(id,-4,1)||substr(id,-5,1)||substr(id,-6,1));

-- What nobody may change, not even by hand.
CREATE TRIGGER event_kept BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'the journal is only ever added to'); END;
CREATE TRIGGER event_kept_whole BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'the journal is only ever added to'); END;
CREATE TRIGGER request_kept BEFORE DELETE ON request
BEGIN SELECT RAISE(ABORT, 'a request is never deleted'); END;
CREATE TRIGGER request_final BEFORE UPDATE OF status ON request
WHEN old.status IN ('fulfilled', 'canceled', 'split', 'merged') AND new.status <> old.status
BEGIN SELECT RAISE(ABORT, 'a final status never changes'); END;
CREATE TRIGGER request_original BEFORE UPDATE OF original_amount, currency ON request
WHEN new.original_amount <> old.original_amount OR new.currency <> old.currency
BEGIN SELECT RAISE(ABORT, 'the original amount never changes'); END;
CREATE TRIGGER allocation_kept BEFORE DELETE ON allocation
BEGIN SELECT RAISE(ABORT, 'an allocation is never deleted'); END;
CREATE TRIGGER allocation_ended BEFORE UPDATE OF status ON allocation
WHEN old.status IN ('completed', 'failed', 'canceled', 'declined') AND new.status <> old.status
 AND (old.status = 'canceled' OR new.status NOT IN ('completed', 'failed'))
BEGIN SELECT RAISE(ABORT, 'an allocation that has ended never moves again, but by a conflict resolved'); END;
CREATE TRIGGER payout_kept BEFORE DELETE ON payout
BEGIN SELECT RAISE(ABORT, 'a payout is never deleted'); END;

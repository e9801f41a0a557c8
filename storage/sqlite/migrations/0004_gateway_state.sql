-- What is true of a gateway account now, beside what is configured of it.
CREATE TABLE gateway_state (
  gateway_id   TEXT    PRIMARY KEY,
  pause_reason TEXT    NOT NULL, -- '' unless paused
  paused_by    TEXT    NOT NULL,
  paused_at    INTEGER NOT NULL,
  unhealthy    TEXT    NOT NULL, -- why; '' while it is operational
  health_since INTEGER NOT NULL,
  synced_at    INTEGER NOT NULL,
  sync_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What each route was used for, day by day in UTC: how many allocations were
-- made on it, how many of its payouts ended, how many of those were paid, and
-- what left the account by it or may yet (turnover, in the account's currency).
-- Days are those on which an allocation was made.
CREATE TABLE route_day (
  day        INTEGER NOT NULL, -- since 1970
  gateway_id TEXT    NOT NULL,
  route_id   TEXT    NOT NULL,
  used       INTEGER NOT NULL,
  ended      INTEGER NOT NULL,
  succeeded  INTEGER NOT NULL,
  turnover   INTEGER NOT NULL,
  PRIMARY KEY (day, gateway_id, route_id)
) STRICT, WITHOUT ROWID;
INSERT INTO route_day
  SELECT a.created_at / 86400000000, a.gateway_id, a.route_id, count(*),
    coalesce(sum(p.verdict <> ''), 0), coalesce(sum(p.verdict = 'paid'), 0),
    sum(CASE WHEN a.reserved <> 0 THEN a.payout_amount ELSE coalesce(p.processed, 0) END)
  FROM allocation AS a LEFT JOIN payout AS p ON p.allocation_id = a.id
  GROUP BY 1, 2, 3;

CREATE TRIGGER route_used AFTER INSERT ON allocation BEGIN
  INSERT INTO route_day VALUES (new.created_at / 86400000000, new.gateway_id, new.route_id, 1, 0, 0,
    iif(new.reserved <> 0, new.payout_amount, 0))
  ON CONFLICT DO UPDATE SET used = used + 1, turnover = turnover + excluded.turnover;
END;
CREATE TRIGGER route_reserved AFTER UPDATE OF reserved, payout_amount ON allocation
WHEN iif(new.reserved <> 0, new.payout_amount, 0) <> iif(old.reserved <> 0, old.payout_amount, 0) BEGIN
  UPDATE route_day SET turnover = turnover + iif(new.reserved <> 0, new.payout_amount, 0)
    - iif(old.reserved <> 0, old.payout_amount, 0)
    - iif((new.reserved <> 0) <> (old.reserved <> 0),
        iif(new.reserved <> 0, 1, -1) * coalesce((SELECT processed FROM payout WHERE allocation_id = new.id), 0), 0)
  WHERE day = new.created_at / 86400000000 AND gateway_id = new.gateway_id AND route_id = new.route_id;
END;
CREATE TRIGGER route_payout AFTER INSERT ON payout
WHEN new.allocation_id IS NOT NULL AND (new.verdict <> '' OR new.processed <> 0) BEGIN
  UPDATE route_day SET ended = ended + (new.verdict <> ''), succeeded = succeeded + (new.verdict = 'paid'),
    turnover = turnover + iif((SELECT reserved FROM allocation WHERE id = new.allocation_id) <> 0, 0, new.processed)
  WHERE (day, gateway_id, route_id) = (SELECT created_at / 86400000000, gateway_id, route_id
    FROM allocation WHERE id = new.allocation_id);
END;
CREATE TRIGGER route_ended AFTER UPDATE OF verdict, processed ON payout
WHEN new.allocation_id IS NOT NULL AND (new.verdict <> old.verdict OR new.processed <> old.processed) BEGIN
  UPDATE route_day SET ended = ended + (new.verdict <> '') - (old.verdict <> ''),
    succeeded = succeeded + (new.verdict = 'paid') - (old.verdict = 'paid'),
    turnover = turnover + iif((SELECT reserved FROM allocation WHERE id = new.allocation_id) <> 0, 0,
      new.processed - old.processed)
  WHERE (day, gateway_id, route_id) = (SELECT created_at / 86400000000, gateway_id, route_id
    FROM allocation WHERE id = new.allocation_id);
END;

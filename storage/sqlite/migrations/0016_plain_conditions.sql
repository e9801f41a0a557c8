-- For a list of more than two words SQLite builds a table each time that it asks
-- whether one is among them, and it asked three times whenever a request moved:
-- a third of what that costs. The same conditions, word by word.
--
-- And where a statement may abort half-way, SQLite copies each page before it
-- changes it. These triggers speak before a row is touched, so FAIL refuses it
-- as well, and a statement that says OR FAIL for a single row copies nothing.
DROP TRIGGER request_final;
CREATE TRIGGER request_final BEFORE UPDATE OF status ON request
WHEN new.status <> old.status
 AND (old.status = 'fulfilled' OR old.status = 'canceled' OR old.status = 'split' OR old.status = 'merged')
BEGIN SELECT RAISE(FAIL, 'a final status never changes'); END;

DROP TRIGGER request_original;
CREATE TRIGGER request_original BEFORE UPDATE OF original_amount, currency ON request
WHEN new.original_amount <> old.original_amount OR new.currency <> old.currency
BEGIN SELECT RAISE(FAIL, 'the original amount never changes'); END;

DROP TRIGGER run_item_ended;
CREATE TRIGGER run_item_ended BEFORE UPDATE OF result ON run_item
WHEN old.result <> 'waiting'
BEGIN SELECT RAISE(FAIL, 'an item of a run is done once'); END;

DROP TRIGGER allocation_ended;
CREATE TRIGGER allocation_ended BEFORE UPDATE OF status ON allocation
WHEN new.status <> old.status
 AND (old.status = 'canceled'
  OR (old.status = 'completed' OR old.status = 'failed' OR old.status = 'declined')
   AND new.status <> 'completed' AND new.status <> 'failed')
BEGIN SELECT RAISE(ABORT, 'an allocation that has ended never moves again, but by a conflict resolved'); END;

DROP INDEX request_due_expire;
CREATE INDEX request_due_expire ON request (expire_at)
  WHERE expire_at <> 0 AND blocked = 0 AND (status = 'pending' OR status = 'ready' OR status = 'approved');

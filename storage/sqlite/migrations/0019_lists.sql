-- Every list that screens offer has an index for each order: what needs
-- attention, what is blocked, and what is open, by when it last changed and by
-- amount. These are indexes of the few requests that are any of this, so most
-- requests are in none of them.
DROP INDEX request_attention;
CREATE INDEX request_attention_created ON request (mode, attention, created_at)       WHERE attention <> '';
CREATE INDEX request_attention_updated ON request (mode, attention, updated_at)       WHERE attention <> '';
CREATE INDEX request_attention_since   ON request (mode, attention, status_since)     WHERE attention <> '';
CREATE INDEX request_attention_amount  ON request (mode, attention, currency, amount) WHERE attention <> '';

DROP INDEX request_blocked;
CREATE INDEX request_blocked_created ON request (mode, created_at)       WHERE blocked = 1;
CREATE INDEX request_blocked_updated ON request (mode, updated_at)       WHERE blocked = 1;
CREATE INDEX request_blocked_since   ON request (mode, status_since)     WHERE blocked = 1;
CREATE INDEX request_blocked_amount  ON request (mode, currency, amount) WHERE blocked = 1;

CREATE INDEX request_open_updated ON request (mode, status, updated_at)
  WHERE status = 'pending' OR status = 'ready' OR status = 'approved' OR status = 'in-progress';
CREATE INDEX request_open_amount ON request (mode, status, currency, amount)
  WHERE status = 'pending' OR status = 'ready' OR status = 'approved' OR status = 'in-progress';

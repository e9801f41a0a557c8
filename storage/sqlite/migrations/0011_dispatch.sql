-- What the engine does by itself with a request, and when; parts that are paid
-- one after the other.

ALTER TABLE request ADD COLUMN automatic INTEGER NOT NULL DEFAULT 0;
ALTER TABLE request ADD COLUMN dispatch_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX request_due_dispatch ON request (dispatch_at)
  WHERE status IN ('approved', 'in-progress') AND blocked = 0 AND dispatch_at <> 0;

ALTER TABLE allocation ADD COLUMN in_turn INTEGER NOT NULL DEFAULT 0;

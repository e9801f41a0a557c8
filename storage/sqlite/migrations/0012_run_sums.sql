-- What the items of a run amount to, by what became of them.

ALTER TABLE run ADD COLUMN out_sums     TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN done_sums    TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN refused_sums TEXT NOT NULL DEFAULT '';

ALTER TABLE run_item ADD COLUMN currency TEXT    NOT NULL DEFAULT '';
ALTER TABLE run_item ADD COLUMN amount   INTEGER NOT NULL DEFAULT 0; -- minor units, as seen

-- How a payout amount in another currency came to be.

ALTER TABLE allocation ADD COLUMN quote TEXT NOT NULL DEFAULT ''; -- JSON; '' in one currency

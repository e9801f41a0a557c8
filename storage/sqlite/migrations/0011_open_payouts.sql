-- The payouts of an account whose outcome is open: what is to be paid by hand.
CREATE INDEX payout_open ON payout (gateway_id, row) WHERE verdict = '' AND allocation_id IS NOT NULL;

-- Money that came back after it was paid.
ALTER TABLE payout     ADD COLUMN returned   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE allocation ADD COLUMN reopened   INTEGER NOT NULL DEFAULT 0; -- of returned, what is available again
ALTER TABLE request    ADD COLUMN pays_again TEXT    NOT NULL DEFAULT ''; -- the request whose returned money this one pays
CREATE INDEX request_pays_again ON request (pays_again) WHERE pays_again <> '';

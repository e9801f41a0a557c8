-- What the merchant keeps with a request, and conditions of routing ask for:
-- rows of key and value, '' for none.
ALTER TABLE request ADD COLUMN metadata TEXT NOT NULL DEFAULT '';

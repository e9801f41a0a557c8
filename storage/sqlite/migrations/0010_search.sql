-- What people search for: indexes of all runs of three characters, which hold
-- nothing but row numbers, and the rows up to which they go.

CREATE VIRTUAL TABLE request_search USING fts5 (
  reference, content = '', columnsize = 0, detail = none, tokenize = 'trigram');
CREATE VIRTUAL TABLE customer_search USING fts5 (
  name, email, content = '', columnsize = 0, detail = none, tokenize = 'trigram');

CREATE TABLE search_mark (
  kind TEXT    PRIMARY KEY,
  row  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO request_search (rowid, reference) SELECT row, reference FROM request WHERE reference <> '';
INSERT INTO customer_search (rowid, name, email) SELECT row, name, email FROM customer;
INSERT INTO search_mark SELECT 'request', coalesce(max(row), 0) FROM request;
INSERT INTO search_mark SELECT 'customer', coalesce(max(row), 0) FROM customer;

-- The last four characters of a number, from the first and from the second on.
CREATE INDEX instrument_last_four  ON instrument (substr(ending, 1, 3) COLLATE NOCASE);
CREATE INDEX instrument_last_three ON instrument (substr(ending, 2) COLLATE NOCASE);

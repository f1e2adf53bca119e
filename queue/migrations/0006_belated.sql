-- Movements that came to be known more than a day after they occurred: since is when the
-- shop posted one, or when it was told if the shop did not. What concerns a count is
-- found by it, however long ago the goods moved.
CREATE TABLE belated (
  location  INTEGER NOT NULL REFERENCES symbol,
  item      INTEGER NOT NULL REFERENCES symbol,
  since     INTEGER NOT NULL,
  source    INTEGER NOT NULL REFERENCES symbol,
  source_id TEXT NOT NULL,
  PRIMARY KEY (location, item, since, source, source_id)
) STRICT, WITHOUT ROWID;
INSERT INTO belated (location, item, since, source, source_id)
  SELECT m.location, m.item, ifnull(m.posted, e.at), m.source, m.source_id
  FROM movement m JOIN event e ON e.seq = m.seq WHERE ifnull(m.posted, e.at) > m.occurred + 86400000000;

-- Scanners that were paired at work, and what opens them.
CREATE TABLE paired (
  device   TEXT PRIMARY KEY,
  seq      INTEGER NOT NULL,  -- when it was paired first
  name     TEXT NOT NULL,
  settings TEXT NOT NULL      -- the section [[scanner]], a JSON object
) STRICT, WITHOUT ROWID;

-- A step of the agent's clock: the event that told of it, what the clock showed
-- then, and by how many microseconds it had moved. seq says which rows were
-- stored before it.
CREATE TABLE step (
  seq INTEGER PRIMARY KEY,
  at  INTEGER NOT NULL,
  by  INTEGER NOT NULL
) STRICT;
INSERT INTO step (seq, at, by)
  SELECT seq, at, json_extract(data, '$.by') / 1000 FROM event WHERE kind = 'clock.stepped';

-- The oldest row of the part's entries, so that it can be told which steps of the
-- clock came before all of them.
ALTER TABLE part ADD COLUMN first INTEGER NOT NULL DEFAULT 0;
UPDATE part SET first = f.first FROM (
  SELECT c.count, s.item, c.bin, c.round, c.pass, s.cond, min(ifnull(s.voids, s.seq)) AS first
  FROM scan s JOIN context c ON c.no = s.context WHERE s.op IN (0, 1)
  GROUP BY c.count, s.item, c.bin, c.round, c.pass, s.cond
) AS f WHERE part.count = f.count AND part.item = f.item AND part.bin = f.bin
  AND part.round = f.round AND part.pass = f.pass AND part.cond = f.cond;

-- What moved in a year is summed up from the index alone.
DROP INDEX movement_of_item;
CREATE INDEX movement_of_item ON movement (location, item, occurred, kind, quantity);

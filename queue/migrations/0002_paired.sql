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

-- What a count is about: its zones, bins and classes as JSON, the length of its list,
-- and how a spot check was drawn. The list itself may have 100,000 items.
ALTER TABLE count ADD COLUMN scope TEXT NOT NULL DEFAULT '{}';
ALTER TABLE count ADD COLUMN listed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE count ADD COLUMN sample TEXT NOT NULL DEFAULT '';
CREATE TABLE listed (
  count    TEXT NOT NULL REFERENCES count,
  item     TEXT NOT NULL,
  position INTEGER NOT NULL, -- in the order of the list
  PRIMARY KEY (count, item)
) STRICT, WITHOUT ROWID;

-- Who works here, with the salted hashes of what proves it. Who was removed stays, so
-- that nobody else gets the name.
CREATE TABLE person (
  id    TEXT PRIMARY KEY,
  seq   INTEGER NOT NULL,
  name  TEXT NOT NULL,
  role  TEXT NOT NULL,
  pin   TEXT NOT NULL,
  badge TEXT NOT NULL,
  added INTEGER,
  here  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who uses a browser now, and how that was said.
CREATE TABLE signed_in (
  access TEXT PRIMARY KEY,
  seq    INTEGER NOT NULL,
  person TEXT NOT NULL REFERENCES person,
  by     TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Of which class items were when a count was opened, where the class has limits of
-- its own: the items of each class, a JSON list.
CREATE TABLE class (
  count TEXT NOT NULL REFERENCES count,
  class TEXT NOT NULL,
  items TEXT NOT NULL,
  PRIMARY KEY (count, class)
) STRICT, WITHOUT ROWID;

-- The scan that says what the next item of a pass counts as. Most of the time there
-- is none.
CREATE TABLE awaited (
  pass TEXT PRIMARY KEY REFERENCES pass,
  seq  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A serial number that an entry counts, if it was looked at (flag 1<<18): one counts
-- once in a round.
CREATE TABLE serial (
  count  INTEGER NOT NULL REFERENCES symbol,
  item   INTEGER NOT NULL REFERENCES symbol,
  round  INTEGER NOT NULL,
  serial TEXT NOT NULL,
  seq    INTEGER NOT NULL,
  PRIMARY KEY (count, item, round, serial, seq)
) STRICT, WITHOUT ROWID;

-- Barcodes that people taught. They are no part of any catalogue's generation: a new
-- catalogue leaves them.
CREATE TABLE taught (
  text  TEXT PRIMARY KEY,
  seq   INTEGER NOT NULL,
  key   TEXT NOT NULL,
  other TEXT NOT NULL,
  item  TEXT NOT NULL,
  pack  INTEGER NOT NULL,
  at    INTEGER NOT NULL,
  actor TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX taught_key ON taught (key);
CREATE INDEX taught_other ON taught (other) WHERE other <> '';

-- The scan of the badge of who counts with a scanner now.
CREATE TABLE bearer (
  device TEXT PRIMARY KEY,
  seq    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What is wanted for the damaged units of an item of a count: that they are moved to
-- a damaged state, which somebody does in the shop's own program.
CREATE TABLE damaged (
  count             TEXT NOT NULL REFERENCES count,
  item              TEXT NOT NULL,
  seq               INTEGER NOT NULL,
  location          TEXT NOT NULL,
  quantity          INTEGER NOT NULL,
  asked             INTEGER,
  asked_uncertainty INTEGER NOT NULL,
  by                TEXT NOT NULL,
  moved             INTEGER,
  moved_uncertainty INTEGER NOT NULL,
  moved_by          TEXT NOT NULL,
  PRIMARY KEY (count, item)
) STRICT, WITHOUT ROWID;

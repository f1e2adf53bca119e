-- When each person ended what they last counted in a pass: what they enter next, they
-- began to count after that. seq is the entry that ended it, in bin, and before is what it
-- was until then, for the undo of that entry.
CREATE TABLE counting (
  pass               TEXT NOT NULL REFERENCES pass,
  actor              TEXT NOT NULL,
  bin                TEXT NOT NULL,
  seq                INTEGER NOT NULL,
  ended              INTEGER,
  ended_uncertainty  INTEGER NOT NULL,
  before             INTEGER,
  before_uncertainty INTEGER NOT NULL,
  PRIMARY KEY (pass, actor)
) STRICT, WITHOUT ROWID;

-- From when on a part was counted whose entries are all undone: what is entered for
-- it next may have been counted then.
CREATE TABLE emptied (
  count            INTEGER NOT NULL REFERENCES symbol,
  item             INTEGER NOT NULL REFERENCES symbol,
  bin              INTEGER NOT NULL REFERENCES symbol,
  round            INTEGER NOT NULL,
  pass             INTEGER NOT NULL REFERENCES symbol,
  "from"           INTEGER,
  from_uncertainty INTEGER NOT NULL,
  PRIMARY KEY (count, item, bin, round, pass)
) STRICT, WITHOUT ROWID;

-- Up to this row a window began at the newest row of its pass, whatever that was. What
-- was counted then keeps the windows that it was judged by.
CREATE TABLE counting_since (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  seq INTEGER NOT NULL
) STRICT;
INSERT INTO counting_since SELECT 1, ifnull((SELECT seq FROM head), 0);

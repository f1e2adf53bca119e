-- What the upstream said of items that no count asks about. It is remembered, not logged:
-- it can be asked for again. head is the newest row of the log when it was asked for.
CREATE TABLE level (
  location  TEXT NOT NULL,
  item      TEXT NOT NULL,
  head      INTEGER NOT NULL,
  unknown   INTEGER NOT NULL,
  on_hand   INTEGER NOT NULL,
  available INTEGER NOT NULL,
  committed INTEGER NOT NULL,
  tracked   INTEGER NOT NULL,
  stocked   INTEGER NOT NULL,
  changed   INTEGER,
  stated    INTEGER,
  at        INTEGER,
  asked     INTEGER NOT NULL,
  PRIMARY KEY (location, item)
) STRICT, WITHOUT ROWID;

-- The transfers that were not ended when the upstream was asked, as JSON; remembered, too.
CREATE TABLE under_way (
  location TEXT PRIMARY KEY,
  body     TEXT NOT NULL
) STRICT, WITHOUT ROWID;

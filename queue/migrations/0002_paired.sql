-- Scanners that were paired at work, and what opens them.
CREATE TABLE paired (
  device   TEXT PRIMARY KEY,
  seq      INTEGER NOT NULL,  -- when it was paired first
  name     TEXT NOT NULL,
  settings TEXT NOT NULL      -- the section [[scanner]], a JSON object
) STRICT, WITHOUT ROWID;

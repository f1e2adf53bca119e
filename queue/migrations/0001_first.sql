-- What a row means, table by table. Times are microseconds since 1970 in UTC,
-- uncertainties whole microseconds, hashes SHA-256, quantities base units of an
-- item. Numbers that refer to symbol stand for its text; 0 is the empty text.
-- The log is symbol, context, scan and event. Views follow from the log alone
-- and can be rebuilt from it; the tables at the end cannot.

PRAGMA application_id = 0x53744B48; -- "StKH": the file is Stockhand's

-- The log ------------------------------------------------------------------

-- A text that log rows repeat: an item, a bin, a device, a count, a pass, an
-- actor as kind:id.
CREATE TABLE symbol (
  no   INTEGER PRIMARY KEY,
  text TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO symbol (no, text) VALUES (0, '');

-- What consecutive scans have in common: who, with what, in which run of the
-- agent, where. Exists so that a scan needs one small number for all of it. zero
-- is when the run's monotonic clock stood at 0, in wall-clock nanoseconds, as the
-- first of these scans tells.
CREATE TABLE context (
  no     INTEGER PRIMARY KEY,
  actor  INTEGER NOT NULL REFERENCES symbol,
  device INTEGER NOT NULL REFERENCES symbol,
  run    INTEGER NOT NULL,
  count  INTEGER NOT NULL REFERENCES symbol,
  pass   INTEGER NOT NULL REFERENCES symbol,
  round  INTEGER NOT NULL,
  bin    INTEGER NOT NULL REFERENCES symbol,
  zero   INTEGER NOT NULL,
  UNIQUE (pass, bin, round, actor, device, run, count)
) STRICT;

-- One entry: a read of a scanner or a quantity typed by a person. op: 0 add,
-- 1 set, 2 void, 3 move, 4 note. cond: 0 good, 1 damaged, 2 none. raw holds the
-- bytes read; one to eighteen bytes that are all digits are kept as an integer
-- behind a leading 1 (half the size). code is null where it follows from raw by
-- the rule of plainCode, else JSON. drift is by how many nanoseconds the wall
-- clock ran ahead of the monotonic one since the context's zero.
CREATE TABLE scan (
  seq         INTEGER PRIMARY KEY,
  context     INTEGER NOT NULL REFERENCES context,
  item        INTEGER NOT NULL REFERENCES symbol,
  quantity    INTEGER NOT NULL,
  op          INTEGER NOT NULL CHECK (op BETWEEN 0 AND 4),
  cond        INTEGER NOT NULL CHECK (cond BETWEEN 0 AND 2),
  flags       INTEGER NOT NULL,
  voids       INTEGER,
  sequence    INTEGER NOT NULL,
  at          INTEGER,
  uncertainty INTEGER NOT NULL,
  drift       INTEGER NOT NULL,
  raw         ANY,
  code        TEXT
) STRICT;

-- One fact that is not a scan; data is its payload as compact JSON.
CREATE TABLE event (
  seq   INTEGER PRIMARY KEY,
  kind  TEXT NOT NULL,
  v     INTEGER NOT NULL,
  at    INTEGER NOT NULL,
  actor INTEGER NOT NULL REFERENCES symbol,
  data  TEXT NOT NULL CHECK (json_valid(data))
) STRICT;

CREATE TRIGGER scan_never_changes BEFORE UPDATE ON scan BEGIN SELECT RAISE(ABORT, 'a scan never changes'); END;
CREATE TRIGGER scan_stays BEFORE DELETE ON scan BEGIN SELECT RAISE(ABORT, 'a scan is never deleted'); END;
CREATE TRIGGER event_never_changes BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'an event never changes'); END;
CREATE TRIGGER event_stays BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'an event is never deleted'); END;
CREATE TRIGGER symbol_never_changes BEFORE UPDATE ON symbol BEGIN SELECT RAISE(ABORT, 'a symbol never changes'); END;
CREATE TRIGGER symbol_stays BEFORE DELETE ON symbol BEGIN SELECT RAISE(ABORT, 'a symbol is never deleted'); END;
CREATE TRIGGER context_never_changes BEFORE UPDATE ON context BEGIN SELECT RAISE(ABORT, 'a context never changes'); END;
CREATE TRIGGER context_stays BEFORE DELETE ON context BEGIN SELECT RAISE(ABORT, 'a context is never deleted'); END;

-- The one row that says where the log ends: its newest row and the rolling hash
-- over everything up to it. The hash starts from the epoch.
CREATE TABLE head (
  one   INTEGER PRIMARY KEY CHECK (one = 1),
  epoch TEXT NOT NULL,
  seq   INTEGER NOT NULL,
  hash  BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- The rolling hash as it stood at every 1,024th row.
CREATE TABLE checkpoint (
  seq  INTEGER PRIMARY KEY,
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- Views --------------------------------------------------------------------

-- The newest number given out for a noun: "count", "pass", "adjustment",
-- "request".
CREATE TABLE number (
  noun TEXT PRIMARY KEY,
  last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One count as it stands. seq is the event that opened it.
CREATE TABLE count (
  id                 TEXT PRIMARY KEY,
  seq                INTEGER NOT NULL,
  name               TEXT NOT NULL,
  type               TEXT NOT NULL,
  location           TEXT NOT NULL,
  policy             TEXT NOT NULL,
  state              TEXT NOT NULL,
  opened             INTEGER,
  opened_uncertainty INTEGER NOT NULL,
  closed             INTEGER,
  closed_uncertainty INTEGER NOT NULL,
  opened_by          TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The receipt of one count. lines and units are sums over its lines.
CREATE TABLE tally (
  count   TEXT PRIMARY KEY REFERENCES count,
  entries INTEGER NOT NULL,
  voided  INTEGER NOT NULL,
  noted   INTEGER NOT NULL,
  unknown INTEGER NOT NULL,
  lines   INTEGER NOT NULL,
  units   INTEGER NOT NULL,
  head    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One pass as it stands. seq is the event that opened it.
CREATE TABLE pass (
  id                  TEXT PRIMARY KEY,
  seq                 INTEGER NOT NULL,
  count               TEXT NOT NULL REFERENCES count,
  zone                TEXT NOT NULL,
  bin                 TEXT NOT NULL,
  person              TEXT NOT NULL,
  device              TEXT NOT NULL,
  round               INTEGER NOT NULL,
  started             INTEGER,
  started_uncertainty INTEGER NOT NULL,
  last                INTEGER,
  last_uncertainty    INTEGER NOT NULL,
  closed              INTEGER,
  closed_uncertainty  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX pass_of_count ON pass (count, seq);
CREATE UNIQUE INDEX pass_owns_device ON pass (device) WHERE closed IS NULL AND device <> '';

-- What one pass entered for one line (count, item, bin) in one round and
-- condition. A line is the sum of the parts of its highest round. "from" and "to"
-- bound the window.
CREATE TABLE part (
  count            INTEGER NOT NULL REFERENCES symbol,
  item             INTEGER NOT NULL REFERENCES symbol,
  bin              INTEGER NOT NULL REFERENCES symbol,
  round            INTEGER NOT NULL,
  pass             INTEGER NOT NULL REFERENCES symbol,
  cond             INTEGER NOT NULL,
  quantity         INTEGER NOT NULL,
  entries          INTEGER NOT NULL,
  last             INTEGER NOT NULL,
  "from"           INTEGER,
  from_uncertainty INTEGER NOT NULL,
  "to"             INTEGER,
  to_uncertainty   INTEGER NOT NULL,
  PRIMARY KEY (count, item, bin, round, pass, cond)
) STRICT, WITHOUT ROWID;

-- A scan that was undone, and the scan that undid it.
CREATE TABLE voided (
  seq INTEGER PRIMARY KEY,
  by  INTEGER NOT NULL
) STRICT;

-- A wish to count items of a count once more.
CREATE TABLE recount (
  count TEXT NOT NULL REFERENCES count,
  round INTEGER NOT NULL,
  seq   INTEGER NOT NULL,
  items TEXT NOT NULL,
  by    TEXT NOT NULL,
  why   TEXT NOT NULL,
  PRIMARY KEY (count, round, seq)
) STRICT, WITHOUT ROWID;

-- What one scanner has delivered in all.
CREATE TABLE device (
  id               TEXT PRIMARY KEY,
  stored           INTEGER NOT NULL,
  unowned          INTEGER NOT NULL,
  last             INTEGER,
  last_uncertainty INTEGER NOT NULL,
  last_seq         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One statement of the upstream about on hand. changed and stated are in the
-- upstream's time, at in ours; tick is microseconds. seq is the event that stored
-- it.
CREATE TABLE book (
  location       INTEGER NOT NULL REFERENCES symbol,
  item           INTEGER NOT NULL REFERENCES symbol,
  seq            INTEGER NOT NULL,
  on_hand        INTEGER NOT NULL,
  available      INTEGER NOT NULL,
  committed      INTEGER NOT NULL,
  tracked        INTEGER NOT NULL,
  stocked        INTEGER NOT NULL,
  changed        INTEGER,
  stated         INTEGER,
  tick           INTEGER NOT NULL,
  at             INTEGER,
  at_uncertainty INTEGER NOT NULL,
  PRIMARY KEY (location, item, seq)
) STRICT, WITHOUT ROWID;

-- One movement, as the source that told it first recorded it. occurred is in our
-- time, posted in the upstream's.
CREATE TABLE movement (
  source               INTEGER NOT NULL REFERENCES symbol,
  source_id            TEXT NOT NULL,
  seq                  INTEGER NOT NULL,
  receipt              TEXT NOT NULL,
  kind                 TEXT NOT NULL,
  item                 INTEGER NOT NULL REFERENCES symbol,
  location             INTEGER NOT NULL REFERENCES symbol,
  bin                  INTEGER NOT NULL REFERENCES symbol,
  quantity             INTEGER NOT NULL,
  occurred             INTEGER,
  occurred_uncertainty INTEGER NOT NULL,
  posted               INTEGER,
  PRIMARY KEY (source, source_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX movement_of_item ON movement (location, item, occurred);

-- A change of the upstream's book that our own delivery made, told by the event
-- seq.
CREATE TABLE applied (
  location   INTEGER NOT NULL REFERENCES symbol,
  item       INTEGER NOT NULL REFERENCES symbol,
  seq        INTEGER NOT NULL,
  adjustment TEXT NOT NULL,
  delta      INTEGER NOT NULL,
  after      INTEGER NOT NULL,
  PRIMARY KEY (location, item, seq, adjustment)
) STRICT, WITHOUT ROWID;

-- What was approved. body is the adjustment as JSON; it never changes.
CREATE TABLE adjustment (
  id       TEXT PRIMARY KEY,
  seq      INTEGER NOT NULL,
  ordinal  INTEGER NOT NULL, -- its place in the event
  count    TEXT NOT NULL,
  item     TEXT NOT NULL,
  location TEXT NOT NULL,
  body     TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX adjustment_of_count ON adjustment (count, seq, ordinal);
CREATE INDEX adjustment_of_item ON adjustment (item, location);

-- The outbox: how far one adjustment has come.
CREATE TABLE delivery (
  adjustment TEXT PRIMARY KEY REFERENCES adjustment,
  state      TEXT NOT NULL,
  request    TEXT NOT NULL,
  observed   INTEGER NOT NULL,
  target     INTEGER NOT NULL,
  tries      INTEGER NOT NULL,
  problem    TEXT,
  approved   INTEGER NOT NULL,
  changed    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_in_state ON delivery (state);

-- One remote document. Its bytes and lines stay in the event seq.
CREATE TABLE request (
  id         TEXT PRIMARY KEY,
  seq        INTEGER NOT NULL,
  state      TEXT NOT NULL,
  first_sent INTEGER,
  attempts   INTEGER NOT NULL,
  next_at    INTEGER,
  outcome    TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX request_in_state ON request (state);

-- A paired browser or program that may sign in.
CREATE TABLE access (
  id    TEXT PRIMARY KEY,
  seq   INTEGER NOT NULL,
  name  TEXT NOT NULL,
  role  TEXT NOT NULL,
  hash  TEXT NOT NULL UNIQUE,
  given INTEGER
) STRICT, WITHOUT ROWID;

-- Not views ----------------------------------------------------------------

-- The one row that says which generation of the catalogue is in force. Rows of
-- other generations are not visible: they are being written or being removed.
CREATE TABLE catalog (
  one        INTEGER PRIMARY KEY CHECK (one = 1),
  generation INTEGER NOT NULL
) STRICT;
INSERT INTO catalog (one, generation) VALUES (1, 0);

-- One item of the catalogue. codes and bins are JSON in the catalogue's order.
CREATE TABLE item (
  no         INTEGER PRIMARY KEY,
  generation INTEGER NOT NULL,
  id         TEXT NOT NULL,
  sku        TEXT NOT NULL,
  name       TEXT NOT NULL,
  tracked    INTEGER NOT NULL,
  cost       INTEGER NOT NULL,
  cost_in    TEXT NOT NULL,
  price      INTEGER NOT NULL,
  price_in   TEXT NOT NULL,
  codes      TEXT,
  bins       TEXT
) STRICT;
CREATE UNIQUE INDEX item_by_id ON item (generation, id);

-- A barcode's key and the item it leads to; pack is base units a read.
CREATE TABLE barcode (
  generation INTEGER NOT NULL,
  key        TEXT NOT NULL,
  item       INTEGER NOT NULL,
  pack       INTEGER NOT NULL,
  PRIMARY KEY (generation, key, item, pack)
) STRICT, WITHOUT ROWID;

-- An item known to lie in a bin.
CREATE TABLE item_bin (
  generation INTEGER NOT NULL,
  bin        TEXT NOT NULL,
  item       INTEGER NOT NULL,
  PRIMARY KEY (generation, bin, item)
) STRICT, WITHOUT ROWID;

-- A bin, its zone and the label that is scanned to say "I am here now".
CREATE TABLE place (
  generation INTEGER NOT NULL,
  position   INTEGER NOT NULL, -- in the catalogue's order
  bin        TEXT NOT NULL,
  zone       TEXT NOT NULL,
  label      TEXT NOT NULL,
  PRIMARY KEY (generation, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX place_by_bin ON place (generation, bin);
CREATE INDEX place_by_label ON place (generation, label) WHERE label <> '';

-- Up to when a source is known to be complete.
CREATE TABLE watermark (
  location TEXT NOT NULL,
  source   TEXT NOT NULL,
  upstream INTEGER,
  local    INTEGER,
  offline  INTEGER NOT NULL,
  cursor   TEXT NOT NULL,
  PRIMARY KEY (location, source)
) STRICT, WITHOUT ROWID;

-- A client's command that was carried out, with the rows it added and what was
-- answered: a repeat gets the same answer.
CREATE TABLE command (
  origin TEXT NOT NULL,
  id     TEXT NOT NULL,
  first  INTEGER NOT NULL,
  last   INTEGER NOT NULL,
  result TEXT,
  PRIMARY KEY (origin, id)
) STRICT, WITHOUT ROWID;

-- A change of the schema: when it was made and by which version of the program.
CREATE TABLE schema_history (
  version INTEGER PRIMARY KEY,
  at      INTEGER NOT NULL,
  program TEXT NOT NULL
) STRICT;

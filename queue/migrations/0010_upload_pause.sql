-- The pause of the upload that holds now, if somebody made one.
CREATE TABLE upload_pause (
  seq INTEGER PRIMARY KEY,
  at  INTEGER NOT NULL,
  by  TEXT NOT NULL,
  why TEXT NOT NULL
) STRICT;

-- From which source the catalogue in force is, and how new it is: the cursor that
-- its changes are asked for with, when the newest whole catalogue was begun to be
-- read, and up to when changes are known.
ALTER TABLE catalog ADD COLUMN source TEXT NOT NULL DEFAULT '';
ALTER TABLE catalog ADD COLUMN cursor TEXT NOT NULL DEFAULT '';
ALTER TABLE catalog ADD COLUMN full_at INTEGER;
ALTER TABLE catalog ADD COLUMN fresh INTEGER;

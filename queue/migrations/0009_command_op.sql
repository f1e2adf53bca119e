-- What a command asked for: an id that comes again with another operation is no repeat.
-- Empty for the commands of before.
ALTER TABLE command ADD COLUMN op TEXT NOT NULL DEFAULT '';

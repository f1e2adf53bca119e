-- By how much the clock of a source that tells movements was ahead of ours when it told
-- something last; below zero where it was behind.
ALTER TABLE watermark ADD COLUMN clock INTEGER NOT NULL DEFAULT 0;

-- What stands against the case itself, as words of marks parted by blanks; nothing where nothing does.
ALTER TABLE cases ADD COLUMN marks TEXT COLLATE "C";

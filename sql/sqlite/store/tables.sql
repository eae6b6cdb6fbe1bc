-- How many tables there are, to tell an empty file from somebody else's.
-- No parameters. One row; walks the schema.
SELECT count(*) FROM sqlite_schema WHERE type = 'table'

-- The columns of a table in somebody's PyChat database.
-- ?1 table
-- → name
-- Index: none; a pragma.
SELECT name FROM pragma_table_info(?1);

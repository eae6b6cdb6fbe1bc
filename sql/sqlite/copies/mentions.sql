-- How many mentions are counted in newest forms.
-- No parameters. One row; walks all of them.
SELECT count(*) FROM mentions WHERE until_rev IS NULL

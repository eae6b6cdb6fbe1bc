-- Counters of the whole server: people_rev, account_rev, people_count.
-- No parameters. The one row.
SELECT people_rev, account_rev, people_count FROM revisions WHERE one = 1

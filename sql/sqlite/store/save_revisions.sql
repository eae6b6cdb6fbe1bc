-- Keeps the counters at the end of a batch.
-- ?1 people_rev, ?2 account_rev, ?3 people_count. The one row.
UPDATE revisions SET people_rev = ?1, account_rev = ?2, people_count = ?3 WHERE one = 1

-- The same for the directory and the accounts.
-- ?1 how far. The one row.
UPDATE revisions SET people_rev = people_rev + ?1, account_rev = account_rev + ?1 WHERE one = 1

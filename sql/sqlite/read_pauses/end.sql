-- ?1 user, ?2 account_rev. By primary key: walks the person's own.
UPDATE read_pauses SET until_rev = ?2 WHERE user = ?1 AND until_rev IS NULL

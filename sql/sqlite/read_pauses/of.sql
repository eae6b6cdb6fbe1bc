-- While a person had read receipts switched off.
-- ?1 user. From and until, by primary key.
SELECT from_rev, until_rev FROM read_pauses WHERE user = ?1

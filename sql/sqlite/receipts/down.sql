-- A member's ranges, newest first; whoever asks stops at the first too old.
-- ?1 conversation, ?2 user, ?3 kind. Receipt columns, account_rev, by primary key.
SELECT user, kind, from_seq, up_to, at, rev, since, account_rev FROM receipts
WHERE conversation = ?1 AND user = ?2 AND kind = ?3
ORDER BY up_to DESC

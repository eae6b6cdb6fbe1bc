-- A member's ranges that end at or above a seq, oldest first; whoever asks stops past the page.
-- ?1 conversation, ?2 user, ?3 kind, ?4 seq. Receipt columns, account_rev, by primary key.
SELECT user, kind, from_seq, up_to, at, rev, since, account_rev FROM receipts
WHERE conversation = ?1 AND user = ?2 AND kind = ?3 AND up_to >= ?4 ORDER BY up_to

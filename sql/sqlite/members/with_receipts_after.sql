-- Members with a receipt newer than a revision.
-- ?1 conversation, ?2 revision. Walks this conversation's members only.
SELECT user FROM members WHERE conversation = ?1 AND until_seq IS NULL AND receipts_rev > ?2

-- Whether a message's newest form is counted as mentioning somebody.
-- ?1 conversation, ?2 user or 0, ?3 seq. A row if so, by the primary key.
SELECT 1 FROM mentions WHERE conversation = ?1 AND user = ?2 AND seq = ?3 AND until_rev IS NULL

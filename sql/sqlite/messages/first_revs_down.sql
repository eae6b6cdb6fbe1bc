-- Which messages are new, walking back from the head; whoever asks stops at the first that is not.
-- ?1 conversation, ?2 highest seq. Seq and first_rev, by messages_by_seq.
SELECT seq, first_rev FROM messages WHERE conversation = ?1 AND seq <= ?2 ORDER BY seq DESC

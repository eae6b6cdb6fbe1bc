-- A deleted message mentions nobody, whoever left before.
-- ?1 conversation, ?2 seq. By mentions_by_seq.
DELETE FROM mentions WHERE conversation = ?1 AND seq = ?2

-- Others' texts in a range, deleted ones too.
-- ?1 conversation, ?2 lowest seq, ?3 highest, ?4 user. Seq, sender, time, whether deleted and
-- whether withheld from that user, in order of seq; by messages_by_seq.
SELECT seq, sender, at, deleted_at IS NOT NULL, withheld FROM messages
WHERE conversation = ?1 AND seq BETWEEN ?2 AND ?3 AND sender <> ?4 AND kind = 0 ORDER BY seq

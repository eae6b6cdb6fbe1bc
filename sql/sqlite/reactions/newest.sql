-- When the reactions of a page's messages last changed, also where none is left.
-- ?1 conversation, ?2 lowest seq, ?3 highest. Seq and rev, by seq; by primary key.
SELECT seq, rev FROM reaction_revs WHERE conversation = ?1 AND seq BETWEEN ?2 AND ?3 ORDER BY seq

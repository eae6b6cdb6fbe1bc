-- Ids of messages, newest first. ?1 expression, ?2 lowest id, ?3 highest. By the index alone.
SELECT rowid FROM search_texts WHERE search_texts MATCH ?1 AND rowid BETWEEN ?2 AND ?3 ORDER BY rowid DESC

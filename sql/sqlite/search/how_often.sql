-- How many messages hold a trigram, at most so many. ?1 expression, ?2 lowest id, ?3 highest, ?4 most. One row, by the
-- index alone.
SELECT count(*) FROM (SELECT 1 FROM search_texts WHERE search_texts MATCH ?1 AND rowid BETWEEN ?2 AND ?3
    ORDER BY rowid DESC LIMIT ?4)

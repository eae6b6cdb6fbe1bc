-- Between which ids the messages of these days lie. ?1 first day, ?2 last. One row, NULLs for none; walks these days.
SELECT min(first), max(last) FROM search_days WHERE day BETWEEN ?1 AND ?2

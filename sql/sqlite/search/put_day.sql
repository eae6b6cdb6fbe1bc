-- A message of a day. ?1 day, ?2 message id.
INSERT INTO search_days (day, first, last) VALUES (?1, ?2, ?2)
ON CONFLICT (day) DO UPDATE SET first = min(first, excluded.first), last = max(last, excluded.last)

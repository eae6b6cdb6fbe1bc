-- A broken index goes.
DROP TABLE IF EXISTS search_texts

-- What is taken out of the index leaves its file, too.
INSERT INTO search_texts (search_texts, rank) VALUES ('secure-delete', 1)

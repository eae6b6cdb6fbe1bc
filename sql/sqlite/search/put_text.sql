-- ?1 message id, ?2 folded text, ?3 place, ?4 sender, ?5 and ?6 the two of a direct conversation, ?7 link.
INSERT INTO search_texts (rowid, body, place, sender, one, other, link) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)

-- A form of a message mentions somebody, or everybody (0).
-- ?1 conversation, ?2 user, ?3 seq, ?4 the revision that brought the form, ?5 its author.
INSERT INTO mentions (conversation, user, seq, from_rev, author) VALUES (?1, ?2, ?3, ?4, ?5)

-- ?1 message id.
DELETE FROM search_texts WHERE rowid = ?1

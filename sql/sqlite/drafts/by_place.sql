-- ?1 conversation, ?2 user. Text, version, time; at most one row, by primary key.
SELECT text, version, at FROM drafts WHERE conversation = ?1 AND user = ?2

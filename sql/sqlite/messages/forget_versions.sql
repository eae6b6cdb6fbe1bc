-- With a deletion the older texts go, too.
-- ?1 message id. By primary key.
DELETE FROM message_versions WHERE message = ?1

-- How an edited message stood at a revision before its newest.
-- ?1 conversation, ?2 seq, ?3 revision. Version, body, time, rev, checksum, mentions; at most one row, by messages_by_seq and the
-- primary key of message_versions.
SELECT v.version, v.body, v.at, v.rev, v.checksum, v.mentions FROM messages AS m JOIN message_versions AS v ON v.message = m.id
WHERE m.conversation = ?1 AND m.seq = ?2 AND v.rev <= ?3 ORDER BY v.version DESC LIMIT 1

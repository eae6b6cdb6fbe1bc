-- Of the chat: its newest message and its newest change. One row, from the ends of two tables.
SELECT coalesce((SELECT max(id) FROM messages), 0), coalesce((SELECT max(n) FROM message_changes), 0)

-- Of the chat: an edit or deletion that the index has to follow. ?1 message id.
INSERT INTO message_changes (message) VALUES (?1)

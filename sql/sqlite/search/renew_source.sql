-- Of the chat: after a restore an index of the lost history is not taken for this one's.
UPDATE search_source SET id = randomblob(16) WHERE one = 1

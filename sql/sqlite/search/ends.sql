-- Of the chat: at which revisions memberships of a conversation ended. ?1 conversation. Walks its members, for a message
-- that was edited.
SELECT until_rev FROM members WHERE conversation = ?1 AND until_rev IS NOT NULL

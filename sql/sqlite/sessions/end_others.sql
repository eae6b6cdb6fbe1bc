-- Ends all sessions of a person but one.
-- ?1 user, ?2 id to keep, 0 for none. User and id of each ended, by sessions_of_user.
DELETE FROM sessions WHERE user = ?1 AND id <> ?2 RETURNING user, id

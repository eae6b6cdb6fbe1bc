-- The direct conversation of two people.
-- ?1 the lower id, ?2 the higher. Id, at most one row, by conversations_of_pair.
SELECT id FROM conversations WHERE low_user = ?1 AND high_user = ?2

-- Copies the database as it stands at this moment, page by page in a new order: nothing deleted is in the copy.
-- ?1 the new file, which does not exist or is empty.
VACUUM INTO ?1

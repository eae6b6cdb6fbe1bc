-- A new person.
-- ?1 username, ?2 key, ?3 skeleton, ?4 display name, ?5 search text, ?6 password hash, ?7 is weak, ?8 time,
-- ?9 people_rev.
INSERT INTO users (username, username_key, skeleton, display_name, search_text, password_hash, password_is_weak,
    created_at, people_rev, offline_since)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?8)

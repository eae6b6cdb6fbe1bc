-- ?1 id, ?2 display name, ?3 the same in lower case, ?4 pronoun, ?5 hue, ?6 status, ?7 people_rev. By primary key.
UPDATE users
SET display_name = ?2, search_text = username_key || char(10) || ?3, pronoun = ?4, hue = ?5, status = ?6, people_rev = ?7
WHERE id = ?1

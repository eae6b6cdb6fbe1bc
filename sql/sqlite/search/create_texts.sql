-- What every message says, cut into trigrams of its folded text (search/marks.rs), each row by its message's id. The other
-- columns are marks of three characters, a trigram each: where it was said, by whom, between which two, whether it has a
-- link. No positions and no lengths: whoever asks looks at the message itself in any case. `detail = none` would be smaller,
-- but with secure-delete it loses ids (SQLite 3.53.2, "checksum mismatch"; a test of ours looks for that).
CREATE VIRTUAL TABLE IF NOT EXISTS search_texts USING fts5(body, place, sender, one, other, link,
    tokenize = 'trigram case_sensitive 1', detail = column, columnsize = 0)

-- Everything chat needs. Times are milliseconds since the epoch, seqs and revs grow by one within their conversation.
-- Constraints state the promises; what an index is for stands above it.

-- Counters of the whole server, one row that every batch may touch.
CREATE TABLE revisions (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    people_rev INTEGER NOT NULL,
    account_rev INTEGER NOT NULL,
    people_count INTEGER NOT NULL
) STRICT;
INSERT INTO revisions (one, people_rev, account_rev, people_count) VALUES (1, 0, 0, 0);

CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    username TEXT NOT NULL,
    -- Folded: two spellings of one name are one name.
    username_key TEXT NOT NULL UNIQUE,
    -- What the name looks like: two names nobody can tell apart are one name.
    skeleton TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    -- Folded username and lower-case display name, for the directory's search.
    search_text TEXT NOT NULL,
    pronoun TEXT CHECK (pronoun IN ('he', 'she', 'they')),
    -- NULL: the hue that follows from the id.
    hue INTEGER,
    -- What they say of themselves; NULL: nothing.
    status TEXT,
    -- Hash of their own picture; NULL: initials.
    picture BLOB CHECK (length(picture) = 16),
    password_hash TEXT NOT NULL,
    password_is_weak INTEGER NOT NULL CHECK (password_is_weak IN (0, 1)),
    created_at INTEGER NOT NULL,
    disabled_at INTEGER,
    people_rev INTEGER NOT NULL,
    -- NULL while online.
    offline_since INTEGER,
    -- Off: nobody is told what they read, and they are not told what others read.
    read_receipts INTEGER NOT NULL DEFAULT 1 CHECK (read_receipts IN (0, 1))
) STRICT;
-- Who changed since a client last looked.
CREATE INDEX users_by_people_rev ON users (people_rev);

-- People's own pictures, beside their rows, which every list reads. Nothing but what is to be seen (domain::picture).
CREATE TABLE pictures (
    user INTEGER PRIMARY KEY REFERENCES users (id),
    media_type TEXT NOT NULL CHECK (media_type IN ('image/png', 'image/jpeg', 'image/webp')),
    bytes BLOB NOT NULL CHECK (length(bytes) <= 65536)
) STRICT;

-- AUTOINCREMENT: an open window must never find another sign-in under its ended session's number.
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user INTEGER NOT NULL REFERENCES users (id),
    token_hash BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    kind TEXT NOT NULL CHECK (kind IN ('browser', 'token')),
    keep INTEGER NOT NULL CHECK (keep IN (0, 1)),
    label TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    -- The earliest of its deadlines; NULL while a window of a session that is not kept is open.
    expires_at INTEGER
) STRICT;
CREATE INDEX sessions_of_user ON sessions (user);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- `user` has blocked `other`, since `at`.
CREATE TABLE blocks (
    user INTEGER NOT NULL REFERENCES users (id),
    other INTEGER NOT NULL REFERENCES users (id) CHECK (other <> user),
    at INTEGER NOT NULL,
    PRIMARY KEY (user, other)
) STRICT, WITHOUT ROWID;
-- Who is kept apart from a person by somebody else's choice.
CREATE INDEX blocks_of_other ON blocks (other);

-- While somebody had read receipts switched off, in revisions of all accounts: no clock could tell what was read before
-- from what was read meanwhile.
CREATE TABLE read_pauses (
    user INTEGER NOT NULL REFERENCES users (id),
    from_rev INTEGER NOT NULL,
    -- NULL: still off.
    until_rev INTEGER CHECK (until_rev > from_rev),
    PRIMARY KEY (user, from_rev)
) STRICT, WITHOUT ROWID;

CREATE TABLE conversations (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('direct', 'group')),
    name TEXT,
    low_user INTEGER REFERENCES users (id),
    high_user INTEGER REFERENCES users (id),
    created_at INTEGER NOT NULL,
    head_seq INTEGER NOT NULL,
    head_rev INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    -- How many are in now: counting them for every list row would walk each large group once a reader.
    member_count INTEGER NOT NULL,
    CHECK ((kind = 'direct') = (low_user IS NOT NULL AND high_user IS NOT NULL AND low_user < high_user)),
    CHECK ((kind = 'group') = (name IS NOT NULL))
) STRICT;
-- One direct conversation for each pair.
CREATE UNIQUE INDEX conversations_of_pair ON conversations (low_user, high_user) WHERE low_user IS NOT NULL;

-- One row for each range of membership, with what is the member's own in that range.
CREATE TABLE members (
    conversation INTEGER NOT NULL REFERENCES conversations (id),
    user INTEGER NOT NULL REFERENCES users (id),
    from_seq INTEGER NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'member')),
    -- Unread cursor, delivered and read: up to which seq. They also pass over the member's own messages.
    cursor INTEGER NOT NULL,
    delivered INTEGER NOT NULL,
    read INTEGER NOT NULL,
    -- Read as far as others may know.
    shown INTEGER NOT NULL,
    -- Revision of the member's newest receipt.
    receipts_rev INTEGER NOT NULL DEFAULT 0,
    -- The newest return with messages still undelivered: what lies at or below late_up_to comes late.
    late_return INTEGER REFERENCES returns (id),
    late_up_to INTEGER,
    late_since INTEGER,
    -- While the newest messages are withheld from the member, what their list goes on showing: up to which seq, and when
    -- that came; so that neither its place nor its words tell that there was something.
    listed_seq INTEGER,
    listed_at INTEGER,
    -- Set together when the membership ends: what was the newest then.
    until_seq INTEGER,
    until_rev INTEGER,
    until_at INTEGER,
    until_name TEXT,
    PRIMARY KEY (conversation, user, from_seq),
    CHECK ((until_seq IS NULL) = (until_rev IS NULL) AND (until_seq IS NULL) = (until_at IS NULL)),
    CHECK ((listed_seq IS NULL) = (listed_at IS NULL)),
    CHECK ((late_return IS NULL) = (late_up_to IS NULL) AND (late_return IS NULL) = (late_since IS NULL))
) STRICT, WITHOUT ROWID;
-- At most one open range a person; also who is in now.
CREATE UNIQUE INDEX members_now ON members (conversation, user) WHERE until_seq IS NULL;
CREATE INDEX members_of_user ON members (user, conversation, from_seq);

CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    conversation INTEGER NOT NULL REFERENCES conversations (id),
    seq INTEGER NOT NULL,
    -- Revision as first stored, which grows with seq; and that of the newest form.
    first_rev INTEGER NOT NULL,
    rev INTEGER NOT NULL,
    sender INTEGER NOT NULL REFERENCES users (id),
    -- 0 text, 1 event.
    kind INTEGER NOT NULL CHECK (kind IN (0, 1)),
    client_id BLOB CHECK (length(client_id) = 16),
    -- Keyed digest of the request as first sent; stays through edits and deletion.
    digest BLOB CHECK (length(digest) = 16),
    body TEXT NOT NULL,
    at INTEGER NOT NULL,
    written_at INTEGER,
    reply_to INTEGER,
    version INTEGER NOT NULL,
    edited_at INTEGER,
    deleted_at INTEGER,
    event TEXT,
    -- Kept, for ever, from the other person of a direct conversation, who had blocked its sender.
    withheld INTEGER NOT NULL CHECK (withheld IN (0, 1)),
    -- Ids of those whom the newest form mentions, with commas between them; 0 is everybody. NULL: nobody.
    mentions TEXT,
    -- CRC-32 of the row's other columns but first_rev and digest: SQLite does not notice a bit that flipped on the disk.
    checksum INTEGER NOT NULL,
    CHECK ((kind = 0) = (client_id IS NOT NULL)),
    CHECK ((kind = 1) = (event IS NOT NULL))
) STRICT;
-- One order without doubles; pages, unread and receipts walk it.
CREATE UNIQUE INDEX messages_by_seq ON messages (conversation, seq);
-- Sending twice stores once. Time-ordered client ids come first, so that inserts stay at the index's end.
CREATE UNIQUE INDEX messages_by_client_id ON messages (client_id, sender) WHERE client_id IS NOT NULL;

-- Texts that an edit replaced, each with the revision that brought it and the checksum its row had: whoever has left goes
-- on reading what stood there then.
CREATE TABLE message_versions (
    message INTEGER NOT NULL REFERENCES messages (id),
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    at INTEGER NOT NULL,
    rev INTEGER NOT NULL,
    mentions TEXT,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (message, version)
) STRICT, WITHOUT ROWID;

-- Whom a group's message mentions, for counting: the newest form's rows are open, an edit closes those of the form it
-- replaces, for whoever has left by then goes on counting what stood there. A deletion takes all of them away.
CREATE TABLE mentions (
    conversation INTEGER NOT NULL REFERENCES conversations (id),
    -- 0: everybody who may see it; then it is the form's only row, whatever the group's size.
    user INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    from_rev INTEGER NOT NULL,
    until_rev INTEGER CHECK (until_rev > from_rev),
    -- Nobody mentions themselves.
    author INTEGER NOT NULL REFERENCES users (id) CHECK (author <> user),
    PRIMARY KEY (conversation, user, seq, from_rev)
) STRICT, WITHOUT ROWID;
-- What an edit closes and a deletion takes away.
CREATE INDEX mentions_by_seq ON mentions (conversation, seq);

-- One person's emoji on a message, with the revision that set it: whoever left before does not see it.
CREATE TABLE reactions (
    conversation INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    user INTEGER NOT NULL REFERENCES users (id),
    emoji TEXT NOT NULL,
    rev INTEGER NOT NULL,
    at INTEGER NOT NULL,
    -- As in messages.
    withheld INTEGER NOT NULL CHECK (withheld IN (0, 1)),
    -- CRC-32 of the row's other columns.
    checksum INTEGER NOT NULL,
    PRIMARY KEY (conversation, seq, user, emoji),
    FOREIGN KEY (conversation, seq) REFERENCES messages (conversation, seq)
) STRICT, WITHOUT ROWID;

-- When a message's reactions last changed: taking one back leaves no row of its own.
CREATE TABLE reaction_revs (
    conversation INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    rev INTEGER NOT NULL,
    PRIMARY KEY (conversation, seq),
    FOREIGN KEY (conversation, seq) REFERENCES messages (conversation, seq)
) STRICT, WITHOUT ROWID;

-- Edits and deletions in the order in which they were stored: the search index, a file of its own, follows them.
CREATE TABLE message_changes (
    n INTEGER PRIMARY KEY,
    -- No reference: without an index of its own each new message would have it walked.
    message INTEGER NOT NULL
) STRICT;

-- What the search index knows this database by.
CREATE TABLE search_source (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id BLOB NOT NULL CHECK (length(id) = 16)
) STRICT;
INSERT INTO search_source (one, id) VALUES (1, randomblob(16));

-- Edits, deletions and reactions by their client id, with the revision they made; 0 if that was none.
CREATE TABLE requests (
    client_id BLOB NOT NULL CHECK (length(client_id) = 16),
    user INTEGER NOT NULL REFERENCES users (id),
    digest BLOB NOT NULL CHECK (length(digest) = 16),
    conversation INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    version INTEGER NOT NULL,
    rev INTEGER NOT NULL,
    PRIMARY KEY (client_id, user)
) STRICT, WITHOUT ROWID;

-- The newest change of every message that was edited or deleted or has had reactions. New messages need no row: their first_rev grows with
-- seq, so they are found by walking back from the head.
CREATE TABLE changes (
    conversation INTEGER NOT NULL REFERENCES conversations (id),
    rev INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (conversation, rev)
) STRICT, WITHOUT ROWID;

-- Confirmations: kind 0 delivered, 1 read, 2 read while the member had read receipts switched off, which nobody is shown
-- and which makes no revision of its own. Ranges of one member and kind never overlap; rev and at grow with up_to.
CREATE TABLE receipts (
    conversation INTEGER NOT NULL REFERENCES conversations (id),
    user INTEGER NOT NULL REFERENCES users (id),
    kind INTEGER NOT NULL CHECK (kind IN (0, 1, 2)),
    up_to INTEGER NOT NULL,
    from_seq INTEGER NOT NULL CHECK (from_seq <= up_to),
    at INTEGER NOT NULL,
    rev INTEGER NOT NULL,
    since INTEGER,
    -- The newest revision of all accounts then, which says in whose read_pauses it falls.
    account_rev INTEGER NOT NULL,
    PRIMARY KEY (conversation, user, kind, up_to)
) STRICT, WITHOUT ROWID;

-- Presence turned from offline to online.
CREATE TABLE returns (
    id INTEGER PRIMARY KEY,
    user INTEGER NOT NULL REFERENCES users (id),
    offline_since INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;

-- Told to a sender: `user` came back and received `count` of their messages late.
CREATE TABLE notices (
    id INTEGER PRIMARY KEY,
    sender INTEGER NOT NULL REFERENCES users (id),
    conversation INTEGER NOT NULL REFERENCES conversations (id),
    user INTEGER NOT NULL REFERENCES users (id),
    return INTEGER NOT NULL REFERENCES returns (id),
    count INTEGER NOT NULL,
    at INTEGER NOT NULL,
    offline_since INTEGER NOT NULL,
    after_seq INTEGER NOT NULL,
    oldest_at INTEGER NOT NULL,
    is_seen INTEGER NOT NULL DEFAULT 0 CHECK (is_seen IN (0, 1)),
    UNIQUE (return, conversation, sender)
) STRICT;
CREATE INDEX notices_unseen ON notices (sender, id) WHERE is_seen = 0;
CREATE INDEX notices_by_place ON notices (sender, conversation, after_seq);

-- Conversations that `user` does not want to hear of: until a moment, or for ever (NULL). A moment that has passed stays.
CREATE TABLE mutes (
    conversation INTEGER NOT NULL REFERENCES conversations (id),
    user INTEGER NOT NULL REFERENCES users (id),
    until INTEGER,
    PRIMARY KEY (conversation, user)
) STRICT, WITHOUT ROWID;

-- A cleared draft keeps its row, so that versions never come back.
CREATE TABLE drafts (
    conversation INTEGER NOT NULL REFERENCES conversations (id),
    user INTEGER NOT NULL REFERENCES users (id),
    text TEXT NOT NULL,
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (conversation, user)
) STRICT, WITHOUT ROWID;

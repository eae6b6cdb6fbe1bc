//! The statements, one file each under `sql/sqlite/`, named by aggregate and file. Nothing is put together at run time.

/// Takes a file's header comment away, so that the statement cache compares only the statement.
const fn without_header(text: &'static str) -> &'static str {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at + 1 < bytes.len() && bytes[at] == b'-' && bytes[at + 1] == b'-' {
        while bytes[at] != b'\n' {
            at += 1;
        }
        at += 1;
    }
    text.split_at(at).1
}

macro_rules! statements {
    ($($aggregate:ident { $($name:ident = $file:literal),* $(,)? })*) => {
        $(pub mod $aggregate {
            $(pub const $name: &str = super::without_header(include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"), "/sql/sqlite/", stringify!($aggregate), "/", $file, ".sql"
            )));)*
        })*

        /// Every statement with its file's name, for the test that reads their plans.
        #[cfg(test)]
        pub const ALL: &[(&str, &str)] = &[
            $($((concat!(stringify!($aggregate), "/", $file), $aggregate::$name),)*)*
        ];
    };
}

statements! {
    store {
        REVISIONS = "revisions",
        SAVE_REVISIONS = "save_revisions",
        SCHEMA_VERSION = "schema_version",
        TABLES = "tables",
        SAVEPOINT = "savepoint",
        RELEASE = "release",
        ROLL_BACK = "roll_back",
    }
    copies {
        TAKE = "take",
        LIFT_CONVERSATIONS = "lift_conversations",
        LIFT_COUNTERS = "lift_counters",
        END_INVITATIONS = "end_invitations",
        END_PASSWORD_LINKS = "end_password_links",
        MESSAGES = "messages",
        REACTIONS = "reactions",
        COUNTS = "counts",
        WRONG_HEADS = "wrong_heads",
        MENTION = "mention",
        MENTIONS = "mentions",
    }
    users {
        INSERT = "insert",
        BY_ID = "by_id",
        ID_BY_KEY = "id_by_key",
        ID_BY_SKELETON = "id_by_skeleton",
        CREDENTIALS_BY_KEY = "credentials_by_key",
        CREDENTIALS_BY_ID = "credentials_by_id",
        CHANGE_PROFILE = "change_profile",
        SET_PASSWORD = "set_password",
        RENEW_HASH = "renew_hash",
        SET_DISABLED = "set_disabled",
        SET_PICTURE = "set_picture",
        SET_READ_RECEIPTS = "set_read_receipts",
        SET_PRESENCE = "set_presence",
        PRESENCE = "presence",
        PAGE = "page",
        SEARCH = "search",
        CHANGED_AFTER = "changed_after",
        SET_ADMIN = "set_admin",
        IS_ADMIN = "is_admin",
        COUNT_ADMINS = "count_admins",
        ADMIN_PAGE = "admin_page",
        ADMIN_SEARCH = "admin_search",
    }
    server {
        SIGN_UP = "sign_up",
        SET_SIGN_UP = "set_sign_up",
    }
    invitations {
        INSERT = "insert",
        BY_TOKEN = "by_token",
        TAKE_PLACE = "take_place",
        REMOVE = "remove",
        REMOVE_EXPIRED = "remove_expired",
        COUNT = "count",
        NEWEST = "newest",
    }
    password_links {
        PUT = "put",
        BY_TOKEN = "by_token",
        REMOVE = "remove",
    }
    sessions {
        INSERT = "insert",
        BY_TOKEN = "by_token",
        BY_USER = "by_user",
        BY_ID = "by_id",
        RENEW = "renew",
        REST = "rest",
        EXPIRE = "expire",
        END_ONE = "end_one",
        END_OTHERS = "end_others",
    }
    conversations {
        INSERT = "insert",
        BY_ID = "by_id",
        BY_PAIR = "by_pair",
        SAVE_HEAD = "save_head",
        RENAME = "rename",
        SET_MEMBER_COUNT = "set_member_count",
        PAGE = "page",
        UNREAD_PLACES = "unread_places",
    }
    members {
        INSERT = "insert",
        NOW = "now",
        RANGES = "ranges",
        LISTED = "listed",
        PAGE = "page",
        COUNT = "count",
        SAVE = "save",
        END = "end",
        SET_CURSOR = "set_cursor",
        UNDELIVERED = "undelivered",
        SET_LATE = "set_late",
        WITH_RECEIPTS_AFTER = "with_receipts_after",
        STANDING = "standing",
        WAS_IN = "was_in",
    }
    messages {
        INSERT = "insert",
        INSERT_EVENT = "insert_event",
        BY_CLIENT_ID = "by_client_id",
        BY_SEQ = "by_seq",
        PAGE_DOWN = "page_down",
        PAGE_UP = "page_up",
        NEWEST_LISTED = "newest_listed",
        FIRST_REVS_DOWN = "first_revs_down",
        UNREAD = "unread",
        IS_UNREAD = "is_unread",
        OF_OTHERS = "of_others",
        EDIT = "edit",
        DELETE = "delete",
        KEEP_VERSION = "keep_version",
        VERSION_AT = "version_at",
        FORGET_VERSIONS = "forget_versions",
    }
    reactions {
        INSERT = "insert",
        REMOVE = "remove",
        FORGET = "forget",
        IN_RANGE = "in_range",
        NEWEST = "newest",
        SET_NEWEST = "set_newest",
        FORGET_NEWEST = "forget_newest",
    }
    mentions {
        INSERT = "insert",
        CLOSE = "close",
        REMOVE = "remove",
        COUNT = "count",
    }
    changes {
        INSERT = "insert",
        REMOVE = "remove",
        AFTER = "after",
    }
    requests {
        INSERT = "insert",
        BY_CLIENT_ID = "by_client_id",
    }
    receipts {
        INSERT = "insert",
        UP = "up",
        DOWN = "down",
    }
    returns {
        INSERT = "insert",
    }
    notices {
        GROW = "grow",
        SEE = "see",
        UNSEEN = "unseen",
        ON_PAGE = "on_page",
    }
    blocks {
        ALL = "all",
        OF = "of",
        AROUND = "around",
        INSERT = "insert",
        REMOVE = "remove",
    }
    read_pauses {
        BEGIN = "begin",
        END = "end",
        OF = "of",
    }
    pictures {
        BY_HASH = "by_hash",
        PUT = "put",
        REMOVE = "remove",
    }
    mutes {
        BY_PLACE = "by_place",
        PUT = "put",
        REMOVE = "remove",
    }
    drafts {
        BY_PLACE = "by_place",
        PUT = "put",
    }
    search {
        ATTACH = "attach",
        BEGIN_STATE = "begin_state",
        BETWEEN_DAYS = "between_days",
        CHANGES = "changes",
        CREATE_DAYS = "create_days",
        CREATE_STATE = "create_state",
        CREATE_TEXTS = "create_texts",
        DROP_DAYS = "drop_days",
        DROP_STATE = "drop_state",
        DROP_TEXTS = "drop_texts",
        ENDS = "ends",
        ERASE_FOR_GOOD = "erase_for_good",
        GLANCE = "glance",
        GLANCES_DOWN = "glances_down",
        GROUPS = "groups",
        HOW_OFTEN = "how_often",
        LOG_CHANGE = "log_change",
        MESSAGE = "message",
        NEW_TEXTS = "new_texts",
        NEWEST = "newest",
        PUT_DAY = "put_day",
        PUT_TEXT = "put_text",
        REMOVE_TEXT = "remove_text",
        RENEW_SOURCE = "renew_source",
        SAVE_STATE = "save_state",
        SOURCE = "source",
        STATE = "state",
        TEXT = "text",
        TEXTS_DOWN = "texts_down",
        VERSIONS = "versions",
    }
}

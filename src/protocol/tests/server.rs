//! Every server golden is what `encode` makes of the same thing as a value.

use std::collections::BTreeSet;

use serde_json::Value;

use super::samples::*;
use super::{every_variant, goldens};
use crate::domain::{EndReason, LateId, Mentions, Mute, Presence, PresenceState, Rev, Seq, SessionId, Version};
use crate::protocol::{
    ChangesFrame, ErrorCode, Failure, GoodbyeReason, Limits, Ready, Ref, ServerFrame, SessionView, StoredMessage,
};

every_variant!(ServerFrame<'_> {
    ServerFrame::Ready(_) => "ready",
    ServerFrame::Changes(_) => "changes",
    ServerFrame::Reset { .. } => "reset",
    ServerFrame::Stored(_) => "message.stored",
    ServerFrame::Message { .. } => "message",
    ServerFrame::MessageChanged { .. } => "message.changed",
    ServerFrame::Receipt { .. } => "receipt",
    ServerFrame::ReceiptCounts { .. } => "receipt.counts",
    ServerFrame::Block { .. } => "block",
    ServerFrame::Mute { .. } => "mute",
    ServerFrame::Account { .. } => "account",
    ServerFrame::Late { .. } => "late",
    ServerFrame::LateSeen { .. } => "late.seen",
    ServerFrame::Cursor { .. } => "cursor",
    ServerFrame::Draft { .. } => "draft",
    ServerFrame::Presence { .. } => "presence",
    ServerFrame::Typing { .. } => "typing",
    ServerFrame::User { .. } => "user",
    ServerFrame::Conversation { .. } => "conversation",
    ServerFrame::Ok { .. } => "ok",
    ServerFrame::Error(_) => "error",
    ServerFrame::SessionEnded { .. } => "session.ended",
    ServerFrame::Goodbye { .. } => "goodbye",
    ServerFrame::Beat { .. } => "beat",
});

/// Gives `show` the value of each golden file, with the file's name.
fn samples(mut show: impl FnMut(&str, ServerFrame<'_>)) {
    whole_states(&mut show);
    messages(&mut show);
    own_state(&mut show);
    people(&mut show);
    answers(&mut show);
    show("session.ended", ServerFrame::SessionEnded { reason: EndReason::Revoked });
    show("goodbye", ServerFrame::Goodbye { reason: GoodbyeReason::Restart, retry_after_ms: 1000 });
    show("beat", ServerFrame::Beat { at: at(17, 45, 15, 0) });
}

fn whole_states(show: &mut impl FnMut(&str, ServerFrame<'_>)) {
    let idle = Presence { idle_since: Some(at(17, 51, 15, 0)), ..presence(BOB, PresenceState::Idle) };
    let full = Ready {
        user: &alice(),
        session: SessionView { id: SessionId::new(21), keep: true },
        account_rev: Rev::new(9),
        people_rev: Rev::new(6),
        server_time: at(17, 51, 55, 0),
        heartbeat_ms: 15_000,
        weak_password: false,
        read_receipts: true,
        limits: Limits::OURS,
        unread_total: 1,
        blocked: &[DAVE],
        conversations: &[direct()],
        more_conversations: false,
        users: &[alice(), bob()],
        people_reset: false,
        presence: &[presence(ALICE, PresenceState::Online), idle],
        late: &[late()],
        more_late: false,
    };
    show("ready", ServerFrame::Ready(full));
    let empty = Ready {
        user: &cara(),
        session: SessionView { id: SessionId::new(22), keep: false },
        account_rev: Rev::ZERO,
        people_rev: Rev::new(800),
        server_time: at(18, 1, 0, 0),
        heartbeat_ms: 15_000,
        weak_password: true,
        read_receipts: false,
        limits: Limits::OURS,
        unread_total: 0,
        blocked: &[],
        conversations: &[],
        more_conversations: false,
        users: &[cara()],
        people_reset: true,
        presence: &[presence(CARA, PresenceState::Online)],
        late: &[],
        more_late: false,
    };
    show("ready-empty", ServerFrame::Ready(empty));
    let changes = ChangesFrame {
        conversation: DIRECT,
        after: Rev::new(40),
        rev: Rev::new(50),
        messages: &[deleted(), answer(), edited()],
        receipts: &[delivered_late(), read()],
        counts: &[],
        more: false,
    };
    show("changes", ServerFrame::Changes(changes));
    show("reset", ServerFrame::Reset { conversation: DIRECT, rev: Rev::new(2940), head: Seq::new(812) });
}

fn messages(show: &mut impl FnMut(&str, ServerFrame<'_>)) {
    let stored = StoredMessage {
        reference: Some(Ref::new(1)),
        client_id: client_id("019e9817-3c8f-7c44-9b0e-6f1d2a3b4c51"),
        conversation: DIRECT,
        seq: Seq::new(12),
        rev: Rev::new(40),
        at: at(14, 2, 0, 412),
        mentions: Mentions::default(),
    };
    show("message.stored", ServerFrame::Stored(stored));
    show("message", ServerFrame::Message { message: &answer() });
    show("message-event", ServerFrame::Message { message: &added() });
    show("message-withheld", ServerFrame::Message { message: &withheld() });
    show("message.changed", ServerFrame::MessageChanged { message: &edited(), before: None, reaction: None });
    show("message.changed-deleted", ServerFrame::MessageChanged { message: &deleted(), before: None, reaction: None });
    let (message, set) = reacted();
    show(
        "message.changed-reaction",
        ServerFrame::MessageChanged { message: &message, before: None, reaction: Some(&set) },
    );
    show("message-mention", ServerFrame::Message { message: &mentioning() });
    let before = Some(mentioning().mentions);
    show("message.changed-mention", ServerFrame::MessageChanged { message: &mentioning_all(), before, reaction: None });
    show("receipt", ServerFrame::Receipt { conversation: DIRECT, receipt: &read() });
    show("receipt-late", ServerFrame::Receipt { conversation: DIRECT, receipt: &delivered_late() });
    show("receipt.counts", ServerFrame::ReceiptCounts { conversation: GROUP, counts: counts() });
    show("late", ServerFrame::Late { late: &late() });
}

fn own_state(show: &mut impl FnMut(&str, ServerFrame<'_>)) {
    let conversation = DIRECT;
    show("late.seen", ServerFrame::LateSeen { ids: &[LateId::new(5)] });
    let account_rev = Rev::new(10);
    show("cursor", ServerFrame::Cursor { conversation, cursor: Seq::new(15), unread: 0, mentioned: 0, account_rev });
    let typed = draft("Yes! Sorry, no signal past ", 3, at(17, 50, 58, 0));
    show("draft", ServerFrame::Draft { conversation, draft: Some(&typed), account_rev: Rev::new(11) });
    show("block", ServerFrame::Block { user: DAVE, is_blocked: true, account_rev: Rev::new(13) });
    show("account", ServerFrame::Account { read_receipts: false, account_rev: Rev::new(14) });
    let lunch = Mute { until: Some(at(21, 0, 0, 0)) };
    show("mute", ServerFrame::Mute { conversation: GROUP, muted: Some(&lunch), account_rev: Rev::new(15) });
    show("mute-ended", ServerFrame::Mute { conversation: GROUP, muted: None, account_rev: Rev::new(16) });
    show("draft-cleared", ServerFrame::Draft { conversation, draft: None, account_rev: Rev::new(12) });
    show("conversation", ServerFrame::Conversation { conversation: &opened() });
    show("conversation-group", ServerFrame::Conversation { conversation: &group() });
}

fn people(show: &mut impl FnMut(&str, ServerFrame<'_>)) {
    let users = [
        presence(ALICE, PresenceState::Online),
        Presence { last_seen: Some(away()), ..presence(BOB, PresenceState::Offline) },
        Presence { idle_since: Some(at(17, 20, 0, 0)), ..presence(CARA, PresenceState::Idle) },
        presence(DAVE, PresenceState::Unknown),
    ];
    show("presence", ServerFrame::Presence { users: &users });
    show("typing", ServerFrame::Typing { conversation: DIRECT, user: BOB, is_on: true });
    show("user", ServerFrame::User { user: &cara(), people_rev: Rev::new(7) });
    show("user-disabled", ServerFrame::User { user: &dave(), people_rev: Rev::new(8) });
}

fn answers(show: &mut impl FnMut(&str, ServerFrame<'_>)) {
    show("ok", ServerFrame::Ok { reference: Ref::new(4), rev: None, version: None });
    let (rev, version) = (Some(Rev::new(49)), Some(Version::new(2)));
    show("ok-edit", ServerFrame::Ok { reference: Ref::new(2), rev, version });
    let failure = |reference: Option<u64>, code| Failure::new(reference.map(Ref::new), code);
    let empty = Failure { field: Some("body"), ..failure(Some(1), ErrorCode::BodyEmpty) };
    show("error", ServerFrame::Error(empty));
    let busy = Failure { retry_after_ms: Some(1000), ..failure(Some(1), ErrorCode::Busy) };
    show("error-busy", ServerFrame::Error(busy));
    show("error-unreadable", ServerFrame::Error(failure(None, ErrorCode::InvalidJson)));
    let current = edited();
    let conflict = Failure { current: Some(&current), ..failure(Some(2), ErrorCode::VersionConflict) };
    show("error-version-conflict", ServerFrame::Error(conflict));
    let theirs = draft("Yes! Sorry, no signal past ", 3, at(17, 50, 58, 0));
    let conflict = Failure { draft: Some(&theirs), ..failure(Some(7), ErrorCode::DraftConflict) };
    show("error-draft-conflict", ServerFrame::Error(conflict));
}

#[test]
fn every_golden_is_what_the_server_says() {
    let mut goldens = goldens("server");
    samples(|name, frame| {
        let place = goldens.iter().position(|golden| golden.name == name);
        let golden = goldens.swap_remove(place.unwrap_or_else(|| panic!("server.{name}.json is missing")));
        let said: Value = serde_json::from_str(&frame.encode()).unwrap();
        assert_eq!(said, golden.frame, "{name}");
    });
    let left: Vec<String> = goldens.into_iter().map(|golden| golden.name).collect();
    assert!(left.is_empty(), "no sample for {left:?}");
}

#[test]
fn every_server_frame_has_a_golden_and_says_its_type_first() {
    let mut shown = BTreeSet::new();
    samples(|name, frame| {
        let type_name = type_of(&frame);
        let encoded = frame.encode();
        assert!(encoded.starts_with(&format!(r#"{{"type":"{type_name}","#)), "{name}: {encoded}");
        shown.insert(type_name);
    });
    assert_eq!(shown, TYPES.iter().copied().collect());
}

#[test]
fn nothing_absent_is_said_as_null() {
    samples(|name, frame| assert!(!frame.encode().contains("null"), "{name}"));
}

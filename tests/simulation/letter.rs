//! What a device has to send and keeps until it is answered.

use serde_json::json;

/// Something to be sent until it is answered.
#[derive(Debug, Clone)]
pub struct Letter {
    pub client_id: String,
    pub what: What,
    /// Also in another device's outbox: then this device alone does not decide the order.
    pub is_shared: bool,
    pub in_flight: bool,
    pub not_before: i64,
}

#[derive(Debug, Clone)]
pub enum What {
    Send { conversation: i64, body: String },
    SendTo { user: i64, body: String },
    Edit { conversation: i64, seq: i64, version: i64, body: String },
    Delete { conversation: i64, seq: i64, version: i64 },
    React { conversation: i64, seq: i64, emoji: &'static str, is_on: bool },
}

impl Letter {
    pub fn new(client_id: String, what: What) -> Letter {
        Letter { client_id, what, is_shared: false, in_flight: false, not_before: 0 }
    }

    pub fn is_message(&self) -> bool {
        matches!(self.what, What::Send { .. } | What::SendTo { .. })
    }

    /// One letter of a place is on its way at a time.
    pub fn place(&self) -> i64 {
        match self.what {
            What::Send { conversation, .. }
            | What::Edit { conversation, .. }
            | What::Delete { conversation, .. }
            | What::React { conversation, .. } => conversation,
            What::SendTo { user, .. } => -user,
        }
    }

    pub fn frame(&self, reference: u64) -> String {
        let id = &self.client_id;
        match &self.what {
            What::Send { conversation, body } => json!({"type": "message.send", "ref": reference, "clientId": id,
                "conversation": conversation, "body": body}),
            What::SendTo { user, body } => {
                json!({"type": "message.send", "ref": reference, "clientId": id, "to": user, "body": body})
            }
            What::Edit { conversation, seq, version, body } => json!({"type": "message.edit", "ref": reference,
                "clientId": id, "conversation": conversation, "seq": seq, "version": version, "body": body}),
            What::Delete { conversation, seq, version } => json!({"type": "message.delete", "ref": reference,
                "clientId": id, "conversation": conversation, "seq": seq, "version": version}),
            What::React { conversation, seq, emoji, is_on } => json!({"type": "reaction.set", "ref": reference,
                "clientId": id, "conversation": conversation, "seq": seq, "emoji": emoji, "on": is_on}),
        }
        .to_string()
    }
}

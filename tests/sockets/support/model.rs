//! A client that follows the written protocol to the letter and complains about everything that breaks a promise: a
//! hole, a repetition, another order, a revision that goes back, a message that changes without saying so.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use super::{Person, Socket, int, list};

/// What a client keeps of its conversations.
#[derive(Debug, Default)]
pub struct Model {
    /// Each conversation it holds from its first message on.
    pub conversations: HashMap<i64, Copy>,
    account_rev: i64,
    people_rev: i64,
    /// Sent and not yet acknowledged: client id → (conversation, body).
    outbox: BTreeMap<String, (i64, String)>,
    /// Conversations of which the server said that our copy is no good any more.
    pub to_load: Vec<i64>,
}

/// One conversation.
#[derive(Debug, Default)]
pub struct Copy {
    /// Everything up to here has been seen.
    pub rev: i64,
    /// By seq, from 1 without holes.
    pub messages: BTreeMap<i64, Value>,
    /// Up to where each member has each kind of receipt, as far as told.
    pub receipts: HashMap<(i64, String), i64>,
    /// Confirmed by us.
    pub delivered: i64,
    /// The newest revision of which a page may have told a part: up to here, messages may come again.
    paged_to: i64,
}

impl Copy {
    /// The newest seq.
    pub fn head(&self) -> i64 {
        self.messages.last_key_value().map_or(0, |(seq, _)| *seq)
    }

    fn append(&mut self, message: Value) {
        let seq = int(&message, "seq");
        assert_eq!(seq, self.head() + 1, "a hole, a repetition or another order: {message}");
        self.messages.insert(seq, message);
    }

    fn receipt(&mut self, receipt: &Value) {
        let kind = receipt["kind"].as_str().unwrap().to_owned();
        let up_to = self.receipts.entry((int(receipt, "user"), kind)).or_default();
        assert!(int(receipt, "from") <= int(receipt, "upTo"), "{receipt}");
        assert!(int(receipt, "upTo") >= *up_to, "a receipt went back from {up_to}: {receipt}");
        *up_to = int(receipt, "upTo");
    }
}

impl Model {
    /// The hello of this moment.
    pub fn hello(&self) -> Value {
        let held: Vec<(i64, i64)> = self.conversations.iter().map(|(id, copy)| (*id, copy.rev)).collect();
        json!({"type": "hello", "accountRev": self.account_rev, "peopleRev": self.people_rev, "conversations": held, "idle": false})
    }

    /// A message goes out; what to send. Sending it again is sending the same.
    pub fn send(&mut self, client_id: &str, conversation: i64, body: &str) -> Value {
        self.outbox.insert(client_id.to_owned(), (conversation, body.to_owned()));
        json!({"type": "message.send", "clientId": client_id, "conversation": conversation, "body": body})
    }

    /// Takes one frame in.
    pub fn apply(&mut self, me: &Person, frame: &Value) {
        match frame["type"].as_str().unwrap() {
            "ready" => {
                assert_eq!(int(&frame["user"], "id"), me.id);
                assert!(int(frame, "accountRev") >= self.account_rev, "{frame}");
                assert!(int(frame, "peopleRev") >= self.people_rev, "{frame}");
                self.account_rev = int(frame, "accountRev");
                self.people_rev = int(frame, "peopleRev");
                for view in list(frame, "conversations") {
                    self.conversation(view);
                }
            }
            "conversation" => self.conversation(&frame["conversation"]),
            "changes" => {
                self.changes(frame);
            }
            "reset" => {
                self.conversations.remove(&int(frame, "conversation"));
                self.to_load.push(int(frame, "conversation"));
            }
            "message" => {
                let message = &frame["message"];
                if let Some(copy) = self.conversations.get_mut(&int(message, "conversation")) {
                    // What a page or a run of changes already held comes once more, and is passed over.
                    if int(message, "rev") > copy.rev {
                        copy.rev = int(message, "rev");
                        if int(message, "seq") > copy.head() || copy.rev > copy.paged_to {
                            copy.append(message.clone());
                        }
                    }
                }
            }
            "message.changed" => {
                let message = &frame["message"];
                if let Some(copy) = self.conversations.get_mut(&int(message, "conversation"))
                    && int(message, "rev") > copy.rev
                {
                    copy.rev = int(message, "rev");
                    let before = copy.messages.insert(int(message, "seq"), message.clone());
                    let before = before.unwrap_or_else(|| panic!("changed before it was told: {message}"));
                    assert!(
                        int(message, "version") > int(&before, "version") || copy.rev <= copy.paged_to,
                        "{message}"
                    );
                }
            }
            "message.stored" => self.stored(me, frame),
            "receipt" => {
                if let Some(copy) = self.conversations.get_mut(&int(frame, "conversation"))
                    && int(&frame["receipt"], "rev") > copy.rev
                {
                    copy.rev = int(&frame["receipt"], "rev");
                    copy.receipt(&frame["receipt"]);
                }
            }
            "error" => {
                let code = frame["code"].as_str().unwrap();
                assert!(matches!(code, "busy" | "rate_limited" | "unknown"), "{frame}");
            }
            "cursor" | "draft" | "block" | "account" => {
                self.account_rev = self.account_rev.max(int(frame, "accountRev"))
            }
            "user" => self.people_rev = self.people_rev.max(int(frame, "peopleRev")),
            "ok" | "presence" | "typing" | "late" | "late.seen" | "receipt.counts" | "goodbye" | "session.ended" => {}
            other => panic!("nothing is written of {other}: {frame}"),
        }
    }

    fn conversation(&mut self, view: &Value) {
        let id = int(view, "id");
        match self.conversations.get_mut(&id) {
            Some(copy) => assert!(int(view, "rev") >= copy.rev, "{view} goes back from {}", copy.rev),
            None if int(view, "head") == 0 => {
                self.conversations.insert(id, Copy { rev: int(view, "rev"), ..Copy::default() });
            }
            None if !self.to_load.contains(&id) => self.to_load.push(id),
            None => {}
        }
    }

    /// A run of changes, from a frame or over HTTP. True if there is more.
    pub fn changes(&mut self, changes: &Value) -> bool {
        let Some(copy) = self.conversations.get_mut(&int(changes, "conversation")) else { return false };
        assert!(int(changes, "after") <= copy.rev, "changes begin after {} but we have {}", changes["after"], copy.rev);
        if int(changes, "rev") < copy.rev {
            return false;
        }
        copy.rev = int(changes, "rev");
        for message in list(changes, "messages") {
            match copy.messages.get(&int(message, "seq")) {
                Some(known) => {
                    assert!(int(message, "version") >= int(known, "version"), "{message} after {known}");
                    copy.messages.insert(int(message, "seq"), message.clone());
                }
                None => copy.append(message.clone()),
            }
        }
        for receipt in list(changes, "receipts") {
            copy.receipt(receipt);
        }
        changes["more"] == true
    }

    fn stored(&mut self, me: &Person, stored: &Value) {
        let id = stored["clientId"].as_str().unwrap();
        let Some((conversation, body)) = self.outbox.remove(id) else { panic!("acknowledged twice: {stored}") };
        assert_eq!(int(stored, "conversation"), conversation, "{stored}");
        let Some(copy) = self.conversations.get_mut(&conversation) else { return };
        let seq = int(stored, "seq");
        if let Some(known) = copy.messages.get(&seq) {
            // A repeat: it came with the changes already.
            assert_eq!(known["clientId"], id, "{stored}");
            assert_eq!(known["at"], stored["at"], "{stored}");
            return;
        }
        assert!(int(stored, "rev") > copy.rev, "{stored} but we have {}", copy.rev);
        copy.rev = int(stored, "rev");
        copy.append(json!({
            "conversation": conversation, "seq": seq, "rev": stored["rev"], "sender": me.id, "kind": "text",
            "clientId": id, "body": body, "at": stored["at"], "version": 1,
        }));
    }

    /// Loads what must be loaded whole, while live frames wait.
    pub async fn load(&mut self, me: &Person) -> std::io::Result<()> {
        while let Some(&id) = self.to_load.last() {
            let mut copy = Copy::default();
            let page = page(me, id, 0).await?;
            // What came after this snapshot comes live, or with the next changes.
            copy.rev = int(&page, "rev");
            let mut page = page;
            loop {
                copy.paged_to = int(&page, "rev");
                for message in list(&page, "messages") {
                    copy.append(message.clone());
                }
                if page["hasAfter"] != true {
                    break;
                }
                page = self::page(me, id, copy.head()).await?;
            }
            self.conversations.insert(id, copy);
            self.to_load.pop();
        }
        Ok(())
    }

    /// Confirms everything without a hole; we never keep holes.
    pub async fn confirm(&mut self, socket: &mut Socket) -> bool {
        for (id, copy) in &mut self.conversations {
            if copy.head() > copy.delivered {
                let frame = json!({"type": "receipt.delivered", "conversation": id, "seq": copy.head()});
                if !socket.try_send(&frame).await {
                    return false;
                }
                copy.delivered = copy.head();
            }
        }
        true
    }

    /// Compares with what the store says.
    pub async fn assert_equals_the_store(&self, me: &Person) {
        for (id, copy) in &self.conversations {
            let stored = me.whole_history(*id).await;
            let of = |message: &Value| {
                ["seq", "sender", "clientId", "body", "version", "at", "kind"].map(|field| message[field].clone())
            };
            let ours: Vec<_> = copy.messages.values().map(of).collect();
            let theirs: Vec<_> = stored.iter().map(of).collect();
            assert_eq!(ours.len(), theirs.len(), "{} holds another number of messages of {id} than the store", me.name);
            assert_eq!(ours, theirs, "{} holds other messages of {id} than the store", me.name);
        }
    }
}

async fn page(me: &Person, conversation: i64, after: i64) -> std::io::Result<Value> {
    let path = format!("/conversations/{conversation}/messages?after={after}&limit=200");
    let answer = me.request("GET", &path).exchange(me.server.address(), me.from).await?;
    Ok(answer.ok(200))
}

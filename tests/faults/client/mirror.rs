//! One conversation as one device holds it: a complete prefix by rev. Says at once what could not be if the server keeps
//! its promises; never repairs it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::checker::Kind;

/// A message in one of its forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Its place.
    pub seq: u64,
    /// The revision that brought this form.
    pub rev: u64,
    /// 1 as first written.
    pub version: u64,
    /// Who wrote it.
    pub sender: u64,
    /// The sender's id for it; none on events.
    pub client_id: Option<String>,
    /// The text, empty if deleted.
    pub body: String,
    /// Whether it was taken back.
    pub is_deleted: bool,
}

impl Form {
    /// Reads a message of the wire; nothing if a field is missing.
    pub fn of(message: &Value) -> Option<Form> {
        Some(Form {
            seq: message["seq"].as_u64()?,
            rev: message["rev"].as_u64()?,
            version: message["version"].as_u64()?,
            sender: message["sender"].as_u64()?,
            client_id: message["clientId"].as_str().map(str::to_owned),
            body: message["body"].as_str()?.to_owned(),
            is_deleted: message.get("deletedAt").is_some(),
        })
    }
}

/// What must not be, and what it was.
pub type Finding = (Kind, String);

/// The device's copy of one conversation.
#[derive(Debug, Clone, Default)]
pub struct Mirror {
    /// Messages by seq, each in the newest form met.
    pub forms: BTreeMap<u64, Form>,
    /// The first seq this user may see.
    pub first: u64,
    /// Up to which rev everything was seen.
    pub rev: u64,
    /// The greatest rev that came live on this connection.
    live_rev: u64,
    /// The seq this device has confirmed as delivered.
    pub confirmed: u64,
    /// How many messages stand without a hole from `first` on.
    whole: u64,
}

impl Mirror {
    /// An empty copy for a user who may see everything.
    pub fn from_the_beginning() -> Mirror {
        Mirror::from(1)
    }

    /// An empty copy for a user who may see everything from `first` on.
    pub fn from(first: u64) -> Mirror {
        Mirror { first, ..Mirror::default() }
    }

    /// The last seq before the first hole. Asked at every step of a thousand devices, so it is counted as messages come.
    pub fn whole_up_to(&self) -> u64 {
        self.first + self.whole - 1
    }

    fn insert(&mut self, form: Form) {
        self.forms.insert(form.seq, form);
        while self.forms.contains_key(&(self.first + self.whole)) {
            self.whole += 1;
        }
    }

    /// The newest seq.
    pub fn head(&self) -> u64 {
        self.forms.keys().next_back().copied().unwrap_or(self.first - 1)
    }

    /// A new connection: live order begins anew.
    pub fn reconnected(&mut self) {
        self.live_rev = 0;
    }

    /// A live `message` (a new one).
    pub fn message(&mut self, form: Form) -> Vec<Finding> {
        let mut findings = self.in_order(form.rev, form.seq);
        let head = self.head();
        if form.seq > head + 1 {
            findings.push((Kind::Skipped, format!("live seq {} follows {head}", form.seq)));
        }
        if self.forms.get(&form.seq).is_some_and(|known| known.client_id != form.client_id) {
            findings.push((Kind::Reordered, format!("seq {} is now another message", form.seq)));
        }
        self.rev = self.rev.max(form.rev);
        self.put(form, &mut findings);
        findings
    }

    /// A live `message.changed`.
    pub fn changed(&mut self, form: Form) -> Vec<Finding> {
        let mut findings = self.in_order(form.rev, form.seq);
        if !self.forms.contains_key(&form.seq) {
            findings.push((Kind::Skipped, format!("seq {} changed before it came", form.seq)));
        }
        self.rev = self.rev.max(form.rev);
        self.put(form, &mut findings);
        findings
    }

    /// `message.stored` for an own message. A repeat names an old rev, and that is right.
    pub fn stored(&mut self, form: Form) -> Vec<Finding> {
        let mut findings = Vec::new();
        if form.rev > self.rev {
            findings = self.in_order(form.rev, form.seq);
            let head = self.head();
            if form.seq > head + 1 {
                findings.push((Kind::Skipped, format!("own seq {} follows {head}", form.seq)));
            }
            self.rev = form.rev;
        }
        match self.forms.get(&form.seq) {
            Some(known) if known.client_id != form.client_id => {
                findings.push((Kind::Reordered, format!("own seq {} is another message here", form.seq)));
            }
            // What was held may have been edited since; the answer tells the first form only.
            Some(_) => {}
            None => self.put(form, &mut findings),
        }
        findings
    }

    /// A live frame that only moves the revision (a receipt, a change of members).
    pub fn passed(&mut self, rev: u64) -> Vec<Finding> {
        let mut findings = Vec::new();
        // One confirmation may bring two receipts with one rev.
        if rev < self.live_rev {
            findings.push((Kind::Reordered, format!("a receipt's rev {rev} came live after rev {}", self.live_rev)));
        }
        self.live_rev = self.live_rev.max(rev);
        self.rev = self.rev.max(rev);
        findings
    }

    /// `changes`, from the socket or over HTTP.
    pub fn changes(&mut self, forms: Vec<Form>, rev: u64, is_last: bool) -> Vec<Finding> {
        let mut findings = Vec::new();
        for form in forms {
            self.put(form, &mut findings);
        }
        self.rev = self.rev.max(rev);
        let (whole, head) = (self.whole_up_to(), self.head());
        if is_last && whole != head {
            findings.push((
                Kind::Skipped,
                format!("after changes up to rev {rev} seq {} is missing below {head}", whole + 1),
            ));
        }
        findings
    }

    /// `reset`: the copy is dropped.
    pub fn reset(&mut self) {
        *self = Mirror { first: self.first, live_rev: self.live_rev, confirmed: self.confirmed, ..Mirror::default() };
    }

    /// A page of the history.
    pub fn page(&mut self, forms: Vec<Form>) -> Vec<Finding> {
        let mut findings = Vec::new();
        for form in forms {
            self.put(form, &mut findings);
        }
        findings
    }

    fn in_order(&mut self, rev: u64, seq: u64) -> Vec<Finding> {
        let mut findings = Vec::new();
        if rev < self.live_rev {
            findings.push((Kind::Reordered, format!("rev {rev} (seq {seq}) came live after rev {}", self.live_rev)));
        } else if rev == self.live_rev {
            findings.push((Kind::Duplicate, format!("rev {rev} (seq {seq}) came live twice on one connection")));
        }
        self.live_rev = self.live_rev.max(rev);
        findings
    }

    fn put(&mut self, form: Form, findings: &mut Vec<Finding>) {
        let Some(known) = self.forms.get(&form.seq) else {
            self.insert(form);
            return;
        };
        if known.client_id != form.client_id || known.sender != form.sender {
            findings.push((Kind::Reordered, format!("two messages at seq {}", form.seq)));
        }
        if form.rev > known.rev {
            if form.version < known.version || (known.is_deleted && !form.is_deleted) {
                findings.push((
                    Kind::StateBack,
                    format!("seq {} went back from version {} to {}", form.seq, known.version, form.version),
                ));
            }
            self.forms.insert(form.seq, form);
        } else if form.rev == known.rev && *known != form {
            findings.push((
                Kind::WrongText,
                format!("seq {} has two forms at rev {}: {:?} and {:?}", form.seq, form.rev, known.body, form.body),
            ));
        }
    }
}

//! What handlers ask for what they need: the chat, the readers, passwords, the clock. Holds no state of a request.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix::dev::ToEnvelope;
use actix::prelude::*;
use actix_web::{HttpRequest, HttpResponse, web};

use super::admission::Console;
use super::limits::Limits;
use super::origin::Origins;
use super::refused::Refused;
use super::search::SearchDesk;
use crate::auth::{CookieNames, PasswordPolicy, PasswordPool, ServerSecret, Throttle};
use crate::chat::{OpenSessions, PresenceOf, Submit, TakeCensus, WindowCloses, submit};
use crate::clock::Clock;
use crate::config::AddressRange;
use crate::connection::Who;
use crate::connection::upgrade::HandshakeRefusal;
use crate::db::{FoundDamaged, Query, Reader};
use crate::store::{ReadStore, StoreError, Stored, Write};

/// Everything a handler may need, shared by all workers.
pub struct Services {
    /// The chat.
    pub chat: Chat,
    /// The database threads that answer questions.
    pub readers: Readers,
    /// Opens a socket for somebody whose session was checked.
    pub upgrade: Upgrade,
    /// The threads that hash passwords.
    pub passwords: PasswordPool,
    /// How hard new passwords must be.
    pub policy: PasswordPolicy,
    /// The brake on guessing.
    pub throttle: Mutex<Throttle>,
    /// Signs device cookies.
    pub secret: ServerSecret,
    /// The time.
    pub clock: Clock,
    /// Whose pages may use a cookie.
    pub origins: Origins,
    /// People reach us through https.
    pub is_https: bool,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<AddressRange>,
    /// How long a session that nobody keeps lives without a window.
    pub left_life: Duration,
    /// How the first admin is known, if there was none when the server started.
    pub console: Option<Console>,
    /// Who searches.
    pub desk: SearchDesk,
    /// Who asks how much.
    pub limits: Limits,
}

/// What turns a checked request into a WebSocket.
pub type Upgrade = Arc<dyn Fn(&HttpRequest, web::Payload, Who) -> Result<HttpResponse, HandshakeRefusal> + Send + Sync>;

/// ChatServer, as far as HTTP needs it.
#[derive(Clone)]
pub struct Chat {
    submit: Recipient<Submit>,
    /// Who is here.
    pub presence: Recipient<PresenceOf>,
    /// Which sessions have a window.
    pub open_sessions: Recipient<OpenSessions>,
    /// The page's beacon.
    pub window_closes: Recipient<WindowCloses>,
    /// Counts.
    pub census: Recipient<TakeCensus>,
}

impl Chat {
    /// The chat behind this actor: ChatServer, or a recorder in tests.
    pub fn new<A>(actor: &Addr<A>) -> Chat
    where
        A: Actor
            + Handler<Submit>
            + Handler<PresenceOf>
            + Handler<OpenSessions>
            + Handler<WindowCloses>
            + Handler<TakeCensus>,
        A::Context: ToEnvelope<A, Submit>
            + ToEnvelope<A, PresenceOf>
            + ToEnvelope<A, OpenSessions>
            + ToEnvelope<A, WindowCloses>
            + ToEnvelope<A, TakeCensus>,
    {
        Chat {
            submit: actor.clone().recipient(),
            presence: actor.clone().recipient(),
            open_sessions: actor.clone().recipient(),
            window_closes: actor.clone().recipient(),
            census: actor.clone().recipient(),
        }
    }

    /// Asks for a change and waits until it is durable and everybody concerned has been told.
    ///
    /// # Errors
    /// The store's refusal.
    pub async fn submit(&self, write: Write) -> Result<Stored, Refused> {
        Ok(submit(&self.submit, write).await?)
    }

    /// Asks for a change whose outcome nobody waits for.
    pub fn mention(&self, write: Write) {
        let (reply, _) = tokio::sync::oneshot::channel();
        self.submit.do_send(Submit { write, reply });
    }
}

/// The database threads that answer questions.
#[derive(Clone)]
pub struct Readers(Addr<Reader>);

impl Readers {
    /// These threads.
    pub fn new(readers: Addr<Reader>) -> Readers {
        Readers(readers)
    }

    /// Asks whichever is free first.
    ///
    /// # Errors
    /// `damaged` when its file is, `busy` when it failed otherwise; the cause is logged.
    pub async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut dyn ReadStore) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Refused> {
        Ok(self.0.send(Query::new(question)).await??)
    }

    /// Which file any question found damaged since the start.
    ///
    /// # Errors
    /// `busy` when no reader answered, `internal` when one panicked at it.
    pub async fn found_damaged(&self) -> Result<Option<PathBuf>, Refused> {
        Ok(self.0.send(FoundDamaged).await??)
    }
}

impl Services {
    /// What our cookies are called.
    pub fn cookie_names(&self) -> CookieNames {
        CookieNames::new(self.is_https)
    }

    /// The brake. It is held only for bookkeeping, never across an await.
    pub fn throttle(&self) -> MutexGuard<'_, Throttle> {
        self.throttle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

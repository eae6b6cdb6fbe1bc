//! Why a client's bytes were refused, and the close code that tells the client so. Never carries a byte of what was sent.

use actix_web_actors::ws::{CloseCode, CloseReason};

/// What a client did that ends its connection. The text is the reason sent in the close frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A frame, or the fragments of a message together, are larger than
    /// [`MESSAGE_MAX_BYTES`](super::MESSAGE_MAX_BYTES).
    #[error("message is larger than 65536 bytes")]
    TooLarge,
    /// A binary message: the protocol is text only.
    #[error("binary messages are not understood")]
    Binary,
    /// A text message or the reason of a close frame is not UTF-8.
    #[error("text is not UTF-8")]
    NotUtf8,
    /// RSV1 to RSV3: no extension is ever negotiated, so they have no meaning (RFC 6455 §5.2).
    #[error("reserved bits are set")]
    ReservedBits,
    /// An opcode from 3 to 7 or 11 to 15.
    #[error("opcode is reserved")]
    ReservedOpcode,
    /// A frame without masking key (RFC 6455 §5.1: the server must close).
    #[error("frame is not masked")]
    Unmasked,
    /// A control frame of more than 125 bytes (RFC 6455 §5.5).
    #[error("control frame is longer than 125 bytes")]
    LongControl,
    /// A control frame without FIN (RFC 6455 §5.5).
    #[error("control frame is fragmented")]
    SplitControl,
    /// A length written in more bytes than it needs, or with its highest bit set (RFC 6455 §5.2).
    #[error("length is not written in its shortest form")]
    LengthNotMinimal,
    /// A continuation frame outside a fragmented message.
    #[error("nothing to continue")]
    NothingToContinue,
    /// A new data frame while a fragmented message is not finished.
    #[error("fragmented message is not finished")]
    Interleaved,
    /// A close frame whose payload is one byte, or a code nobody may send (RFC 6455 §7.4).
    #[error("close code is invalid")]
    CloseCode,
    /// Anything else the codec of actix-http found; with the guard in front there should be nothing.
    #[error("protocol error")]
    Protocol,
}

impl Refusal {
    /// The close code of the wire's list: 1009, 1003, 1007, else 1002.
    pub fn close_code(self) -> CloseCode {
        match self {
            Refusal::TooLarge => CloseCode::Size,
            Refusal::Binary => CloseCode::Unsupported,
            Refusal::NotUtf8 => CloseCode::Invalid,
            _ => CloseCode::Protocol,
        }
    }

    /// Code and sentence for the close frame.
    pub fn close_reason(self) -> CloseReason {
        CloseReason { code: self.close_code(), description: Some(self.to_string()) }
    }
}

//! What one row of the table of routes says. It never mounts or answers anything itself.

use actix_web::Route as Mounted;
use actix_web::http::Method;

use crate::protocol::ErrorCode;

/// One operation.
pub struct Route {
    /// GET, POST, PUT, PATCH or DELETE.
    pub method: Method,
    /// The whole path; `{id}` and `{user}` stand for numbers, `{hash}` for a text.
    pub path: &'static str,
    /// What it does, as a short sentence.
    pub summary: &'static str,
    /// Who may ask.
    pub access: Access,
    /// What a query string or body may say.
    pub takes: &'static [Field],
    /// Status of success, and what its JSON holds (nothing for 204).
    pub answers: &'static [(u16, &'static [&'static str])],
    /// What of [`ErrorCode`] it may answer besides what any request may.
    pub refuses: &'static [ErrorCode],
    pub(super) mount: fn() -> Mounted,
}

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Anyone,
    /// Whoever is signed in.
    SignedIn,
    /// Whoever is signed in and runs the server.
    AdminsOnly,
}

/// A field of a body, or a parameter of a query string for GET.
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Its JSON type.
    pub kind: Kind,
    /// It must be there.
    pub is_required: bool,
}

/// A JSON type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// A whole number.
    Integer,
    /// True or false.
    Claim,
    /// A list of whole numbers.
    Integers,
    /// Not JSON: the body itself is a PNG, JPEG or WebP file.
    Picture,
}

/// A field that must be there.
pub(super) const fn must(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, is_required: true }
}

/// A field that may be left out.
pub(super) const fn may(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, is_required: false }
}

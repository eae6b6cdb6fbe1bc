//! Request bodies and query strings, field by field, so that a refusal can name the field. Unknown fields are ignored.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde_json::Value;

use super::refused::Refused;
use super::services::Services;
use crate::protocol::ErrorCode;

/// Largest request body, in bytes: as large as the largest frame of a socket, so that what can be sent there can be
/// sent here.
pub const REQUEST_MAX_BYTES: usize = 64 * 1024;

/// The fields of a JSON object.
#[derive(Debug, Default)]
pub struct Fields(HashMap<String, Value>);

impl Fields {
    /// Reads one JSON object.
    ///
    /// # Errors
    /// `invalid_json` for anything else, and for a field that is there twice.
    pub fn parse(body: &[u8]) -> Result<Fields, Refused> {
        serde_json::from_slice(body).map_err(|_| Refused::new(ErrorCode::InvalidJson))
    }

    /// A text that must be there.
    ///
    /// # Errors
    /// `missing_field`, or `invalid_field` for another type.
    pub fn text(&self, name: &'static str) -> Result<&str, Refused> {
        self.optional_text(name)?.ok_or_else(|| missing(name))
    }

    /// A text, if it is there.
    ///
    /// # Errors
    /// `invalid_field` for another type, also null.
    pub fn optional_text(&self, name: &'static str) -> Result<Option<&str>, Refused> {
        let text = |value: &'_ Value| value.as_str().map(str::len).ok_or_else(|| invalid(name, "a text"));
        self.0.get(name).map(text).transpose()?;
        Ok(self.0.get(name).and_then(Value::as_str))
    }

    /// True or false; false if it is not there.
    ///
    /// # Errors
    /// `invalid_field` for another type.
    pub fn claim(&self, name: &'static str) -> Result<bool, Refused> {
        Ok(self.optional_claim(name)?.unwrap_or_default())
    }

    /// True or false, if it is there.
    ///
    /// # Errors
    /// `invalid_field` for another type.
    pub fn optional_claim(&self, name: &'static str) -> Result<Option<bool>, Refused> {
        self.0.get(name).map(|value| value.as_bool().ok_or_else(|| invalid(name, "true or false"))).transpose()
    }

    /// A whole number, if it is there.
    ///
    /// # Errors
    /// `invalid_field` for another type.
    pub fn optional_integer(&self, name: &'static str) -> Result<Option<i64>, Refused> {
        self.0.get(name).map(|value| value.as_i64().ok_or_else(|| invalid(name, "a whole number"))).transpose()
    }

    /// A whole number that must be there.
    ///
    /// # Errors
    /// `missing_field` or `invalid_field`.
    pub fn integer(&self, name: &'static str) -> Result<i64, Refused> {
        self.optional_integer(name)?.ok_or_else(|| missing(name))
    }

    /// A list of at most `most` whole numbers.
    ///
    /// # Errors
    /// `missing_field`, `invalid_field`, or `too_many`.
    pub fn integers(&self, name: &'static str, most: usize) -> Result<Vec<i64>, Refused> {
        let value = self.0.get(name).ok_or_else(|| missing(name))?;
        let list = value.as_array().ok_or_else(|| invalid(name, "a list of whole numbers"))?;
        if list.len() > most {
            return Err(Refused::new(ErrorCode::TooMany)
                .saying(format!("{name} has at most {most} entries."))
                .about(name));
        }
        let number = |value: &Value| value.as_i64().ok_or_else(|| invalid(name, "a list of whole numbers"));
        list.iter().map(number).collect()
    }
}

impl FromRequest for Fields {
    type Error = Refused;
    type Future = Pin<Box<dyn Future<Output = Result<Fields, Refused>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = whole_body(request, payload);
        Box::pin(async move {
            match body.await? {
                Ok(body) => Fields::parse(&body),
                Err(error) if error.as_response_error().status_code().as_u16() == 413 => {
                    Err(Refused::new(ErrorCode::TooLarge))
                }
                Err(_) => Err(Refused::new(ErrorCode::InvalidJson)),
            }
        })
    }
}

/// The body of a request, once all of it is here. Its limit is the `PayloadConfig` that `super::configure` sets.
///
/// # Errors
/// `too_slow` when it was not here in time.
pub fn whole_body(
    request: &HttpRequest,
    payload: &mut Payload,
) -> impl Future<Output = Result<Result<web::Bytes, actix_web::Error>, Refused>> + use<> {
    let services = request.app_data::<web::Data<Services>>().expect("the app is configured with them");
    let within = services.limits.body_within;
    let body = web::Bytes::from_request(request, payload);
    async move { tokio::time::timeout(within, body).await.map_err(|_| Refused::new(ErrorCode::TooSlow)) }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Fields, D::Error> {
        struct Once;
        impl<'de> Visitor<'de> for Once {
            type Value = Fields;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = HashMap::new();
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    // Which of the two was meant is not ours to guess.
                    if fields.insert(name, value).is_some() {
                        return Err(A::Error::custom("a field stands twice"));
                    }
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(Once)
    }
}

/// The parameters of a query string.
#[derive(Debug, Default)]
pub struct Params(HashMap<String, String>);

impl Params {
    /// A parameter, if it is there.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A whole number of zero or more, if it is there.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn number(&self, name: &'static str) -> Result<Option<i64>, Refused> {
        let parse = |text: &String| text.parse().ok().filter(|number| *number >= 0);
        self.0.get(name).map(|text| parse(text).ok_or_else(|| invalid(name, "a whole number"))).transpose()
    }

    /// How many entries of a list are wanted: `usual` without a word, never more than `most`.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn limit(&self, usual: usize, most: usize) -> Result<usize, Refused> {
        let asked = self.number("limit")?.map(|number| usize::try_from(number).unwrap_or(most));
        Ok(asked.unwrap_or(usual).clamp(1, most))
    }
}

impl FromRequest for Params {
    type Error = Refused;
    type Future = std::future::Ready<Result<Params, Refused>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let query = web::Query::<HashMap<String, String>>::from_query(request.query_string());
        let refused = |_| Refused::new(ErrorCode::InvalidField).saying("The query string cannot be read.");
        std::future::ready(query.map(|query| Params(query.into_inner())).map_err(refused))
    }
}

fn missing(name: &'static str) -> Refused {
    Refused::new(ErrorCode::MissingField).saying(format!("The field {name} is missing.")).about(name)
}

fn invalid(name: &'static str, expected: &str) -> Refused {
    Refused::new(ErrorCode::InvalidField).saying(format!("{name} is {expected}.")).about(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_json_object_is_a_body() {
        for text in ["", "null", "[]", "{} {}", "{\"a\":1", "{\"a\":1,\"a\":2}", "\u{feff}{}", "{'a':1}"] {
            assert_eq!(Fields::parse(text.as_bytes()).unwrap_err().code, ErrorCode::InvalidJson, "{text:?}");
        }
        assert_eq!(Fields::parse(b"{\"a\":\"\xff\"}").unwrap_err().code, ErrorCode::InvalidJson);
        assert_eq!(Fields::parse("[".repeat(60_000).as_bytes()).unwrap_err().code, ErrorCode::InvalidJson);
        assert!(Fields::parse(b" {} ").is_ok());
    }

    #[test]
    fn a_wrong_or_missing_field_is_named() {
        let fields = Fields::parse(br#"{"username":7,"keep":"yes","user":1.5,"members":[1,"2"],"no":null}"#).unwrap();
        let told = |result: Result<(), Refused>| {
            let refused = result.unwrap_err();
            (refused.code.as_str(), refused.field.unwrap().into_owned())
        };
        assert_eq!(told(fields.text("username").map(drop)), ("invalid_field", "username".into()));
        assert_eq!(told(fields.text("password").map(drop)), ("missing_field", "password".into()));
        assert_eq!(told(fields.optional_text("no").map(drop)), ("invalid_field", "no".into()));
        assert_eq!(told(fields.claim("keep").map(drop)), ("invalid_field", "keep".into()));
        assert_eq!(told(fields.integer("user").map(drop)), ("invalid_field", "user".into()));
        assert_eq!(told(fields.integers("members", 9).map(drop)), ("invalid_field", "members".into()));
        assert_eq!(told(fields.integers("members", 1).map(drop)), ("too_many", "members".into()));
    }

    #[test]
    fn limits_are_kept_whatever_is_asked() {
        let params = |text: &str| Params(HashMap::from([("limit".to_owned(), text.to_owned())]));
        assert_eq!(params("0").limit(50, 200).unwrap(), 1);
        assert_eq!(params("9999999999").limit(50, 200).unwrap(), 200);
        assert_eq!(Params::default().limit(50, 200).unwrap(), 50);
        assert!(params("-1").limit(50, 200).is_err() && params("x").limit(50, 200).is_err());
    }
}

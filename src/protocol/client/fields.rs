//! One pass over a frame's text that finds its fields without parsing their values, so that a refusal can name the
//! field and repeat the `ref` whatever else is wrong. Knows JSON, not chat.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::protocol::limits::FIELDS_MAX;

/// The fields of one JSON object, each with the text of its value. After a failed [`Fields::read`] it holds what was
/// found before the failure.
#[derive(Debug, Default)]
pub(super) struct Fields<'a> {
    found: Vec<Field<'a>>,
    too_many: bool,
}

#[derive(Debug)]
struct Field<'a> {
    key: Cow<'a, str>,
    value: &'a RawValue,
    is_doubled: bool,
}

/// What makes a text no frame, whatever its fields say.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// Not JSON; with the column, in bytes from 1, where that was noticed.
    Syntax(usize),
    /// JSON, but no object.
    NotAnObject,
    /// A field stands twice, at whatever depth.
    Doubled,
    /// A value holds half a surrogate pair or is nested too deeply.
    Value,
    /// More than [`FIELDS_MAX`] fields.
    TooManyFields,
}

impl<'a> Fields<'a> {
    /// Finds the fields of `text`. Every value is well-formed afterwards, also where nobody will look at it: no doubled
    /// key, no lone surrogate, no nesting without end.
    pub(super) fn read(&mut self, text: &'a str) -> Result<(), Flaw> {
        let mut json = serde_json::Deserializer::from_str(text);
        let outcome = DeserializeSeed::deserialize(&mut *self, &mut json).and_then(|()| json.end());
        match outcome {
            _ if self.too_many => Err(Flaw::TooManyFields),
            Err(e) if e.is_data() => Err(Flaw::NotAnObject),
            Err(e) => Err(Flaw::Syntax(e.column())),
            Ok(()) if self.found.iter().any(|field| field.is_doubled) => Err(Flaw::Doubled),
            Ok(()) => self.found.iter().try_for_each(|field| check(field.value)),
        }
    }

    /// The text of a field's value. A field that stood twice has none: which one was meant is not known.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.found.iter().find(|field| field.key == name && !field.is_doubled).map(|field| field.value.get())
    }
}

/// Reads again what the pass over the fields skipped without looking: arrays, objects, and strings with `\u` escapes.
fn check(value: &RawValue) -> Result<(), Flaw> {
    let text = value.get();
    if !text.starts_with(['[', '{']) && !text.contains("\\u") {
        return Ok(());
    }
    match serde_json::from_str::<WellFormed>(text) {
        Ok(WellFormed) => Ok(()),
        Err(e) if e.is_data() => Err(Flaw::Doubled),
        Err(_) => Err(Flaw::Value),
    }
}

impl<'de> DeserializeSeed<'de> for &mut Fields<'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Fields<'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.found.reserve(8);
        while let Some(Key(key)) = map.next_key()? {
            if self.found.len() == FIELDS_MAX {
                self.too_many = true;
                return Err(A::Error::custom("too many fields"));
            }
            let value = map.next_value()?;
            // Linear, because frames have a handful of fields and never more than FIELDS_MAX.
            match self.found.iter_mut().find(|field| field.key == key) {
                Some(field) => field.is_doubled = true,
                None => self.found.push(Field { key, value, is_doubled: false }),
            }
        }
        Ok(())
    }
}

/// A key, borrowed where it has no escapes.
#[derive(Deserialize, PartialEq, Eq, Hash)]
#[serde(transparent)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

/// Any value in which no object has a key twice. Its strings are parsed in full, which refuses lone surrogates.
struct WellFormed;

impl<'de> Deserialize<'de> for WellFormed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<WellFormed, D::Error> {
        deserializer.deserialize_any(WellFormed)
    }
}

impl<'de> Visitor<'de> for WellFormed {
    type Value = WellFormed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value without doubled keys")
    }

    fn visit_bool<E>(self, _: bool) -> Result<WellFormed, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<WellFormed, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<WellFormed, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<WellFormed, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<WellFormed, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<WellFormed, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<WellFormed, A::Error> {
        while items.next_element::<WellFormed>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<WellFormed, A::Error> {
        let mut seen = HashSet::new();
        while let Some(key) = map.next_key::<Key<'de>>()? {
            if !seen.insert(key) {
                return Err(A::Error::custom("doubled key"));
            }
            map.next_value::<WellFormed>()?;
        }
        Ok(self)
    }
}

//! The structured tail of an export error: a JSON list of keys and values, which names the other object by its id
//! (P-6941; entra.md 9.2).

use std::ops::Range;

use serde::Deserialize;

use super::super::attribute::Attribute;
use super::bracket;

/// An entry of the list.
#[derive(Debug, Deserialize)]
struct Entry {
    #[serde(rename = "Key")]
    key: String,
    #[serde(rename = "Value", default)]
    value: Texts,
}

#[derive(Debug, Default, Deserialize)]
#[serde(untagged)]
enum Texts {
    #[default]
    None,
    One(String),
    Several(Vec<String>),
}

/// What the tail says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Detail {
    pub(super) range: Range<usize>,
    /// The id of the object that was written.
    pub(super) written: Vec<String>,
    /// The id of the object that holds the value.
    pub(super) holders: Vec<String>,
    pub(super) attribute: Option<Attribute>,
    pub(super) values: Vec<String>,
}

/// The tail of a text.
pub(super) fn detail(text: &str) -> Option<Detail> {
    let key = text.find("\"Key\"")?;
    let start = text.get(..key)?.rfind('[')?;
    let rest = text.get(start..)?;
    let mut documents = serde_json::Deserializer::from_str(rest).into_iter::<Vec<Entry>>();
    let entries = documents.next()?.ok()?;
    let mut detail = Detail { range: start..start + documents.byte_offset(), ..Detail::default() };
    for entry in entries {
        let values = match entry.value {
            Texts::None => Vec::new(),
            Texts::One(text) => vec![text],
            Texts::Several(texts) => texts,
        };
        match entry.key.to_ascii_lowercase().as_str() {
            "objectid" => detail.written.extend(values),
            "objectidinconflict" => detail.holders.extend(values),
            "attributeconflictname" => {
                detail.attribute = values.first().and_then(|name| bracket::attribute(name))
            }
            "attributeconflictvalues" => detail.values.extend(values),
            _ => {}
        }
    }
    Some(detail)
}

//! JSON, `presync-diff/1`: fields may be added, never changed or removed.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::{KINDS, kind, places};
use crate::report::json::{self, Head, Place, Value, begin, list};
use crate::report::place::Places;
use crate::run::difference::{self, Difference, ObjectChange};
use crate::source::Store;

/// The name of the form of `presync diff`.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
enum Schema {
    #[serde(rename = "presync-diff/1")]
    Version1,
}

/// What changed between two exports.
#[derive(JsonSchema)]
#[allow(dead_code)] // it is written piece by piece
pub(in crate::report) struct Document<'a> {
    schema: Schema,
    summary: Summary,
    changes: Vec<Changed<'a>>,
    /// What the rules say of it.
    check: json::Document<'a>,
}

/// How many objects there are of each kind.
#[derive(Default, Serialize, JsonSchema)]
struct Summary {
    created: usize,
    deleted: usize,
    moved: usize,
    renamed: usize,
    changed: usize,
    /// How many are the same.
    same: u64,
}

/// An object that came, went, or is another one.
#[derive(Serialize, JsonSchema)]
struct Changed<'a> {
    /// An object that moved and has other values is one that moved.
    #[schemars(extend("enum" = KINDS))]
    kind: &'static str,
    class: &'a str,
    /// Null if it was not there.
    before: Option<Side<'a>>,
    /// Null if it is gone.
    after: Option<Side<'a>>,
    moved: bool,
    renamed: bool,
    attributes: Vec<Attribute<'a>>,
}

/// An object in one of the exports.
#[derive(Serialize, JsonSchema)]
struct Side<'a> {
    object: &'a str,
    location: Place<'a>,
}

/// An attribute with other values. None are named of one that is secret.
#[derive(Serialize, JsonSchema)]
struct Attribute<'a> {
    attribute: &'a str,
    removed: Vec<Value<'a>>,
    added: Vec<Value<'a>>,
    secret: bool,
}

/// Writes the changes as one document; `check` is the document of what the rules say of them.
///
/// # Errors
/// What the operating system says.
pub fn json(difference: &Difference, store: &Store, check: &[u8], out: &mut dyn Write) -> io::Result<()> {
    let places = places(difference, store);
    begin(&Head { schema: Schema::Version1, summary: Summary::of(difference) }, out)?;
    list(",\"changes\":", &difference.changes, |change| Changed::of(change, &places), out)?;
    write!(out, ",\"check\":")?;
    out.write_all(check.trim_ascii_end())?;
    writeln!(out, "}}")
}

impl Summary {
    fn of(difference: &Difference) -> Self {
        let count = |wanted| difference.changes.iter().filter(|change| kind(change) == wanted).count();
        let [created, deleted, moved, renamed, changed] = KINDS.map(count);
        Self { created, deleted, moved, renamed, changed, same: difference.same }
    }
}

impl<'a> Changed<'a> {
    fn of(change: &'a ObjectChange, places: &Places<'a>) -> Self {
        let side = |side: &'a difference::Side| Side {
            object: &side.name,
            location: Place::of(side.location, places),
        };
        let values =
            |values: &'a [Vec<u8>]| values.iter().map(|bytes| Value::from(bytes.as_slice())).collect();
        let attributes = change.attributes.iter().map(|one| Attribute {
            attribute: &one.attribute,
            removed: values(&one.removed),
            added: values(&one.added),
            secret: one.secret,
        });
        Self {
            kind: kind(change),
            class: &change.class,
            before: change.before.as_ref().map(side),
            after: change.after.as_ref().map(side),
            moved: change.moved,
            renamed: change.renamed,
            attributes: attributes.collect(),
        }
    }
}

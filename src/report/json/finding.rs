//! A finding, and what would mend it.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::place::Places;
use super::value::{Place, Value, is_false};
use crate::finding::{self, ProposedFix, Severity};
use crate::fix::{splice_within, surroundings};

/// What a rule says of one object, of one value, or of several that may not stand together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(in crate::report) struct Finding<'a> {
    /// The id of the rule, which names the fault.
    rule: &'a str,
    severity: Severity,
    /// What is wrong.
    message: &'a str,
    /// The remedy.
    help: Option<&'a str>,
    #[serde(flatten)]
    primary: Site<'a>,
    /// The other places of the same fault.
    related: Vec<Related<'a>>,
    /// A short text for the mark at the place.
    label: &'a str,
    /// What would mend it; null if nothing is certain.
    fix: Option<Fix<'a>>,
    /// The same for the same rule, object, attribute and value, wherever they stand.
    fingerprint: &'a str,
    /// The tags of the rule.
    tags: &'a [String],
    /// Where the rule is explained.
    docs: &'a str,
}

/// A value of an attribute of an object, or the name of the object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Site<'a> {
    /// The distinguished name of the object.
    object: &'a str,
    /// Its class: `user`, `group`, `contact`, `device`, else an object class.
    class: &'a str,
    /// The attribute; null where the object as a whole is meant.
    attribute: Option<&'a str>,
    /// The decoded value; null where the attribute is secret.
    value: Option<Value<'a>>,
    /// The whole stored value in the file as it is written, over its folds.
    location: Place<'a>,
    /// The reference by which the object has the value, where the value stands elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    via: Option<Place<'a>>,
    /// The characters at fault, one for each physical line; empty where the whole value is.
    highlights: Vec<Highlight>,
}

/// Another place of the same fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Related<'a> {
    #[serde(flatten)]
    site: Site<'a>,
    /// A short text for the mark at the place.
    label: &'a str,
}

/// Characters at fault, as they are written in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Highlight {
    line: u64,
    column: u64,
    offset: u64,
    length: u64,
    in_value: Part,
}

/// A part of the decoded value, in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Part {
    offset: usize,
    length: usize,
}

/// What would mend a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Fix<'a> {
    /// It cannot change who somebody is, or where mail goes.
    safe: bool,
    /// What changes in the directory. All of it belongs together.
    changes: Vec<Change<'a>>,
    /// The same in the files; null where they cannot be edited.
    edits: Option<Vec<Edit<'a>>>,
}

/// One change of one value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(in crate::report) struct Change<'a> {
    object: &'a str,
    attribute: &'a str,
    /// What is there now; null where a value is added, or secret.
    old: Option<Value<'a>>,
    /// What is to be there; null where the value is removed.
    new: Option<Value<'a>>,
}

/// Bytes of a file that make way for others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(in crate::report) struct Edit<'a> {
    file: &'a str,
    offset: u64,
    length: u64,
    /// What stands there afterwards.
    insert: Value<'static>,
    /// The bytes are those of the text of the file in UTF-8.
    #[serde(skip_serializing_if = "is_false")]
    transcoded: bool,
}

impl<'a> Finding<'a> {
    pub(in crate::report) fn of(finding: &'a finding::Finding, places: &Places<'a>) -> Self {
        let related = finding
            .related
            .iter()
            .map(|other| Related { site: Site::of(other, places), label: &other.label });
        Self {
            rule: &finding.rule.id,
            severity: finding.rule.severity,
            message: &finding.message,
            help: finding.help.as_deref(),
            primary: Site::of(&finding.primary, places),
            related: related.collect(),
            label: &finding.primary.label,
            fix: finding.fix.as_ref().map(|fix| Fix::of(fix, places)),
            fingerprint: &finding.fingerprint,
            tags: &finding.rule.tags,
            docs: &finding.rule.docs,
        }
    }
}

impl<'a> Site<'a> {
    fn of(site: &'a finding::Site, places: &Places<'a>) -> Self {
        let highlights = places.highlights(site).into_iter().map(|highlight| {
            let place = highlight.location;
            let position = places.position(place.file, place.span.offset);
            let part = highlight.in_value;
            Highlight {
                line: position.line,
                column: position.column,
                offset: place.span.offset,
                length: place.span.length,
                in_value: Part { offset: part.start, length: part.len() },
            }
        });
        Self {
            object: &site.object,
            class: &site.class,
            attribute: site.attribute.as_deref(),
            value: site.value.as_deref().map(Value::from),
            location: Place::of(site.location, places),
            via: site.via.map(|reference| Place::of(reference, places)),
            highlights: highlights.collect(),
        }
    }
}

impl<'a> Fix<'a> {
    fn of(fix: &'a ProposedFix, places: &Places<'a>) -> Self {
        Self {
            safe: fix.safe,
            changes: fix.changes.iter().map(|change| Change::of(change)).collect(),
            edits: fix.changes.iter().map(|change| Edit::of(change, places)).collect(),
        }
    }
}

impl<'a> Change<'a> {
    pub(in crate::report) fn of(change: &'a finding::Change) -> Self {
        let old = change.old.as_ref().and_then(|old| old.value.as_deref());
        Self {
            object: &change.object,
            attribute: &change.attribute,
            old: old.map(Value::from),
            new: change.new.as_deref().map(Value::from),
        }
    }
}

impl<'a> Edit<'a> {
    /// The bytes of the file that make a change; none if none can.
    pub(in crate::report) fn of(change: &finding::Change, places: &Places<'a>) -> Option<Self> {
        let store = places.store;
        let around = surroundings(store, change);
        let splice = places.read_near(around, |text| splice_within(store, change, text))?.ok()?;
        let (file, span) = (splice.location.file, splice.location.span);
        Some(Self {
            file: store.name(file),
            offset: span.offset,
            length: span.length,
            insert: Value::owned(splice.insert),
            transcoded: store.transcoded(file),
        })
    }
}

//! What is proposed about a finding, in words and for machines.

use serde_json::{Value, json};

use super::json::value;
use crate::finding::{Change, ProposedFix, printable};
use crate::fix::splice;
use crate::source::Store;

/// How many changes of one fix people are shown.
const CHANGES: usize = 3;
/// How many characters of a value people are shown.
const SHOWN: usize = 120;

/// A fix in one line for each of its changes: ``safe fix: change `joe@contoso.com` to `smtp:joe@contoso.com` in
/// proxyAddresses``.
pub(super) fn lines(fix: &ProposedFix) -> Vec<String> {
    let mark = if fix.safe { "safe fix" } else { "unsafe fix" };
    let shown = fix.changes.iter().take(CHANGES);
    let mut lines: Vec<String> = shown.map(|change| format!("{mark}: {}", words(change))).collect();
    let more = fix.changes.len().saturating_sub(CHANGES);
    if more > 0 {
        let changes = if more == 1 { "change" } else { "changes" };
        lines.push(format!("{mark}: and {more} more {changes}"));
    }
    lines
}

/// A change in words: ``change `a` to `b` in mail``.
#[must_use]
pub fn words(change: &Change) -> String {
    let attribute = printable(&change.attribute);
    let old = change.old.as_ref().map(|old| old.value.as_deref().map_or("(secret)".to_owned(), text));
    match (old, change.new.as_deref().map(text)) {
        (Some(old), Some(new)) => format!("change {old} to {new} in {attribute}"),
        (Some(old), None) => format!("remove {old} from {attribute}"),
        (None, Some(new)) => format!("add {new} to {attribute}"),
        (None, None) => format!("leave {attribute} as it is"),
    }
}

/// A value in backquotes, cut in its middle where it is long; bytes that are no text by their number.
fn text(value: &[u8]) -> String {
    let text = match std::str::from_utf8(value) {
        Ok(text) if !text.contains('\0') => printable(text).into_owned(),
        _ => return format!("({} bytes)", value.len()),
    };
    let length = text.chars().count();
    if length <= SHOWN {
        return format!("`{text}`");
    }
    let head: String = text.chars().take(SHOWN / 2).collect();
    let tail: String = text.chars().skip(length - SHOWN / 2).collect();
    format!("`{head}…{tail}`")
}

/// A fix for machines: `{"safe": .., "changes": [..], "edits": [..]}`; null if there is none. `edits` is null where the file
/// itself cannot be edited.
pub(super) fn json(fix: Option<&ProposedFix>, store: &Store) -> Value {
    let Some(fix) = fix else { return Value::Null };
    let changes: Vec<Value> = fix.changes.iter().map(change).collect();
    let edits: Vec<Value> = fix.changes.iter().map(|change| edit(change, store)).collect();
    let edits = if edits.contains(&Value::Null) { Value::Null } else { Value::Array(edits) };
    json!({ "safe": fix.safe, "changes": changes, "edits": edits })
}

/// A change for machines: `{"object", "attribute", "old", "new"}`. `old` is null where a value is added or secret, `new` where
/// one is removed.
pub(super) fn change(change: &Change) -> Value {
    let old = change.old.as_ref().and_then(|old| old.value.as_deref());
    json!({
        "object": change.object, "attribute": change.attribute,
        "old": old.map(value), "new": change.new.as_deref().map(value),
    })
}

/// The bytes of the file that make a change: `{"file", "offset", "length", "insert"}`; null if none can.
pub(super) fn edit(change: &Change, store: &Store) -> Value {
    let Ok(splice) = splice(store, change) else { return Value::Null };
    let (file, span) = (splice.location.file, splice.location.span);
    let mut made = json!({
        "file": store.name(file), "offset": span.offset, "length": span.length, "insert": value(&splice.insert),
    });
    if store.transcoded(file)
        && let Some(fields) = made.as_object_mut()
    {
        fields.insert("transcoded".to_owned(), json!(true));
    }
    made
}

//! What is proposed about a finding, in words.

use crate::finding::{Change, ProposedFix, printable};

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

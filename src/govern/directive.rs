//! What a comment says to presync: `# presync: ignore[rule-id] reason: .. until: 2027-01-31`.

use std::ops::Range;

use crate::config::{bad_day, day};
use crate::finding::Problem;

/// What begins a comment that speaks to presync.
pub(super) const MARK: &str = "presync:";

/// A comment, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Directive {
    /// The rules, each with its place in the text.
    pub(super) rules: Vec<(String, Range<usize>)>,
    pub(super) reason: String,
    /// The first moment at which it does not count any more, in seconds since 1970.
    pub(super) end: Option<i64>,
    /// The last day on which it counts, as it is written.
    pub(super) until: Option<String>,
}

/// What is wrong with a comment, and with which bytes of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) problem: Problem,
    pub(super) span: Range<usize>,
}

/// The form of a suppression, for whoever wrote it otherwise.
const FORM: &str = "write `# presync: ignore[rule-id] reason: why it is so`, and `until: 2027-01-31` behind it if it is to end";

/// Reads the text of a comment from `presync:` on.
pub(super) fn directive(text: &str) -> Result<Directive, Wrong> {
    let trimmed = text.trim_end();
    let wrong = |code, message: &str, span: Range<usize>| Wrong {
        problem: Problem::error(code, message).help(FORM),
        span,
    };
    let whole = 0..trimmed.len();
    let after = trimmed.strip_prefix(MARK).unwrap_or(trimmed).trim_start();
    let begin = trimmed.len() - after.len();
    let Some(rest) = after.strip_prefix("ignore").map(str::trim_start) else {
        return Err(wrong(
            "suppression-form",
            "this comment speaks to presync, and says nothing that it knows",
            whole,
        ));
    };
    let Some((list, rest)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) else {
        let message = "this suppression does not name its rules";
        return Err(wrong("suppression-form", message, begin..trimmed.len()));
    };
    let list_at = trimmed.len() - rest.len() - 1 - list.len();
    let mut rules = Vec::new();
    let mut at = list_at;
    for part in list.split(',') {
        let name = part.trim();
        let start = at + (part.len() - part.trim_start().len());
        if name.is_empty() {
            let message = "this suppression does not name its rules";
            return Err(wrong(
                "suppression-form",
                message,
                list_at.saturating_sub(1)..list_at + list.len() + 1,
            ));
        }
        rules.push((name.to_owned(), start..start + name.len()));
        at += part.len() + 1;
    }
    let (said, until) = match rest.rsplit_once("until:") {
        Some((said, until)) => (said, Some(until.trim())),
        None => (rest, None),
    };
    let reason = said.trim().strip_prefix("reason:").map(str::trim).unwrap_or_default();
    if reason.is_empty() {
        let message = "a suppression does not say its `reason`";
        return Err(wrong("suppression-reason", message, whole));
    }
    let end = until.map(|until| (day(until), until));
    if let Some((None, until)) = end {
        let from = trimmed.len() - until.len();
        return Err(Wrong { problem: bad_day(until), span: from..trimmed.len() });
    }
    let until = until.map(str::to_owned);
    Ok(Directive { rules, reason: reason.to_owned(), end: end.and_then(|(end, _)| end), until })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::string_slice)]

    use super::*;

    #[test]
    fn a_comment_is_read() {
        let text = "presync: ignore[upn-taken, mail-x] reason: two halves: one person until: 2027-01-31 ";
        let read = directive(text).unwrap();
        let names: Vec<&str> = read.rules.iter().map(|(_, span)| &text[span.clone()]).collect();
        assert_eq!(names, ["upn-taken", "mail-x"]);
        assert_eq!(read.reason, "two halves: one person");
        assert_eq!(read.end, Some(1_801_440_000));
    }

    #[test]
    fn what_is_wrong_is_told_at_its_place() {
        for (text, code, at) in [
            ("presync: ignore[a]", "suppression-reason", "presync: ignore[a]"),
            ("presync: ignore[a] reason:  ", "suppression-reason", "presync: ignore[a] reason:"),
            ("presync: ignore[a] reason: x until: soon", "suppression-until", "soon"),
            ("presync: ignore reason: x", "suppression-form", "ignore reason: x"),
            ("presync: ignore[] reason: x", "suppression-form", "[]"),
            ("presync: allow[a] reason: x", "suppression-form", "presync: allow[a] reason: x"),
        ] {
            let wrong = directive(text).unwrap_err();
            assert_eq!((wrong.problem.code, &text[wrong.span]), (code, at), "{text}");
        }
    }
}

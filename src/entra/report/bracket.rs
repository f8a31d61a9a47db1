//! The list in brackets that an error names its values in (entra.md 9.1):
//! `[ProxyAddresses SMTP:alice@contoso.com,smtp:alice@contoso.mail.onmicrosoft.com,Mail alice@contoso.com;]`.

use std::ops::Range;

use super::super::attribute::Attribute;
use super::text::trimmed;

/// The words that name an attribute in brackets.
const WORDS: [(&str, Attribute); 8] = [
    ("UserPrincipalName", Attribute::UserPrincipalName),
    ("ProxyAddresses", Attribute::ProxyAddresses),
    ("ProxyAddress", Attribute::ProxyAddresses),
    ("Mail", Attribute::Mail),
    ("SipProxyAddress", Attribute::SipAddress),
    ("OnPremiseSecurityIdentifier", Attribute::ObjectSid),
    ("OnPremisesSecurityIdentifier", Attribute::ObjectSid),
    ("SignInName", Attribute::SignInName),
];

/// A value in brackets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) attribute: Attribute,
    pub(super) range: Range<usize>,
}

/// The attribute of a word.
pub(super) fn attribute(word: &str) -> Option<Attribute> {
    WORDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).map(|(_, attribute)| *attribute)
}

/// The values of all brackets of a text that begin with the word of an attribute. Other brackets hold other things.
pub(super) fn items(text: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let mut at = 0;
    while let Some(open) = text.get(at..).and_then(|rest| rest.find('[')) {
        let start = at + open + 1;
        let rest = text.get(start..).unwrap_or_default();
        let length = rest.find([']', '[']).unwrap_or(rest.len());
        list(text, start..start + length, &mut items);
        at = start;
    }
    items
}

fn list(text: &str, range: Range<usize>, items: &mut Vec<Item>) {
    let mut last = None;
    for part in parts(text, range) {
        let part = trimmed(text, part);
        let content = text.get(part.clone()).unwrap_or_default();
        let word = content
            .split_once(char::is_whitespace)
            .and_then(|(word, _)| Some((attribute(word)?, word.len())));
        let value = match word {
            Some((attribute, length)) => {
                last = Some(attribute);
                trimmed(text, part.start + length..part.end)
            }
            None => part,
        };
        let Some(attribute) = last else { return };
        if !value.is_empty() {
            items.push(Item { attribute, range: value });
        }
    }
}

/// The parts of a list: at `;`, and at `,` before another value. Names in X.500 addresses hold commas.
fn parts(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = range.start;
    for (offset, character) in text.get(range.clone()).unwrap_or_default().char_indices() {
        let at = range.start + offset;
        let rest = text.get(at + character.len_utf8()..range.end).unwrap_or_default();
        if character == ';' || character == ',' && begins(rest) {
            parts.push(start..at);
            start = at + character.len_utf8();
        }
    }
    parts.push(start..range.end);
    parts
}

/// Whether a value begins a text: an attribute, a type, or an address.
fn begins(text: &str) -> bool {
    let text = text.trim_start();
    let end = text.find([',', ';']).unwrap_or(text.len());
    let first = text.get(..end).unwrap_or_default();
    let word = first.split_whitespace().next().unwrap_or_default();
    let is_typed = first
        .split_once(':')
        .is_some_and(|(kind, _)| !kind.is_empty() && kind.chars().all(|c| c.is_ascii_alphanumeric()));
    attribute(word).is_some() || is_typed || first.contains('@') && !first.contains('=')
}

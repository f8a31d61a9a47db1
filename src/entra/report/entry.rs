//! What one error says: its name, its text, and every clue to the objects that it is about.

use std::ops::Range;

use regex::Regex;
use std::sync::LazyLock;

use super::super::anchor::{self, AnchorFault};
use super::super::attribute::Attribute;
use super::super::catalogue::SyncError;
use super::event::labelled;
use super::text::{CELL, trimmed};
use super::{BadAnchor, Clue, ClueKind, Reported};
use super::{bracket, detail, name};

fn pattern(text: &str) -> Option<Regex> {
    Regex::new(text).ok()
}

/// A name in the connector space of Entra.
static CONNECTOR_NAME: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r"(?i)CN=\{[^}\s]{0,2000}\}"));
/// The source anchor of a GUID.
static ANCHOR: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"(?:^|[^A-Za-z0-9+/=])([A-Za-z0-9+/]{22}==)(?:$|[^A-Za-z0-9+/=])"));
static GUID: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"(?i)^\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?$"));
static ADDRESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"[^\s<>\[\]();,:]+@[^\s<>\[\]();,:]+[^\s<>\[\]();,:.]"));
/// What the portal says of a value.
static CONFLICT_ON: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(r"(?i)duplicate ([A-Za-z]+(?: address)?) conflict on the value (\S+?)[.,]?(?:\s|$)")
});
static MODIFIED: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"(?s)\[DIRSYNC ERROR\].*?\bUserPrincipalName\b"));

/// The shape of base64 with padding, of whatever length: what stands where an anchor belongs.
pub(super) fn is_padded(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    text.len() - body.len() <= 2
        && text.len() > body.len()
        && body.len() >= 4
        && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

/// Where the cells of a row of a table stand, trimmed; those without text are left out.
pub(super) fn cells(text: &str) -> Vec<Range<usize>> {
    let mut cells = Vec::new();
    let mut at = 0;
    for cell in text.split_inclusive(CELL) {
        let range = trimmed(text, at..at + cell.trim_end_matches(CELL).len());
        at += cell.len();
        if !range.is_empty() {
            cells.push(range);
        }
    }
    cells
}

/// Reads a part of a report; none if it tells of no error. `cells` are those of a row of a table, if it is one.
pub(super) fn entry(text: &str, cells: &[Range<usize>]) -> Option<(Reported, Vec<BadAnchor>)> {
    let labels = labelled(text);
    let items = bracket::items(text);
    let detail = detail::detail(text);
    let name_label = labels.iter().find(|label| label.is_name());
    let given = name_label
        .and_then(|label| text.get(label.value.clone()))
        .map(|value| value.lines().next().unwrap_or_default().trim());
    let by_label =
        given.and_then(|given| name::named(given).map(|(error, _)| error).or_else(|| name::numbered(given)));
    let by_name = || name::named(text).map(|(error, _)| error);
    let by_items = || (!items.is_empty()).then_some(SyncError::AttributeValueMustBeUnique);
    let quarantined = labels.iter().find(|label| label.is("ProvisioningErrors"));
    let by_cmdlet = quarantined.and_then(|label| text.get(label.value.clone())).and_then(|value| {
        let is_empty = value.trim_matches(|c: char| matches!(c, '{' | '}') || c.is_whitespace()).is_empty();
        (!is_empty).then_some(SyncError::QuarantinedValue)
    });
    let error = by_label.or(by_cmdlet).or_else(by_name).or_else(|| name::told(text)).or_else(by_items);
    let error = error.map(|error| name::refined(error, text));
    if error.is_none() && given.is_none_or(str::is_empty) {
        return None;
    }
    let range = described(text, &labels, cells);
    let value_of = |names: &[&str]| {
        let label = labels.iter().find(|label| names.iter().any(|name| label.is(name)))?;
        Some(label.value.clone())
    };
    let mut clues = Clues { text, clues: Vec::new(), bad: Vec::new() };
    for item in &items {
        clues.add(ClueKind::Value(Some(item.attribute)), item.range.clone());
    }
    clues.portal();
    if let Some(detail) = &detail {
        let place = || detail.range.clone();
        let mut add = |kind: ClueKind, texts: &[String]| {
            for text in texts {
                clues.push(kind, text.clone(), place());
            }
        };
        add(ClueKind::WrittenId, &detail.written);
        add(ClueKind::HolderId, &detail.holders);
        if items.is_empty() || detail.attribute == Some(Attribute::SipAddress) {
            add(ClueKind::Value(detail.attribute), &detail.values);
        }
    }
    clues.anchors(cells, value_of(&["SourceAnchor", "ImmutableId"]));
    if by_cmdlet.is_some()
        && let Some(id) = value_of(&["ObjectId"])
    {
        clues.add(ClueKind::WrittenId, id);
    }
    let identity = if by_cmdlet.is_some() { "UserPrincipalName" } else { "Identity" };
    clues.identity(cells, value_of(&[identity]));
    let shown = text.get(range.clone()).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let Clues { clues, bad, .. } = clues;
    let name = error.map_or_else(|| given.unwrap_or_default().to_owned(), |error| error.name().to_owned());
    let value = clues.iter().find(|clue| matches!(clue.kind, ClueKind::Value(_)));
    let underlined = value.map(|clue| clue.place.clone());
    let underlined = underlined
        .or_else(|| name_label.or(quarantined).map(|label| label.value.clone()))
        .unwrap_or_else(|| range.clone());
    Some((Reported { error, name, text: shown, place: underlined, clues, repeated: 1 }, bad))
}

/// Where the words of the error stand.
fn described(text: &str, labels: &[super::event::Labelled], cells: &[Range<usize>]) -> Range<usize> {
    if let Some(label) = labels.iter().find(|label| label.is_text() && !label.value.is_empty()) {
        return label.value.clone();
    }
    let says = |part: &str| {
        !bracket::items(part).is_empty() || name::told(part).is_some() || name::named(part).is_some()
    };
    if let Some(cell) = cells.iter().find(|cell| text.get((*cell).clone()).is_some_and(says)) {
        return cell.clone();
    }
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if says(line) {
            return trimmed(text, at..at + line.len());
        }
        at += line.len();
    }
    trimmed(text, 0..text.len())
}

fn is_anchor(kind: ClueKind) -> bool {
    matches!(kind, ClueKind::Anchor | ClueKind::DoubtfulAnchor)
}

struct Clues<'t> {
    text: &'t str,
    clues: Vec<Clue>,
    bad: Vec<BadAnchor>,
}

impl Clues<'_> {
    fn add(&mut self, kind: ClueKind, range: Range<usize>) {
        let text = self.text.get(range.clone()).unwrap_or_default().to_owned();
        self.push(kind, text, range);
    }

    fn push(&mut self, kind: ClueKind, text: String, place: Range<usize>) {
        let clue = Clue { kind, text, place };
        if !self.clues.iter().any(|known| known.kind == clue.kind && known.text == clue.text) {
            self.clues.push(clue);
        }
    }

    /// What the portal says of a name that it changed, and of a value.
    fn portal(&mut self) {
        let text = self.text;
        if let Some(found) = CONFLICT_ON.as_ref().and_then(|pattern| pattern.captures(text))
            && let (Some(word), Some(value)) = (found.get(1), found.get(2))
        {
            let word = word.as_str().replace(' ', "");
            self.add(ClueKind::Value(bracket::attribute(&word)), value.range());
        }
        // in every language: the name that was wanted, then the one that it became
        let Some(head) = MODIFIED.as_ref().and_then(|pattern| pattern.find(text)) else { return };
        let rest = text.get(head.end()..).unwrap_or_default();
        let mut addresses = ADDRESS.iter().flat_map(|pattern| pattern.find_iter(rest));
        if let Some(wanted) = addresses.next() {
            let range = head.end() + wanted.start()..head.end() + wanted.end();
            self.add(ClueKind::Value(Some(Attribute::UserPrincipalName)), range);
        }
        if let Some(became) = addresses.next() {
            let range = head.end() + became.start()..head.end() + became.end();
            self.add(ClueKind::Identity, range);
        }
    }

    fn anchors(&mut self, cells: &[Range<usize>], labelled: Option<Range<usize>>) {
        let text = self.text;
        for found in CONNECTOR_NAME.iter().flat_map(|pattern| pattern.find_iter(text)) {
            match anchor::from_connector_name(found.as_str()) {
                Ok(decoded) => self.anchor(&decoded, found.range()),
                Err(fault) => self.refuse(fault, found.range()),
            }
        }
        for found in ANCHOR.iter().flat_map(|pattern| pattern.captures_iter(text)) {
            if let Some(range) = found.get(1).map(|group| group.range()) {
                self.anchor(text.get(range.clone()).unwrap_or_default(), range);
            }
        }
        // where an anchor belongs, whatever stands there is one
        let padded = cells.iter().filter(|cell| text.get((*cell).clone()).is_some_and(is_padded)).cloned();
        for range in padded.chain(self.third(cells)).chain(labelled) {
            let place = &range;
            if !self.clues.iter().any(|clue| is_anchor(clue.kind) && clue.place == *place) {
                self.anchor(text.get(range.clone()).unwrap_or_default(), range);
            }
        }
    }

    /// The cell of the source anchor in a row of a mail, whose cells are identity, description and anchor.
    fn third(&self, cells: &[Range<usize>]) -> Option<Range<usize>> {
        let [identity, description, anchor] = cells else { return None };
        let is_word = |range: &Range<usize>| {
            self.text.get(range.clone()).is_some_and(|text| !text.contains(char::is_whitespace))
        };
        let is_row = is_word(identity) && !is_word(description) && is_word(anchor);
        Some(anchor.clone()).filter(|_| is_row)
    }

    fn anchor(&mut self, anchor: &str, place: Range<usize>) {
        let anchor = anchor.trim();
        let fault = match anchor::decode(anchor) {
            Ok(_) => None,
            Err(fault) => anchor::custom(anchor).err().map(|_| fault),
        };
        match fault {
            None if anchor.is_empty() => self.refuse(AnchorFault::Length(0), place),
            None => self.push(ClueKind::Anchor, anchor.to_owned(), place),
            Some(fault) => {
                self.push(ClueKind::DoubtfulAnchor, anchor.to_owned(), place.clone());
                self.refuse(fault, place);
            }
        }
    }

    fn refuse(&mut self, fault: AnchorFault, place: Range<usize>) {
        if !self.bad.iter().any(|known| known.place == place) {
            let text = self.text.get(place.clone()).unwrap_or_default().to_owned();
            self.bad.push(BadAnchor { text, fault, place });
        }
    }

    fn identity(&mut self, cells: &[Range<usize>], labelled: Option<Range<usize>>) {
        let text = self.text;
        for range in cells.iter().cloned().chain(labelled) {
            let cell = text.get(range.clone()).unwrap_or_default();
            if GUID.as_ref().is_some_and(|pattern| pattern.is_match(cell)) {
                self.add(ClueKind::WrittenId, range);
            } else if ADDRESS
                .as_ref()
                .and_then(|pattern| pattern.find(cell))
                .is_some_and(|found| found.as_str() == cell)
            {
                self.add(ClueKind::Identity, range);
            }
        }
    }
}

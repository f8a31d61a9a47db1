//! The entries of `onPremisesProvisioningErrors`, put together again from the fields that readers give one by one.

use crate::source::{Location, Store};

/// What Graph calls the property.
pub(super) const ERRORS: &str = "onPremisesProvisioningErrors";
/// The fields of an entry, as readers name them.
pub(super) const FIELDS: [&str; 4] = [
    "onPremisesProvisioningErrors/propertyCausingError",
    "onPremisesProvisioningErrors/value",
    "onPremisesProvisioningErrors/occurredDateTime",
    "onPremisesProvisioningErrors/category",
];

/// One entry.
#[derive(Debug, Default)]
pub(super) struct Entry {
    pub(super) property: String,
    pub(super) value: String,
    pub(super) occurred: Option<String>,
    pub(super) category: Option<String>,
    /// Where the value stands.
    pub(super) location: Option<Location>,
}

/// The entries of an object, from its fields in file order: the number of each among [`FIELDS`], its text and its place. They
/// come one after the other: an entry ends where a field comes again, or where another object begins in the file.
pub(super) fn entries<'v>(
    fields: impl Iterator<Item = (usize, &'v [u8], Location)>,
    store: &Store,
) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut seen = [false; FIELDS.len()];
    let mut last: Option<Location> = None;
    for (field, bytes, location) in fields {
        let again = seen.get(field).copied().unwrap_or(true);
        if last.is_none_or(|last| again || is_parted(last, location, store)) {
            entries.push(Entry::default());
            seen = [false; FIELDS.len()];
        }
        if let Some(seen) = seen.get_mut(field) {
            *seen = true;
        }
        last = Some(location);
        let Some(entry) = entries.last_mut() else { continue };
        let text = String::from_utf8_lossy(bytes).into_owned();
        match field {
            0 => entry.property = text,
            1 => (entry.value, entry.location) = (text, Some(location)),
            2 => entry.occurred = Some(text),
            _ => entry.category = Some(text),
        }
    }
    entries.retain(|entry| !entry.value.is_empty() || !entry.property.is_empty());
    entries
}

/// Whether an object of JSON begins between two places.
fn is_parted(before: Location, behind: Location, store: &Store) -> bool {
    let (from, to) = (before.span.end(), behind.span.offset);
    let between = Location::new(before.file, from, to.saturating_sub(from));
    let Ok(bytes) = store.bytes(between) else { return false };
    // the place of a text is what stands between its quotes
    let (mut in_text, mut escaped) = (true, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'{' if !in_text => return true,
            _ => {}
        }
    }
    false
}

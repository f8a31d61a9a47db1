//! Changes as edits of the bytes of a file: only the value changes, and everything around it stays as it is. Each format says
//! how a value is written into it; what is made is read again before it takes the place of the file.

mod lines;
mod nested;
mod scalar;
mod table;
mod write;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::finding::{Change, Stored};
use crate::source::{FileId, Form, Location, Notation, Store};

pub(crate) use write::said;
pub use write::{Rewritten, refused, rewrite};

/// How many bytes around an object are read with it: its line end, and what opens its first value.
const AROUND: u64 = 8;
/// How many bytes of a table hold its header.
const HEAD: u64 = 1 << 14;

/// Bytes of a file that others take the place of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Splice {
    /// The bytes that go; none where something is put in.
    pub location: Location,
    /// The bytes that come.
    pub insert: Vec<u8>,
}

/// Why a change cannot be made in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The value is what a URL leads to, or the format is one that is only read.
    Written,
    /// The value is reached by a reference, and others may be as well.
    Shared,
    /// A part of it stands nowhere in the file.
    Added,
    /// There is no place for one more value.
    NoPlace,
    /// The form cannot hold the value.
    Form,
    /// The place is not what it was.
    Unreadable,
}

impl Refusal {
    fn reason(self) -> &'static str {
        match self {
            Self::Written => "what the file holds there is made by a program, and cannot be edited",
            Self::Shared => "the value stands elsewhere in the file, and other objects may refer to it",
            Self::Added => "a part of the value is added when it is read, and stands nowhere in the file",
            Self::NoPlace => "the file has no place for one more value of the object",
            Self::Form => "the value cannot be written in the form that the file has there",
            Self::Unreadable => "the place in the file cannot be read",
        }
    }
}

/// A value in its surroundings.
struct Spot<'s> {
    /// The object, and a little around it.
    text: &'s [u8],
    /// Where the object begins in it.
    object: usize,
    /// The raw bytes of the value in it.
    start: usize,
    end: usize,
    form: Form,
}

impl Spot<'_> {
    fn raw(&self) -> &[u8] {
        self.text.get(self.start..self.end).unwrap_or_default()
    }

    fn before(&self) -> &[u8] {
        self.text.get(..self.start).unwrap_or_default()
    }

    /// What stands between the beginning of the object and the value.
    fn own(&self) -> &[u8] {
        self.text.get(self.object..self.start).unwrap_or_default()
    }

    fn behind(&self) -> &[u8] {
        self.text.get(self.end..).unwrap_or_default()
    }
}

/// What is put where, in the surroundings of a value.
type Cut = (std::ops::Range<usize>, Vec<u8>);

/// The edit of the file that makes a change.
///
/// # Errors
/// Why the change cannot be made there.
pub fn splice(store: &Store, change: &Change) -> Result<Splice, &'static str> {
    let text = store.bytes(surroundings(store, change)).map_err(|_| Refusal::Unreadable.reason())?;
    splice_within(store, change, &text)
}

/// What has to be read to make the edit of a change: the object, and a little around it.
#[must_use]
pub fn surroundings(store: &Store, change: &Change) -> Location {
    let begin = change.record.span.offset.saturating_sub(AROUND).max(store.start(change.record.file));
    let end = change.record.span.end().saturating_add(AROUND);
    Location::new(change.record.file, begin, end - begin)
}

/// The edit of the file that makes a change, from the text of its [`surroundings`].
///
/// # Errors
/// Why the change cannot be made there.
pub fn splice_within(store: &Store, change: &Change, text: &[u8]) -> Result<Splice, &'static str> {
    try_splice(store, change, text).map_err(Refusal::reason)
}

fn try_splice(store: &Store, change: &Change, text: &[u8]) -> Result<Splice, Refusal> {
    let file = change.record.file;
    let begin = surroundings(store, change).span.offset;
    let within = |offset: u64| usize::try_from(offset.saturating_sub(begin)).unwrap_or(usize::MAX);
    let notation = store.notation(file);
    let (range, insert) = match &change.old {
        None => {
            let record = within(change.record.span.offset)..within(change.record.span.end());
            let new = change.new.as_deref().unwrap_or_default();
            match (notation, &change.beside) {
                (Notation::Lines, _) => lines::add(text, record, &change.attribute, new)?,
                (Notation::Markup, _) => return Err(Refusal::Written),
                (_, Some(beside)) => {
                    let spot = spot(text, beside, record.start, &within)?;
                    let new = without(beside, new)?;
                    match notation {
                        Notation::Table => {
                            table::add(&spot, &change.attribute, new, table::delimiter(&head(store, file)?))?
                        }
                        Notation::Brackets => nested::add_to_json(&spot, new)?,
                        _ => nested::add_to_yaml(&spot, new)?,
                    }
                }
                (Notation::Table, None) => {
                    table::fill(text, record, &change.attribute, new, &head(store, file)?)?
                }
                (_, None) => return Err(Refusal::NoPlace),
            }
        }
        Some(old) => {
            let spot = spot(text, old, within(change.record.span.offset), &within)?;
            let new = change.new.as_deref().map(|new| without(old, new)).transpose()?;
            match notation {
                Notation::Lines => lines::change(&spot, new)?,
                Notation::Table => table::change(&spot, new, table::delimiter(&head(store, file)?))?,
                Notation::Brackets => nested::json(&spot, new)?,
                Notation::Indented => nested::yaml(&spot, new)?,
                Notation::Markup => return Err(Refusal::Written),
            }
        }
    };
    if range.end > text.len() || range.start > range.end {
        return Err(Refusal::Unreadable);
    }
    let location = Location::new(file, begin + range.start as u64, range.len() as u64);
    Ok(Splice { location, insert })
}

/// The first bytes of a table.
fn head(store: &Store, file: FileId) -> Result<Vec<u8>, Refusal> {
    store.bytes(Location::new(file, store.start(file), HEAD)).map_err(|_| Refusal::Unreadable)
}

/// A value in the text around an object, which begins at `object`; `within` says where a byte of the file stands in it.
fn spot<'s>(
    text: &'s [u8],
    stored: &Stored,
    object: usize,
    within: &impl Fn(u64) -> usize,
) -> Result<Spot<'s>, Refusal> {
    if stored.via.is_some() {
        return Err(Refusal::Shared);
    }
    let (start, end) = (within(stored.location.span.offset), within(stored.location.span.end()));
    if start > end || end > text.len() {
        return Err(Refusal::Unreadable);
    }
    Ok(Spot { text, object: object.min(start), start, end, form: stored.form })
}

/// The part of a new value that stands in the file.
fn without<'n>(old: &Stored, new: &'n [u8]) -> Result<&'n [u8], Refusal> {
    let added = old.value.as_deref().and_then(|value| value.get(..old.added)).ok_or(Refusal::Added)?;
    new.strip_prefix(added).ok_or(Refusal::Added)
}

/// Values that go while others come behind them: there is nothing left to stand behind, so that the one takes the place of the
/// other.
struct Replaced<'c> {
    gone: FxHashMap<(Location, &'c str), &'c Change>,
    taken: FxHashSet<(Location, &'c str)>,
}

impl<'c> Replaced<'c> {
    fn of(changes: &'c [Change]) -> Self {
        let anchors = changes.iter().filter(|change| change.old.is_none());
        let anchors =
            anchors.filter_map(|change| Some((change.beside.as_ref()?.location, change.attribute.as_str())));
        let anchors: FxHashSet<(Location, &str)> = anchors.collect();
        let goes = |change: &'c Change| {
            let at = (change.old.as_ref()?.location, change.attribute.as_str());
            (change.new.is_none() && anchors.contains(&at)).then_some((at, change))
        };
        Self { gone: changes.iter().filter_map(goes).collect(), taken: FxHashSet::default() }
    }

    /// What becomes of a change: none if it stays what it is, else what is made instead, if anything.
    fn by(&mut self, change: &'c Change) -> Option<Option<Change>> {
        let place = change.old.as_ref().or(change.beside.as_ref())?.location;
        let at = (place, change.attribute.as_str());
        let gone = self.gone.get(&at)?;
        if change.old.is_some() {
            return Some(None);
        }
        let whole = Change { old: gone.old.clone(), beside: None, ..change.clone() };
        self.taken.insert(at).then_some(Some(whole))
    }
}

/// The edits of all changes, in the order of the files; two that take away neighbouring bytes become one.
///
/// # Errors
/// The first change that cannot be made, and why.
pub fn splices<'c>(store: &Store, changes: &'c [Change]) -> Result<Vec<Splice>, (&'c Change, &'static str)> {
    let mut made: Vec<Splice> = Vec::with_capacity(changes.len());
    let mut replaced = Replaced::of(changes);
    for change in changes {
        let spliced = match replaced.by(change) {
            Some(None) => continue,
            Some(Some(whole)) => splice(store, &whole),
            None => splice(store, change),
        };
        made.push(spliced.map_err(|reason| (change, reason))?);
    }
    made.sort_by_key(|splice| splice.location);
    let mut joined: Vec<Splice> = Vec::with_capacity(made.len());
    for splice in made {
        if let Some(last) = joined.last_mut()
            && last.location.file == splice.location.file
            && last.location.span.end() > splice.location.span.offset
        {
            // separators that two removals take away belong to both
            let end = last.location.span.end().max(splice.location.span.end());
            last.location.span.length = end - last.location.span.offset;
            last.insert.extend(splice.insert);
        } else {
            joined.push(splice);
        }
    }
    Ok(joined)
}

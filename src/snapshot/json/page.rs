//! Objects at the top of a file, and pages of objects: answers of Microsoft Graph and of SCIM, files of BloodHound and of
//! presync's own shape.

use super::fault::Fault;
use super::outline::outline;
use super::scan::{Scan, Scanned, Stop};
use crate::snapshot::health::{Page, Requested};
use crate::source::Location;

/// Fields that hold the objects of a page: Microsoft Graph and PowerShell, SCIM, BloodHound, presync's own.
const LISTS: [&[u8]; 4] = [b"value", b"Resources", b"data", b"objects"];

/// Fields that say something of a page or, alone, of an answer.
const TELLING: [&[u8]; 4] = [b"@odata.context", b"meta", b"error", b"odata.error"];

/// What the fields around a list of objects say.
#[derive(Default)]
struct Around {
    /// The field that holds the list, and the number of its first object.
    list: Option<(Vec<u8>, usize)>,
    list_at: Option<Location>,
    context: Option<String>,
    kind: Option<String>,
    next: Option<Location>,
    error: Option<Location>,
    /// Fields that pages do not have.
    others: usize,
}

impl Around {
    /// Whether this is a page, as far as was read; `whole` if it was read to its end.
    fn is_page(&self, whole: bool) -> bool {
        self.list.as_ref().is_some_and(|(name, _)| match name.as_slice() {
            b"value" => self.others == 0,
            // what says so may stand behind the list
            b"data" => self.kind.is_some() || !whole && self.others == 0,
            _ => true,
        })
    }
}

impl Scan<'_, '_> {
    /// An object at the top, or in a list there: it may be a page, which holds a list of objects.
    pub(super) fn object_or_page(&mut self) -> Scanned<()> {
        let start = self.cursor.offset();
        if let Some(length) = outline(self.cursor.rest()?, is_ordinary) {
            self.cursor.skip(length);
            let context = self.context(None, false);
            return self.frame(start, context);
        }
        self.possible_page(start)
    }

    /// The same of an object that has a field of pages, or that the look at its brackets says nothing certain of.
    pub(super) fn possible_page(&mut self, start: u64) -> Scanned<()> {
        let faults = self.problems.len();
        let mut around = Around::default();
        let read = self.fields(&mut |scan, key, at| scan.around(key, at, &mut around));
        let list = around.context.as_deref().and_then(collection).or(around.kind.clone());
        let context = self.context(list.clone(), false);
        if let Some(context) = &around.context {
            self.requested.extend(selected(context));
        }
        match read {
            // of a page the objects before the fault count
            Ok(()) | Err(Stop::Fault) if around.is_page(read.is_ok()) => {
                let first = around.list.as_ref().map_or(self.frames.len(), |(_, first)| *first);
                for frame in self.frames.get_mut(first..).into_iter().flatten() {
                    frame.context = context;
                }
                if around.context.is_some() || around.next.is_some() {
                    let collection = list.unwrap_or_default();
                    self.pages.push(Page { collection, list: around.list_at, next: around.next });
                }
                return read;
            }
            Err(Stop::Read(error)) => return Err(Stop::Read(error)),
            _ => {}
        }
        if let Some((_, first)) = &around.list {
            self.frames.truncate(*first);
        }
        match read {
            Ok(()) => {}
            Err(Stop::Fault) => {
                self.cursor.seek(start);
                self.problems.truncate(faults);
                self.pass()?;
            }
            Err(stop) => return Err(stop),
        }
        if let Some(place) = around.error.filter(|_| around.others == 0 && around.list.is_none()) {
            self.problems.push(Fault::ServiceError.at(place));
            return Ok(());
        }
        // a fault within an object is told when it is read
        self.problems.truncate(faults);
        self.frame(start, context)
    }

    /// One field of what may be a page.
    fn around(&mut self, key: &[u8], at: u64, around: &mut Around) -> Scanned<()> {
        let value = self.cursor.offset();
        let first = self.cursor.peek()?;
        if LISTS.contains(&key) && first == Some(b'[') {
            let place = Location::new(self.file, at, key.len() as u64 + 2);
            match &around.list {
                None => {
                    around.list = Some((key.to_owned(), self.frames.len()));
                    around.list_at = Some(place);
                }
                Some((name, _)) if name == key => {
                    let problem = Fault::SameKey.at(place);
                    self.problems.push(match around.list_at {
                        Some(first) => problem.also(first, "the first one"),
                        None => problem,
                    });
                }
                Some(_) => {
                    around.others += 1;
                    return self.pass();
                }
            }
            return self.members(true, &mut |scan| {
                let start = scan.cursor.offset();
                scan.pass()?;
                scan.frame(start, 0)
            });
        }
        match (key, first) {
            (b"@odata.context", Some(b'"')) => {
                around.context = Some(String::from_utf8_lossy(&self.text()?).into_owned());
                return Ok(());
            }
            (b"@odata.nextLink" | b"odata.nextLink", Some(b'"')) => {
                self.pass()?;
                around.next = Some(Location::new(self.file, value, self.cursor.offset() - value));
                return Ok(());
            }
            (b"meta", Some(b'{')) => return self.meta(around),
            (b"error" | b"odata.error", Some(b'{')) => {
                around.error = Some(Location::new(self.file, value, 1))
            }
            (b"Count" | b"schemas" | b"totalResults" | b"startIndex" | b"itemsPerPage" | b"tenant", _) => {}
            _ if key.starts_with(b"@odata") || key.starts_with(b"odata.") => {}
            _ => around.others += 1,
        }
        self.pass()
    }

    /// `meta` of BloodHound says what the list holds.
    fn meta(&mut self, around: &mut Around) -> Scanned<()> {
        self.fields(&mut |scan, key, _| {
            if key == b"type" && scan.cursor.peek()? == Some(b'"') {
                let kind = String::from_utf8_lossy(&scan.text()?).to_ascii_lowercase();
                around.kind = Some(format!("sharphound {kind}"));
                return Ok(());
            }
            scan.pass()
        })
    }
}

/// Whether objects that are no pages have a field of this name: most have no others.
pub(super) fn is_ordinary(key: &[u8]) -> bool {
    !LISTS.contains(&key) && !TELLING.contains(&key)
}

/// What an `@odata.context` says the answer lists: `users` of `https://graph.microsoft.com/v1.0/$metadata#users(id,mail)`.
fn collection(context: &str) -> Option<String> {
    let (_, name) = context.rsplit_once('#')?;
    let end = name.find(['(', '/']).unwrap_or(name.len());
    name.get(..end).map(str::to_ascii_lowercase)
}

/// Which attributes it says were asked for: `id` and `manager` of `#users(id,manager(id,mail))`.
fn selected(context: &str) -> Option<Requested> {
    let (_, name) = context.rsplit_once('#')?;
    let (_, list) = name.split_once('(')?;
    let mut names = vec![String::new()];
    let mut open = 1;
    for character in list.chars() {
        match character {
            '(' => open += 1,
            ')' if open == 1 => break,
            ')' => open -= 1,
            ',' if open == 1 => names.push(String::new()),
            _ if open == 1 => names.last_mut()?.push(character),
            _ => {}
        }
    }
    Some(Requested::Names(names.iter().map(|name| name.trim().to_owned()).collect()))
}

//! Objects at the top of a file, and pages of objects: answers of Microsoft Graph and of SCIM, files of BloodHound and of
//! presync's own shape.

use super::fault::Fault;
use super::scan::{Scan, Scanned, Stop};
use crate::snapshot::health::{Page, Requested};
use crate::source::Location;

/// Fields that hold the objects of a page: Microsoft Graph and PowerShell, SCIM, BloodHound, presync's own.
const LISTS: [&[u8]; 4] = [b"value", b"Resources", b"data", b"objects"];

/// What the fields around a list of objects say.
#[derive(Default)]
struct Around {
    /// The field that holds the list, and the frames of its objects.
    list: Option<(Vec<u8>, std::ops::Range<usize>)>,
    has_list: bool,
    context: Option<String>,
    kind: Option<String>,
    next: Option<Location>,
    error: Option<Location>,
    /// Fields that pages do not have.
    others: usize,
}

impl Scan<'_, '_> {
    /// An object at the top, or in a list there: it may be a page, which holds a list of objects.
    pub(super) fn object_or_page(&mut self) -> Scanned<()> {
        let start = self.cursor.offset();
        let faults = self.problems.len();
        let mut around = Around::default();
        match self.fields(&mut |scan, key, _| scan.around(key, &mut around)) {
            Ok(()) => {}
            // a fault within an object is told when it is read
            Err(Stop::Fault) if around.list.is_none() && !around.has_list => {
                self.problems.truncate(faults);
                self.cursor.seek(start);
                self.pass()?;
                return self.frame(start, 0);
            }
            // the objects before the fault count, if there was a list of them
            Err(stop) => return Err(stop),
        }
        let is_page = around.list.as_ref().is_some_and(|(name, _)| {
            around.others == 0
                || name != b"value" && name != b"data"
                || name == b"data" && around.kind.is_some()
        });
        let list = around.context.as_deref().and_then(collection).or(around.kind.clone());
        let context = self.context(list.clone(), false);
        if is_page {
            let frames = around.list.and_then(|(_, frames)| self.frames.get_mut(frames));
            for frame in frames.into_iter().flatten() {
                frame.context = context;
            }
            if let Some(context) = &around.context {
                self.requested.extend(selected(context));
            }
            if around.context.is_some() || around.next.is_some() {
                self.pages.push(Page { collection: list.unwrap_or_default(), next: around.next });
            }
            return Ok(());
        }
        if let Some(place) = around.error.filter(|_| around.others == 0 && around.list.is_none()) {
            self.problems.push(Fault::ServiceError.at(place));
            return Ok(());
        }
        if let Some((_, frames)) = around.list {
            self.frames.truncate(frames.start);
        }
        self.problems.truncate(faults);
        self.frame(start, context)
    }

    /// One field of what may be a page.
    fn around(&mut self, key: &[u8], around: &mut Around) -> Scanned<()> {
        let value = self.cursor.offset();
        let first = self.cursor.peek()?;
        if LISTS.contains(&key) && first == Some(b'[') && around.list.is_none() {
            let begin = self.frames.len();
            around.has_list = true;
            self.members(&mut |scan| {
                let start = scan.cursor.offset();
                scan.pass()?;
                scan.frame(start, 0)
            })?;
            around.list = Some((key.to_owned(), begin..self.frames.len()));
            return Ok(());
        }
        match (key, first) {
            (b"@odata.context", Some(b'"')) => {
                around.context = Some(String::from_utf8_lossy(&self.text()?).into_owned());
                return Ok(());
            }
            (b"@odata.nextLink" | b"odata.nextLink", Some(b'"')) => {
                let length = self.text()?.len() as u64 + 2;
                around.next = Some(Location::new(self.file, value, length));
                return Ok(());
            }
            (b"meta", Some(b'{')) => return self.meta(around),
            (b"error", Some(b'{')) => around.error = Some(Location::new(self.file, value, 1)),
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

/// What an `@odata.context` says the answer lists: `users` of `https://graph.microsoft.com/v1.0/$metadata#users(id,mail)`.
fn collection(context: &str) -> Option<String> {
    let (_, name) = context.rsplit_once('#')?;
    let end = name.find(['(', '/']).unwrap_or(name.len());
    name.get(..end).map(str::to_ascii_lowercase)
}

/// Which attributes it says were asked for.
fn selected(context: &str) -> Option<Requested> {
    let (_, name) = context.rsplit_once('#')?;
    let (_, list) = name.split_once('(')?;
    let list = list.split(')').next()?;
    Some(Requested::Names(list.split(',').map(|name| name.trim().to_owned()).collect()))
}

//! Looking a file through for its objects: brackets and keys only. What stands in an object is read afterwards.

use std::io;

use super::cursor::Cursor;
use super::fault::Fault;
use super::recover::Before;
use crate::finding::Problem;
use crate::snapshot::frame::Frame;
use crate::snapshot::health::{Page, Requested};
use crate::snapshot::ldif::MAX_BLOCK;
use crate::snapshot::shape::Step;
use crate::source::{FileId, Location};

/// How deep values may be nested.
pub(super) const DEPTH: usize = 1000;
/// How deep a path may lead.
const LEVELS: usize = 200;
/// How deep lists of lists of objects may be.
const LISTS_IN_LISTS: usize = 4;

/// How deep commas are looked at in values that nobody reads.
const PROVEN: usize = 64;

/// Why the scan stopped.
pub(super) enum Stop {
    Read(io::Error),
    /// A fault, which was reported.
    Fault,
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Read(error)
    }
}

pub(super) type Scanned<T> = Result<T, Stop>;
/// What is done with a field: its key, and where the key stands; the cursor stands on its value.
type Field<'f, S> = dyn FnMut(&mut S, &[u8], u64) -> Scanned<()> + 'f;

/// What was found.
pub(super) struct Scan<'s, 'p> {
    pub(super) cursor: Cursor<'s>,
    pub(super) file: FileId,
    /// The objects; the context of each is a number in `lists`.
    pub(super) frames: Vec<Frame>,
    /// What the lists of the objects say of them, and whether the objects are values of keys.
    pub(super) lists: Vec<(Option<String>, bool)>,
    pub(super) pages: Vec<Page>,
    pub(super) requested: Vec<Requested>,
    pub(super) problems: &'p mut Vec<Problem>,
    /// How deep the path that is followed has led.
    level: usize,
    /// How many bytes were read again after faults.
    pub(super) again: u64,
    /// The last key: memory that is used for one after the other.
    key: Vec<u8>,
}

impl<'s, 'p> Scan<'s, 'p> {
    pub(super) fn new(cursor: Cursor<'s>, file: FileId, problems: &'p mut Vec<Problem>) -> Self {
        Self {
            cursor,
            file,
            frames: Vec::new(),
            lists: vec![(None, false)],
            pages: Vec::new(),
            requested: Vec::new(),
            problems,
            level: 0,
            again: 0,
            key: Vec::new(),
        }
    }

    /// Finds the objects of one top-level value after the other.
    pub(super) fn run(&mut self, steps: Option<&[Step]>) -> io::Result<()> {
        while self.cursor.token()?.is_some() {
            let start = self.cursor.offset();
            self.level = 0;
            let scanned = match steps {
                Some(steps) => self.follow(steps, None, None),
                None => self.root(0),
            };
            match scanned {
                Ok(()) => {}
                Err(Stop::Read(error)) => return Err(error),
                Err(Stop::Fault) => self.next_value(start)?,
            }
        }
        Ok(())
    }

    pub(super) fn fault<T>(&mut self, fault: Fault, offset: u64) -> Scanned<T> {
        self.tell(fault, offset);
        Err(Stop::Fault)
    }

    /// Says what is wrong, once.
    pub(super) fn tell(&mut self, fault: Fault, offset: u64) {
        let problem = fault.at(Location::new(self.file, offset, 1));
        let last = self.problems.last();
        if last.is_none_or(|last| (last.code, last.location) != (problem.code, problem.location)) {
            self.problems.push(problem);
        }
    }

    /// The next byte that is no white space; `open` is what would not be closed at the end of the file.
    pub(super) fn token(&mut self, open: u64) -> Scanned<u8> {
        match self.cursor.token()? {
            Some(byte) => Ok(byte),
            None => self.fault(Fault::CutShort, open),
        }
    }

    /// A top-level value: an object, a page of objects, a list of either.
    fn root(&mut self, level: usize) -> Scanned<()> {
        let start = self.cursor.offset();
        match self.token(start)? {
            b'[' => self.members(true, &mut |scan| match scan.token(start)? {
                b'{' => scan.object_or_page(),
                b'[' if level < LISTS_IN_LISTS => scan.root(level + 1),
                _ => scan.pass(),
            }),
            b'{' => self.object_or_page(),
            b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => self.pass(),
            _ => self.fault(Fault::Unexpected, start),
        }
    }

    /// Goes through the members of a list; `objects` if they are objects, of which broken ones are read as far as they go.
    pub(super) fn members(
        &mut self,
        objects: bool,
        member: &mut dyn FnMut(&mut Self) -> Scanned<()>,
    ) -> Scanned<()> {
        let open = self.cursor.offset();
        self.cursor.skip(1);
        if self.token(open)? == b']' {
            self.cursor.skip(1);
            return Ok(());
        }
        let mut object = None;
        let level = self.level;
        loop {
            let (start, before) = (self.cursor.offset(), Before::of(self));
            if self.cursor.peek()? == Some(b'{') {
                object = Some(start);
            }
            match member(self) {
                Ok(()) => {}
                Err(Stop::Fault) if object == Some(start) => {
                    self.level = level;
                    self.skip_broken(start, before, objects)?;
                    continue;
                }
                Err(Stop::Fault) if object.is_some() => {
                    self.go_on(object, start)?;
                    continue;
                }
                Err(stop) => return Err(stop),
            }
            match self.token(open)? {
                b',' => {
                    let comma = self.cursor.offset();
                    self.cursor.skip(1);
                    if self.token(open)? == b']' {
                        self.tell(Fault::TrailingComma, comma);
                        self.cursor.skip(1);
                        return Ok(());
                    }
                }
                b']' => {
                    self.cursor.skip(1);
                    return Ok(());
                }
                b'{' | b'[' | b'"' => {
                    let at = self.cursor.offset();
                    self.tell(Fault::MissingComma, at);
                }
                _ => {
                    let at = self.cursor.offset();
                    self.tell(Fault::Unexpected, at);
                    self.go_on(object, at)?;
                }
            }
        }
    }

    /// Goes through the fields of an object; each is shown with the place of its key, the cursor stands on its value.
    pub(super) fn fields(&mut self, field: &mut Field<'_, Self>) -> Scanned<()> {
        let open = self.cursor.offset();
        self.cursor.skip(1);
        if self.token(open)? == b'}' {
            self.cursor.skip(1);
            return Ok(());
        }
        loop {
            let at = self.cursor.offset();
            if self.token(open)? != b'"' {
                let at = self.cursor.offset();
                return self.fault(Fault::Unexpected, at);
            }
            let at = at.max(self.cursor.offset());
            let mut key = std::mem::take(&mut self.key);
            self.text_into(&mut key)?;
            if self.token(open)? != b':' {
                let at = self.cursor.offset();
                return self.fault(Fault::Unexpected, at);
            }
            self.cursor.skip(1);
            self.token(open)?;
            field(self, &key, at)?;
            self.key = key;
            match self.token(open)? {
                b',' => {
                    let comma = self.cursor.offset();
                    self.cursor.skip(1);
                    if self.token(open)? == b'}' {
                        self.tell(Fault::TrailingComma, comma);
                        self.cursor.skip(1);
                        return Ok(());
                    }
                }
                b'}' => {
                    self.cursor.skip(1);
                    return Ok(());
                }
                _ => {
                    let at = self.cursor.offset();
                    return self.fault(Fault::MissingComma, at);
                }
            }
        }
    }

    /// Follows a path; `key` is where the key of the value stands, `nested` the field below which objects nest.
    fn follow(&mut self, steps: &[Step], key: Option<u64>, nested: Option<&str>) -> Scanned<()> {
        let start = self.cursor.offset();
        if self.level >= LEVELS {
            return self.fault(Fault::TooDeep, start);
        }
        self.level += 1;
        let followed = self.follow_steps(start, steps, key, nested);
        self.level = self.level.saturating_sub(1);
        followed
    }

    fn follow_steps(
        &mut self,
        start: u64,
        steps: &[Step],
        key: Option<u64>,
        nested: Option<&str>,
    ) -> Scanned<()> {
        let first = self.token(start)?;
        let Some((step, rest)) = steps.split_first() else {
            return match first {
                b'{' => {
                    match nested {
                        Some(name) => self.nest(name)?,
                        None => self.pass()?,
                    }
                    let context = self.context(None, key.is_some());
                    self.frame(key.unwrap_or(start), context)
                }
                b'[' => self.members(true, &mut |scan| {
                    scan.token(start)?;
                    scan.follow(steps, None, None)
                }),
                // a text is an object of its own; a key whose value is nothing names one
                b'"' | b'n' if first == b'"' || key.is_some() => {
                    self.pass()?;
                    let context = self.context(None, key.is_some());
                    self.frame(key.unwrap_or(start), context)
                }
                _ => self.pass(),
            };
        };
        match (step, first) {
            (Step::Field(name), b'{') => {
                let nested = match rest.first() {
                    Some(Step::Nested) => Some(name.as_str()),
                    _ => nested,
                };
                self.fields(&mut |scan, key, _| {
                    if key.eq_ignore_ascii_case(name.as_bytes()) {
                        scan.follow(rest, None, nested)
                    } else {
                        scan.prove(0)
                    }
                })
            }
            (Step::Values | Step::Nested, b'{') => {
                let nested = nested.filter(|_| *step == Step::Nested);
                self.fields(&mut |scan, _, at| scan.follow(rest, Some(at), nested))
            }
            (Step::Each | Step::Where { .. } | Step::Field(_), b'[') => {
                let rest = if matches!(step, Step::Field(_)) { steps } else { rest };
                self.members(rest.is_empty(), &mut |scan| {
                    scan.token(start)?;
                    scan.follow(rest, None, nested)
                })
            }
            _ => self.prove(0),
        }
    }

    /// Passes over a value beside the path: nobody reads it afterwards, so its commas are looked at too.
    fn prove(&mut self, depth: usize) -> Scanned<()> {
        let start = self.cursor.offset();
        match self.token(start)? {
            b'{' if depth < PROVEN => self.fields(&mut |scan, _, _| scan.prove(depth + 1)),
            b'[' if depth < PROVEN => self.members(false, &mut |scan| {
                scan.token(start)?;
                scan.prove(depth + 1)
            }),
            _ => self.pass(),
        }
    }

    /// The objects below a field of this name in an object, and of this name in each of these.
    fn nest(&mut self, name: &str) -> Scanned<()> {
        self.fields(&mut |scan, key, _| {
            if key.eq_ignore_ascii_case(name.as_bytes()) {
                scan.follow(&[Step::Nested], None, Some(name))
            } else {
                scan.pass()
            }
        })
    }

    /// The number of what a list says of its objects.
    pub(super) fn context(&mut self, list: Option<String>, keyed: bool) -> u32 {
        let wanted = (list, keyed);
        let known = self.lists.iter().position(|list| *list == wanted).unwrap_or_else(|| {
            self.lists.push(wanted);
            self.lists.len() - 1
        });
        u32::try_from(known).unwrap_or(0)
    }

    pub(super) fn frame(&mut self, start: u64, context: u32) -> Scanned<()> {
        let length = self.cursor.offset() - start;
        if length > MAX_BLOCK {
            return self.fault(Fault::TooLarge, start);
        }
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        self.frames.push(Frame { start, length, context });
        Ok(())
    }
}

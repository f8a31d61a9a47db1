//! A file as a snapshot: the parts in which it is read, and the reader of each. The one place that knows all formats.

use std::io;
use std::sync::Arc;

use super::csexport::CsexportReader;
use super::csv::{CsvReader, Table};
use super::format::Format;
use super::frame::{Frame, Frames};
use super::health::Health;
use super::ldif::{LdifReader, Learned};
use super::names::Names;
use super::record::Record;
use super::shape::{Mapping, Mappings, Path};
use super::shelf::Shelf;
use super::tree::{ObjectReader, Objects};
use crate::finding::Problem;
use crate::source::{FileId, Store};

/// About how many bytes are read at once: few enough to stay near the processor until they are judged.
pub const STRIDE: u64 = 1 << 18;

/// What is needed to open a file as a snapshot.
#[derive(Debug, Clone, Copy)]
pub struct Opening<'o> {
    /// The files.
    pub store: &'o Store,
    /// The file.
    pub file: FileId,
    /// Its format.
    pub format: Format,
    /// The attributes that the run asks for.
    pub names: &'o Names,
    /// The shapes of objects.
    pub mappings: &'o Arc<Mappings>,
    /// Where the objects stand, and which fields they have, where the user says so.
    pub mapped: Option<&'o Mapped>,
}

/// Where the objects of a file stand, and which fields they have.
#[derive(Debug, Clone)]
pub struct Mapped {
    /// Where the objects stand; the whole document is one if nothing is said.
    pub objects: Option<Path>,
    /// Which fields are which attributes.
    pub mapping: Arc<Mapping>,
}

/// A file, ready to be read in parts.
#[derive(Debug)]
pub struct Snapshot {
    /// The file.
    pub file: FileId,
    /// Its format.
    pub format: Format,
    layout: Layout,
    /// What was seen of the export when the file was looked through.
    pub health: Health,
}

#[derive(Debug)]
enum Layout {
    Ldif(Frames, Shelf<Learned>),
    Csv(Table),
    Json(Objects),
    Yaml(Objects),
    Csexport(Frames),
}

impl Snapshot {
    /// Looks a file through for the parts in which it can be read. What is wrong with it as a whole is added to `problems`.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn open(opening: &Opening<'_>, problems: &mut Vec<Problem>) -> io::Result<Self> {
        let mut health = Health::default();
        let layout = match opening.format {
            Format::Ldif => Layout::Ldif(super::ldif::frames(opening.store, opening.file)?, Shelf::default()),
            Format::Csv => Layout::Csv(Table::open(opening, &mut health, problems)?),
            Format::Json => Layout::Json(super::json::open(opening, &mut health, problems)?),
            Format::Yaml => Layout::Yaml(super::yaml::open(opening, problems)?),
            Format::Csexport => Layout::Csexport(super::csexport::open(opening, problems)?),
        };
        Ok(Self { file: opening.file, format: opening.format, layout, health })
    }

    /// Whether the first object has a shape that is known: of a file that nobody named, this tells a directory from anything
    /// else that JSON or YAML may hold.
    #[must_use]
    pub fn is_directory(&self, store: &Store, names: &Names) -> bool {
        if matches!(self.layout, Layout::Ldif(..) | Layout::Csv(_) | Layout::Csexport(_)) {
            return true;
        }
        let mut block = Vec::new();
        let Ok(offset) = self.read(0, store, &mut block) else { return false };
        let mut reader = self.reader(0, &block, offset, names);
        reader.next(&mut Record::default(), &mut Vec::new());
        reader.health().recognised > 0
    }

    /// The number of parts.
    #[must_use]
    pub fn parts(&self) -> u64 {
        self.frames().count()
    }

    /// Where a part begins in the file.
    #[must_use]
    pub fn start(&self, part: u64) -> u64 {
        self.frames().part(part).first().map_or(0, |frame| frame.start)
    }

    /// Reads a part into `into`; the offset of its first byte.
    ///
    /// # Errors
    /// What the operating system says; `FileTooLarge` if one record is larger than 512 MB.
    pub fn read(&self, part: u64, store: &Store, into: &mut Vec<u8>) -> io::Result<u64> {
        self.frames().read(part, store, self.file, into)
    }

    /// The reader of a part that was read into `block`, which begins at `offset` of the file.
    #[must_use]
    pub fn reader<'a>(&'a self, part: u64, block: &'a [u8], offset: u64, names: &'a Names) -> Reader<'a> {
        self.over(self.frames().part(part), block, offset, names)
    }

    /// Reads the record that stands at an offset, with its length in bytes, again: into `record`, from bytes that are read into
    /// `block`. False if nothing can be read there any more.
    #[must_use]
    pub fn again(
        &self,
        store: &Store,
        names: &Names,
        (offset, length): (u64, usize),
        record: &mut Record,
        block: &mut Vec<u8>,
    ) -> bool {
        if store.read(self.file, offset, length, block).is_err() {
            return false;
        }
        let own = self.frames().find(offset).zip(u32::try_from(length).ok());
        let Some((frame, length)) = own else { return false };
        let own = [Frame { start: offset, length, context: frame.context }];
        let found = self.over(&own, block, offset, names).next(record, &mut Vec::new());
        record.remove_large(block, names);
        found
    }

    fn frames(&self) -> &Frames {
        match &self.layout {
            Layout::Csv(table) => &table.frames,
            Layout::Json(objects) | Layout::Yaml(objects) => &objects.frames,
            Layout::Ldif(frames, _) | Layout::Csexport(frames) => frames,
        }
    }

    fn over<'a>(&'a self, frames: &'a [Frame], block: &'a [u8], offset: u64, names: &'a Names) -> Reader<'a> {
        let part = Part { frames, block, offset, file: self.file, names };
        match &self.layout {
            Layout::Ldif(_, shelf) => {
                Reader::Ldif(LdifReader::new(block, self.file, offset, names).with(shelf))
            }
            Layout::Csv(table) => Reader::Csv(CsvReader::new(part, table)),
            Layout::Json(objects) => {
                Reader::Nested(Box::new(ObjectReader::new(part, objects, super::json::read)))
            }
            Layout::Yaml(objects) => {
                Reader::Nested(Box::new(ObjectReader::new(part, objects, super::yaml::read)))
            }
            Layout::Csexport(_) => Reader::Csexport(CsexportReader::new(part)),
        }
    }
}

/// A part of a file, read.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    /// Its frames, in order.
    pub frames: &'a [Frame],
    /// Its bytes, which hold all of its frames.
    pub block: &'a [u8],
    /// Where these begin in the file.
    pub offset: u64,
    /// The file.
    pub file: FileId,
    /// The attributes that the run asks for.
    pub names: &'a Names,
}

/// The reader of a part of a file, whatever its format.
#[derive(Debug)]
#[allow(missing_docs)]
pub enum Reader<'a> {
    Ldif(LdifReader<'a>),
    Csv(CsvReader<'a>),
    Nested(Box<ObjectReader<'a>>),
    Csexport(CsexportReader<'a>),
}

impl Reader<'_> {
    /// Reads the next record into `record`; false at the end. A record with a fault in it is read as far as it goes; what is
    /// wrong is added to `problems`.
    pub fn next(&mut self, record: &mut Record, problems: &mut Vec<Problem>) -> bool {
        match self {
            Self::Ldif(reader) => reader.next(record, problems),
            Self::Csv(reader) => reader.next(record, problems),
            Self::Nested(reader) => reader.next(record, problems),
            Self::Csexport(reader) => reader.next(record, problems),
        }
    }

    /// What the part says of the export as a whole.
    #[must_use]
    pub fn health(self) -> Health {
        match self {
            Self::Ldif(reader) => reader.health(),
            Self::Csv(reader) => reader.health(),
            Self::Nested(reader) => reader.health(),
            Self::Csexport(reader) => reader.health(),
        }
    }
}

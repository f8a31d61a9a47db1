//! The files of a run. Everything is read by position, so that many threads read at once and nothing is read twice
//! without need; what has no positions (standard input, UTF-16) is first written to an unnamed temporary file.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use super::code_page::{CodePage, from_code_page, has_other_bytes};
use super::complaint::Complaint;
use super::counted::{Counted, Stretch};
use super::encoding::{Encoding, sniff, transcode};
use super::packed::{Packing, Unpacked, packing, unpack};
use super::place::{FileId, Location, Notation};
use super::platform::{read_at, shown};
use super::watch::Watch;

/// The name of standard input.
const STANDARD_INPUT: &str = "-";

/// Files up to this size are read once, as long as all of them together are no larger than that: a repository has thousands.
const SMALL: u64 = 1 << 16;
const KEPT: u64 = 1 << 24;
/// How many files stay open. A process may have 1,024 on Linux, and 256 on macOS, unless somebody says otherwise.
const HANDLES: usize = 100;

#[derive(Debug)]
enum Content {
    /// What never lay in a file.
    Memory(Cow<'static, [u8]>),
    /// The whole of a small file.
    Kept(Vec<u8>),
    File(File),
    /// A file that is opened each time.
    Closed(PathBuf),
}

/// What a file looked like when it was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    path: PathBuf,
    length: u64,
    modified: Option<SystemTime>,
}

#[derive(Debug)]
struct Entry {
    name: String,
    content: Content,
    start: u64,
    length: u64,
    transcoded: bool,
    notation: Notation,
    stamp: Option<Stamp>,
    /// What the operating system said when a part of it could not be read.
    failure: OnceLock<String>,
}

impl Entry {
    /// A file as it was found, on no disk.
    fn new(name: String, content: Content, start: u64, length: u64) -> Self {
        Self {
            name,
            content,
            start,
            length,
            transcoded: false,
            notation: Notation::default(),
            stamp: None,
            failure: OnceLock::new(),
        }
    }
}

/// The files of a run.
#[derive(Debug, Default)]
pub struct Store {
    files: Vec<Entry>,
    /// What standard input is called, if somebody says so.
    input_name: Option<String>,
    /// How many bytes were read.
    read: AtomicU64,
    /// How many bytes of small files are kept.
    kept: u64,
    /// How many files are open.
    open: usize,
    counted: Counted,
    watch: Watch,
}

impl Store {
    /// No files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with another name for standard input than `-`.
    #[must_use]
    pub fn with_input_name(mut self, name: Option<String>) -> Self {
        self.input_name = name;
        self
    }

    /// How many bytes were read up to now, those that were read twice counted twice.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// Opens a file.
    ///
    /// # Errors
    /// A complaint for people if it is not there, is a folder, cannot be read, or is no text.
    pub fn open(&mut self, path: &Path) -> Result<FileId, Complaint> {
        let name = shown(path);
        let opened = open_file(path).and_then(|file| {
            let metadata = file.metadata()?;
            if metadata.is_dir() {
                return Err(io::Error::from(io::ErrorKind::IsADirectory));
            }
            Ok((file, metadata))
        });
        let (file, metadata) = opened.map_err(|error| cannot_open(path, &name, &error))?;
        if !metadata.is_file() {
            return self.spool(&name, file).map_err(|error| cannot_open(path, &name, &error))?;
        }
        let stamp =
            Stamp { path: path.to_owned(), length: metadata.len(), modified: metadata.modified().ok() };
        self.add(name.clone(), file, metadata.len(), Some(stamp), false)
            .map_err(|error| cannot_open(path, &name, &error))?
    }

    /// Reads standard input to its end.
    ///
    /// # Errors
    /// A complaint for people if it cannot be read, or is no text.
    pub fn standard_input(&mut self) -> Result<FileId, Complaint> {
        let name = self.input_name.clone().unwrap_or_else(|| STANDARD_INPUT.to_owned());
        self.spool(&name, io::stdin().lock()).map_err(|error| {
            Complaint::new("source-unreadable", format!("cannot read standard input: {error}"))
        })?
    }

    /// Adds a file whose bytes were read elsewhere: of a revision, say.
    ///
    /// # Errors
    /// A complaint for people if it is no text, or damaged.
    pub fn content(&mut self, name: &str, bytes: Vec<u8>) -> Result<FileId, Complaint> {
        let head = bytes.get(..bytes.len().min(1024)).unwrap_or_default();
        if packing(head).is_none() && matches!(sniff(head), Encoding::Bytes(_)) {
            return Ok(self.text(name, bytes));
        }
        self.spool(name, bytes.as_slice())
            .map_err(|error| Complaint::new("source-unreadable", format!("cannot read `{name}`: {error}")))?
    }

    fn spool(&mut self, name: &str, mut from: impl Read) -> io::Result<Result<FileId, Complaint>> {
        let mut spool = tempfile::tempfile()?;
        io::copy(&mut from, &mut spool)?;
        spool.rewind()?;
        let length = spool.metadata()?.len();
        self.add(name.to_owned(), spool, length, None, false)
    }

    fn add(
        &mut self,
        name: String,
        file: File,
        length: u64,
        stamp: Option<Stamp>,
        unpacked: bool,
    ) -> io::Result<Result<FileId, Complaint>> {
        // of a small file this is all
        let is_small = length <= SMALL && self.kept + length <= KEPT;
        let mut head = vec![0; if is_small { usize::try_from(length).unwrap_or(0) } else { 1024 }];
        let count = read_at(&file, 0, &mut head)?;
        head.truncate(count);
        if let Some(packing) = packing(&head).filter(|_| !unpacked) {
            return self.unpack(name, packing, file, length, stamp);
        }
        let encoding = sniff(head.get(..head.len().min(1024)).unwrap_or_default());
        Ok(match encoding {
            Encoding::Binary => Err(Complaint::new("source-binary", format!("`{name}` is not text")).help(
                "presync reads LDIF, CSV, JSON, YAML and XML; `presync export-command` prints how to export a directory",
            )),
            Encoding::Bytes(start) => {
                let content = if is_small && count as u64 == length {
                    self.kept += length;
                    Content::Kept(head)
                } else {
                    // what was unpacked has no other place than its handle
                    let path = stamp.as_ref().filter(|_| !unpacked).map(|stamp| stamp.path.clone());
                    self.handle(file, path)
                };
                let start = start as u64;
                let entry = Entry { transcoded: unpacked, stamp, ..Entry::new(name, content, start, length) };
                Ok(self.push(entry))
            }
            Encoding::Utf16 { .. } | Encoding::Utf32 { .. } => {
                let mut text = BufWriter::new(tempfile::tempfile()?);
                let mut from = file;
                from.rewind()?;
                transcode(encoding, &mut from, &mut text)?;
                let text = text.into_inner().map_err(io::IntoInnerError::into_error)?;
                let length = text.metadata()?.len();
                let content = self.spooled(text, length)?;
                let entry = Entry { transcoded: true, stamp, ..Entry::new(name, content, 0, length) };
                Ok(self.push(entry))
            }
        })
    }

    /// The content of an open file, which is closed where too many are open and it can be opened again.
    fn handle(&mut self, file: File, path: Option<PathBuf>) -> Content {
        match path {
            Some(path) if self.open >= HANDLES => Content::Closed(path),
            _ => {
                self.open += 1;
                Content::File(file)
            }
        }
    }

    /// The content of a temporary file.
    fn spooled(&mut self, file: File, length: u64) -> io::Result<Content> {
        if length > SMALL || self.kept + length > KEPT {
            return Ok(self.handle(file, None));
        }
        let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
        let count = read_at(&file, 0, &mut bytes)?;
        bytes.truncate(count);
        self.kept += length;
        Ok(Content::Kept(bytes))
    }

    /// Unpacks a file to a temporary one. Of a damaged file nothing is read: what is there may be anything.
    fn unpack(
        &mut self,
        name: String,
        packing: Packing,
        mut file: File,
        length: u64,
        stamp: Option<Stamp>,
    ) -> io::Result<Result<FileId, Complaint>> {
        file.rewind()?;
        let mut text = BufWriter::new(tempfile::tempfile()?);
        match unpack(packing, file, length, &mut text)? {
            Unpacked::Whole => {
                let text = text.into_inner().map_err(io::IntoInnerError::into_error)?;
                let length = text.metadata()?.len();
                self.add(name, text, length, stamp, true)
            }
            Unpacked::TooLarge => {
                let message = format!("`{name}` grows to more than 200 times its size when it is unpacked");
                let help = "no directory packs so well; unpack it by hand if it is one";
                Ok(Err(Complaint::new("source-too-packed", message).help(help)))
            }
            Unpacked::Damaged(error) => {
                let message = format!("`{name}` cannot be unpacked: {error}");
                let help = "it is damaged, or was cut short; copy it again";
                Ok(Err(Complaint::new("source-damaged", message).help(help)))
            }
        }
    }

    /// Makes a file UTF-8 that is not: bytes that are none are taken for characters of Windows-1252. What was found; none if
    /// the file is UTF-8.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn make_utf8(&mut self, file: FileId) -> io::Result<Option<CodePage>> {
        if !has_other_bytes(self, file)? {
            return Ok(None);
        }
        let mut text = BufWriter::new(tempfile::tempfile()?);
        let found = from_code_page(self, file, &mut text)?;
        let handle = text.into_inner().map_err(io::IntoInnerError::into_error)?;
        let length = handle.metadata()?.len();
        let content = self.spooled(handle, length)?;
        if let Some(entry) = self.files.get_mut(file.0 as usize) {
            (entry.content, entry.start, entry.length) = (content, 0, length);
            entry.transcoded = true;
        }
        Ok(Some(found))
    }

    /// Adds a file in memory: a built-in pack, or an example of a rule.
    pub fn text(&mut self, name: &str, bytes: impl Into<Cow<'static, [u8]>>) -> FileId {
        let bytes = bytes.into();
        let length = bytes.len() as u64;
        let start = if bytes.starts_with(&[0xEF, 0xBB, 0xBF]) { 3 } else { 0 };
        let content = Content::Memory(bytes);
        self.push(Entry::new(name.to_owned(), content, start, length))
    }

    fn push(&mut self, entry: Entry) -> FileId {
        self.files.push(entry);
        FileId(u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX))
    }

    fn entry(&self, file: FileId) -> Option<&Entry> {
        self.files.get(file.0 as usize)
    }

    /// The name of a file as it is shown: relative with `/`, `-` for standard input.
    #[must_use]
    pub fn name(&self, file: FileId) -> &str {
        self.entry(file).map_or("", |entry| &entry.name)
    }

    /// Where a file lies whose bytes are read as they are; none of standard input, and of what had to be transcoded or
    /// unpacked.
    #[must_use]
    pub fn plain_path(&self, file: FileId) -> Option<&Path> {
        self.path(file).filter(|_| !self.transcoded(file))
    }

    /// The path of a file; none if it is no file of the disk, such as standard input.
    #[must_use]
    pub fn path(&self, file: FileId) -> Option<&Path> {
        self.entry(file).and_then(|entry| entry.stamp.as_ref()).map(|stamp| stamp.path.as_path())
    }

    /// The first byte behind a byte order mark.
    #[must_use]
    pub fn start(&self, file: FileId) -> u64 {
        self.entry(file).map_or(0, |entry| entry.start)
    }

    /// The length in bytes.
    #[must_use]
    pub fn length(&self, file: FileId) -> u64 {
        self.entry(file).map_or(0, |entry| entry.length)
    }

    /// Whether offsets count in the UTF-8 text of the file, since the file itself is in another encoding.
    #[must_use]
    pub fn transcoded(&self, file: FileId) -> bool {
        self.entry(file).is_some_and(|entry| entry.transcoded)
    }

    /// Says how the text of a file is written.
    pub fn set_notation(&mut self, file: FileId, notation: Notation) {
        if let Some(entry) = self.files.get_mut(file.0 as usize) {
            entry.notation = notation;
        }
    }

    /// How the text of a file is written.
    #[must_use]
    pub fn notation(&self, file: FileId) -> Notation {
        self.entry(file).map_or(Notation::default(), |entry| entry.notation)
    }

    /// Reads `length` bytes from `offset` into `into`, which is cleared before; less only at the end of the file.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn read(&self, file: FileId, offset: u64, length: usize, into: &mut Vec<u8>) -> io::Result<()> {
        let read = self.read_part(file, (offset, length), into);
        if let (Err(error), Some(entry)) = (&read, self.entry(file)) {
            entry.failure.get_or_init(|| error.to_string());
        }
        read
    }

    /// The same for whoever shows what was read before: what can no longer be read is blank.
    pub fn read_or_blank(&self, file: FileId, offset: u64, length: usize, into: &mut Vec<u8>) {
        if self.read(file, offset, length, into).is_err() {
            let left = usize::try_from(self.length(file).saturating_sub(offset)).unwrap_or(usize::MAX);
            into.clear();
            into.resize(length.min(left), b' ');
        }
    }

    /// What the operating system said when a part of the file could not be read; none if all could.
    #[must_use]
    pub fn failure(&self, file: FileId) -> Option<&str> {
        self.entry(file)?.failure.get().map(String::as_str)
    }

    fn read_part(&self, file: FileId, (offset, length): (u64, usize), into: &mut Vec<u8>) -> io::Result<()> {
        match self.entry(file).map(|entry| (&entry.content, entry.length)) {
            None => {
                into.clear();
                Ok(())
            }
            Some((Content::Memory(bytes), _)) => {
                part(bytes, offset, length, into);
                Ok(())
            }
            Some((Content::Kept(bytes), _)) => {
                part(bytes, offset, length, into);
                self.read.fetch_add(into.len() as u64, Ordering::Relaxed);
                Ok(())
            }
            Some((Content::File(handle), whole)) => self.read_file(handle, whole, (offset, length), into),
            Some((Content::Closed(path), whole)) => {
                self.read_file(&File::open(path)?, whole, (offset, length), into)
            }
        }
    }

    fn read_file(
        &self,
        handle: &File,
        whole: u64,
        (offset, length): (u64, usize),
        into: &mut Vec<u8>,
    ) -> io::Result<()> {
        let left = usize::try_from(whole.saturating_sub(offset)).unwrap_or(usize::MAX);
        // what stands there from the last time is written over, so that only new memory is made zero
        into.resize(length.min(left), 0);
        let count = read_at(handle, offset, into)?;
        into.truncate(count);
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(())
    }

    /// What files are looked through for while they are read.
    #[must_use]
    pub fn watch(&self) -> &Watch {
        &self.watch
    }

    /// Counts the lines of a part of a file that was read for something else; it begins and ends at the beginning of a character.
    pub fn count_lines(&self, file: FileId, offset: u64, text: &[u8]) {
        self.counted.add(file, offset, text);
    }

    /// The lines of a file that were counted, in order.
    pub(super) fn counted(&self, file: FileId) -> Vec<Stretch> {
        self.counted.of(file)
    }

    /// The bytes at a place.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn bytes(&self, location: Location) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let length = usize::try_from(location.span.length).unwrap_or(usize::MAX);
        self.read(location.file, location.span.offset, length, &mut bytes)?;
        Ok(bytes)
    }

    /// Whether the file is another one than when it was opened: what was read twice may not fit together.
    #[must_use]
    pub fn changed(&self, file: FileId) -> bool {
        let Some(stamp) = self.entry(file).and_then(|entry| entry.stamp.as_ref()) else { return false };
        std::fs::metadata(&stamp.path)
            .is_ok_and(|now| now.len() != stamp.length || now.modified().ok() != stamp.modified)
    }

    /// The files, in the order in which they were opened.
    pub fn files(&self) -> impl Iterator<Item = FileId> {
        (0..u32::try_from(self.files.len()).unwrap_or(u32::MAX)).map(FileId)
    }

    /// Writes the whole of a file.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn copy(&self, file: FileId, to: &mut dyn Write) -> io::Result<()> {
        let mut buffer = Vec::new();
        let mut offset = 0;
        loop {
            self.read(file, offset, 1 << 20, &mut buffer)?;
            if buffer.is_empty() {
                return Ok(());
            }
            to.write_all(&buffer)?;
            offset += buffer.len() as u64;
        }
    }
}

/// A part of what is in memory; less only at its end.
fn part(bytes: &[u8], offset: u64, length: usize, into: &mut Vec<u8>) {
    into.clear();
    let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
    let end = start.saturating_add(length).min(bytes.len());
    into.extend_from_slice(bytes.get(start..end).unwrap_or_default());
}

fn open_file(path: &Path) -> io::Result<File> {
    // a folder opens as a file on Unix, and not on Windows, which would say that access is denied
    if cfg!(windows) && path.is_dir() {
        Err(io::Error::from(io::ErrorKind::IsADirectory))
    } else {
        File::open(path)
    }
}

fn cannot_open(path: &Path, name: &str, error: &io::Error) -> Complaint {
    match error.kind() {
        io::ErrorKind::NotFound => {
            let problem = Complaint::new("source-not-found", format!("there is no file `{name}`"));
            match nearest_file(path) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem.help("paths are relative to the folder that presync is started in"),
            }
        }
        io::ErrorKind::IsADirectory => {
            Complaint::new("source-is-folder", format!("`{name}` is a folder, a file is expected here"))
        }
        io::ErrorKind::PermissionDenied => {
            Complaint::new("source-unreadable", format!("`{name}` may not be read: permission denied"))
        }
        _ => Complaint::new("source-unreadable", format!("cannot read `{name}`: {error}")),
    }
}

/// The file of the same folder whose name is nearest.
fn nearest_file(path: &Path) -> Option<String> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let wanted = path.file_name()?.to_string_lossy().to_lowercase();
    let names = std::fs::read_dir(folder).ok()?.filter_map(Result::ok).take(1000).map(|entry| entry.path());
    names
        .filter_map(|known| Some((known.file_name()?.to_string_lossy().to_lowercase(), known.clone())))
        .map(|(name, known)| (strsim::damerau_levenshtein(&wanted, &name), known))
        .filter(|(distance, _)| *distance <= (wanted.chars().count() / 3).clamp(1, 4))
        .min()
        .map(|(_, known)| shown(&known))
}

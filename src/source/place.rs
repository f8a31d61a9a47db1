//! Places in files. Everything that presync says points at one of these.

/// One of the files of a run, in the order in which the run opened them (byte order of their paths).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A range of bytes of a file as it lies on disk; of its UTF-8 text if the file had to be transcoded or unpacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte, counted from 0.
    pub offset: u64,
    /// The number of bytes.
    pub length: u64,
}

impl Span {
    /// A span of `length` bytes that starts at `offset`.
    #[must_use]
    pub const fn new(offset: u64, length: u64) -> Self {
        Self { offset, length }
    }

    /// The first byte behind the span.
    #[must_use]
    pub const fn end(self) -> u64 {
        self.offset.saturating_add(self.length)
    }
}

/// A span in a certain file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The file.
    pub file: FileId,
    /// The bytes in it.
    pub span: Span,
}

impl Location {
    /// The `length` bytes of `file` from `offset`.
    #[must_use]
    pub const fn new(file: FileId, offset: u64, length: u64) -> Self {
        Self { file, span: Span::new(offset, length) }
    }
}

/// How the bytes of a stored value are written in their file. With the raw bytes it is all that is needed to make
/// the decoded text again, and the map from each of its bytes to the file (see `TextMap`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Form {
    /// The bytes are the value.
    #[default]
    Plain,
    /// LDIF text that may be folded: each line end, with the one SPACE behind it, is no part of the value (RFC 2849).
    LdifText,
    /// LDIF base64, possibly folded.
    LdifBase64,
    /// A YAML plain scalar, possibly over several lines.
    YamlPlain,
    /// A YAML single-quoted scalar; the span includes the quotes.
    YamlSingle,
    /// A YAML double-quoted scalar; the span includes the quotes.
    YamlDouble,
    /// A YAML literal block scalar (`|`); the span begins at the indicator.
    YamlLiteral,
    /// A YAML folded block scalar (`>`); the span begins at the indicator.
    YamlFolded,
    /// A part of a cell of a CSV table, without the quotes around the cell: in a quoted one two quotes are one, in a
    /// list of csvde `\\;` is `;`.
    Csv {
        /// The cell is quoted.
        quoted: bool,
        /// The cell is a list of csvde.
        list: bool,
    },
    /// Bytes in hexadecimal digits (`X'0a1b'` of csvde); the span holds the digits.
    Hex,
    /// The text between the quotes of a JSON string.
    JsonText,
    /// Bytes as a JSON list of numbers; the span holds the list.
    JsonBytes,
    /// The text of an XML element: entities, and sections of CDATA.
    XmlText,
}

/// How the text of a file is written, as far as it matters to whoever shows a piece of it: what may stand beside a value in
/// its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Notation {
    /// One name and its value in a line: LDIF.
    #[default]
    Lines,
    /// Indented lines: YAML.
    Indented,
    /// Brackets: JSON.
    Brackets,
    /// Many values in a line, without their names: CSV.
    Table,
    /// Elements: XML.
    Markup,
}

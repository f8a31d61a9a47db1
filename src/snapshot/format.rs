//! Which format a file is in: its content decides, its name only where the content says nothing.

use crate::source::Notation;

/// The formats of snapshots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// LDIF (RFC 2849) and its dialects.
    Ldif,
    /// Tables with a separator: csvde, `Export-Csv`.
    Csv,
    /// JSON, one value or many.
    Json,
    /// YAML.
    Yaml,
    /// The XML of csexport (Entra Connect).
    Csexport,
}

impl Format {
    /// The formats by the names that people use.
    pub const NAMES: [(&str, Self); 5] = [
        ("ldif", Self::Ldif),
        ("csv", Self::Csv),
        ("json", Self::Json),
        ("yaml", Self::Yaml),
        ("csexport", Self::Csexport),
    ];

    /// The name that people use.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, format)| *format == self).map_or("", |(name, _)| name)
    }

    /// How its text is written.
    #[must_use]
    pub fn notation(self) -> Notation {
        match self {
            Self::Ldif => Notation::Lines,
            Self::Csv => Notation::Table,
            Self::Json => Notation::Brackets,
            Self::Yaml => Notation::Indented,
            Self::Csexport => Notation::Markup,
        }
    }

    /// The format that an extension promises, in lower case.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        match extension {
            "ldif" | "ldf" => Some(Self::Ldif),
            "csv" | "tsv" => Some(Self::Csv),
            "json" | "jsonl" | "ndjson" => Some(Self::Json),
            "yaml" | "yml" => Some(Self::Yaml),
            "xml" => Some(Self::Csexport),
            _ => None,
        }
    }

    /// The format of a file that begins with `head` and whose name promises `named`. None if it is no snapshot.
    #[must_use]
    pub fn detect(head: &[u8], named: Option<Self>) -> Option<Self> {
        // old tables of a Macintosh end their lines with CR only
        let end = if head.contains(&b'\n') { b'\n' } else { b'\r' };
        let mut comment = false;
        let mut lines = head.split(|byte| *byte == end).map(|line| line.trim_ascii_end()).filter(|line| {
            // comments of LDIF may go on in the next line
            comment = line.starts_with(b"#") || comment && line.starts_with(b" ");
            !comment && !line.is_empty()
        });
        if head.trim_ascii_start().starts_with(b"#TYPE ") {
            return Some(Self::Csv);
        }
        if head.trim_ascii_start().starts_with(b"# extended LDIF") {
            return Some(Self::Ldif);
        }
        let Some(line) = lines.next() else {
            // comments only: all that can be said for it is its name
            return named;
        };
        let next = lines.next();
        let trimmed = line.trim_ascii_start();
        match trimmed.first() {
            Some(b'<') => {
                Some(Self::Csexport).filter(|_| trimmed.starts_with(b"<?xml") || has(head, b"<cs-object"))
            }
            // `{{` and `{%` begin templates
            Some(b'{') if !matches!(trimmed.get(1), Some(b'{' | b'%')) => Some(yaml_or(named, Self::Json)),
            Some(b'[') => Some(yaml_or(named, Self::Json)),
            // a mapping may begin with `dn`, and hardly anybody calls LDIF YAML
            _ if is_ldif(trimmed) && (named != Some(Self::Yaml) || is_coded(trimmed)) => Some(Self::Ldif),
            _ if trimmed.starts_with(b"sep=") => Some(Self::Csv),
            _ if named == Some(Self::Yaml) && (is_yaml(line, next)) => named,
            _ if is_table(line, next) => Some(Self::Csv),
            _ if named == Some(Self::Ldif) && line.contains(&b':') => named,
            _ if named == Some(Self::Csv) && is_column(line) => named,
            _ if is_yaml(line, next) => Some(Self::Yaml),
            _ if named.is_none() && line.contains(&b':') => Some(Self::Ldif),
            _ => None,
        }
    }
}

/// YAML may be written like JSON; its name says so.
fn yaml_or(named: Option<Format>, other: Format) -> Format {
    if named == Some(Format::Yaml) { Format::Yaml } else { other }
}

fn has(head: &[u8], wanted: &[u8]) -> bool {
    memchr::memmem::find(head, wanted).is_some()
}

fn is_ldif(line: &[u8]) -> bool {
    let begins = |name: &[u8]| {
        line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
            && line.get(name.len()) == Some(&b':')
    };
    begins(b"version") && line.trim_ascii_end().ends_with(b"1") || begins(b"dn")
}

/// `dn::` announces base64.
fn is_coded(line: &[u8]) -> bool {
    line.get(2..4) == Some(b"::")
}

/// Two lines with the same separator, the first one with names in all of its cells.
fn is_table(line: &[u8], next: Option<&[u8]>) -> bool {
    let is_name = |cell: &[u8]| {
        let cell = cell.trim_ascii();
        let inner = cell.strip_prefix(b"\"").and_then(|cell| cell.strip_suffix(b"\"")).unwrap_or(cell);
        inner.len() <= 100
            && inner.iter().all(|byte| {
                byte.is_ascii_alphanumeric()
                    || matches!(byte, b'-' | b'_' | b' ' | b'.' | b'@' | b'/' | b';' | b'=' | 128..)
            })
    };
    let header = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
    [b',', b';', b'\t', b'|'].iter().any(|separator| {
        header.contains(separator)
            && header.split(|byte| byte == separator).all(is_name)
            && next.is_none_or(|next| next.contains(separator))
    })
}

/// One word: a table of a single column.
fn is_column(line: &[u8]) -> bool {
    line.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'"' | b' '))
}

fn is_yaml(line: &[u8], next: Option<&[u8]>) -> bool {
    let is_key = |line: &[u8]| {
        let line = line.trim_ascii_start();
        let line = line.strip_prefix(b"- ").unwrap_or(line);
        memchr::memchr(b':', line).is_some_and(|colon| {
            colon > 0 && matches!(line.get(colon + 1), None | Some(b' ' | b'\t' | b'\r'))
        })
    };
    line.starts_with(b"---")
        || line.starts_with(b"%YAML ")
        || line.starts_with(b"%TAG ")
        || is_key(line)
            && (line.trim_ascii_end().ends_with(b":")
                || next.is_none_or(|next| is_key(next) || next.trim_ascii_start().starts_with(b"- ")))
        || line.trim_ascii_start().starts_with(b"- ") && (is_key(line) || next.is_some_and(is_key))
}

//! Writes JSON: answers of Microsoft Graph, page after page, or an object in each line. Bytes are lists of numbers, as
//! `ConvertTo-Json` writes them.

use super::format::Writer;
use super::object::{Object, Value};
use std::io::{self, Write};

/// Microsoft Graph gives at most so many objects at a time.
const PAGE: u64 = 999;

const GRAPH: &str = "https://graph.microsoft.com/v1.0";

/// A writer of pages.
pub(crate) struct Graph<W> {
    out: W,
    objects: u64,
}

/// A writer of lines.
pub(crate) struct Lines<W> {
    out: W,
}

impl<W: Write> Graph<W> {
    /// Begins the file.
    pub(crate) fn begin(out: W) -> Self {
        Self { out, objects: 0 }
    }

    fn open_page(&mut self) -> io::Result<()> {
        write!(self.out, "{{\"@odata.context\":\"{GRAPH}/$metadata#directoryObjects\",\"value\":[")
    }
}

impl<W: Write> Writer for Graph<W> {
    fn object(&mut self, object: &Object) -> io::Result<()> {
        if self.objects == 0 {
            self.open_page()?;
        } else if self.objects.is_multiple_of(PAGE) {
            let next = self.objects;
            writeln!(self.out, "],\"@odata.nextLink\":\"{GRAPH}/directoryObjects?$skiptoken={next}\"}}")?;
            self.open_page()?;
        } else {
            self.out.write_all(b",")?;
        }
        self.objects += 1;
        json(&mut self.out, object)
    }

    fn finish(&mut self) -> io::Result<()> {
        if self.objects == 0 {
            self.open_page()?;
        }
        self.out.write_all(b"]}\n")?;
        self.out.flush()
    }
}

impl<W: Write> Lines<W> {
    /// Begins the file.
    pub(crate) fn begin(out: W) -> Self {
        Self { out }
    }
}

impl<W: Write> Writer for Lines<W> {
    fn object(&mut self, object: &Object) -> io::Result<()> {
        json(&mut self.out, object)?;
        self.out.write_all(b"\n")
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn json(out: &mut impl Write, object: &Object) -> io::Result<()> {
    out.write_all(b"{\"dn\":")?;
    text(out, &object.dn)?;
    for attribute in &object.attributes {
        write!(out, ",\"{}\":", attribute.name)?;
        if attribute.is_list() {
            out.write_all(b"[")?;
        }
        for (number, each) in attribute.values.iter().enumerate() {
            out.write_all(if number > 0 { b"," } else { b"" })?;
            value(out, each)?;
        }
        if attribute.is_list() {
            out.write_all(b"]")?;
        }
    }
    out.write_all(b"}")
}

fn value(out: &mut impl Write, value: &Value) -> io::Result<()> {
    match value {
        Value::Text(value) => text(out, value),
        Value::Number(number) => write!(out, "{number}"),
        Value::Bytes(value) => bytes(out, value),
    }
}

/// Writes bytes as a list of numbers, which is YAML too.
pub(crate) fn bytes(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    out.write_all(b"[")?;
    for (number, byte) in bytes.iter().enumerate() {
        write!(out, "{}{byte}", if number > 0 { "," } else { "" })?;
    }
    out.write_all(b"]")
}

/// Writes a text in quotes, which is YAML too.
pub(crate) fn text(out: &mut impl Write, text: &str) -> io::Result<()> {
    out.write_all(b"\"")?;
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c < ' ' || matches!(c, '"' | '\\')) {
        let (before, behind) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.write_all(before.as_bytes())?;
        let mut characters = behind.chars();
        match characters.next() {
            Some('\n') => out.write_all(b"\\n")?,
            Some(escaped @ ('"' | '\\')) => write!(out, "\\{escaped}")?,
            Some(control) => write!(out, "\\u{:04x}", u32::from(control))?,
            None => {}
        }
        rest = characters.as_str();
    }
    out.write_all(rest.as_bytes())?;
    out.write_all(b"\"")
}

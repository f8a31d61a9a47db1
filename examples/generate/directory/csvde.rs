//! Writes the table of `csvde`: the names of all attributes first, bytes in hexadecimal, values joined by `;`.

use super::format::Writer;
use super::object::{Attribute, Object, Value};
use data_encoding::HEXLOWER;
use std::io::{self, Write};

/// A writer of rows.
pub(crate) struct Csvde<W> {
    out: W,
    columns: Vec<&'static str>,
    cell: Vec<u8>,
}

impl<W: Write> Csvde<W> {
    /// Begins the file with the header.
    pub(crate) fn begin(mut out: W, columns: Vec<&'static str>) -> io::Result<Self> {
        write!(out, "DN")?;
        columns.iter().try_for_each(|column| write!(out, ",{column}"))?;
        write!(out, "\r\n")?;
        Ok(Self { out, columns, cell: Vec::new() })
    }

    /// The values of an attribute as one text. Of the object classes `csvde` names the last one only.
    fn join(&mut self, attribute: &Attribute) -> io::Result<()> {
        self.cell.clear();
        let only_last = attribute.name == "objectClass";
        let skipped = if only_last { attribute.values.len().saturating_sub(1) } else { 0 };
        for (number, value) in attribute.values.iter().skip(skipped).enumerate() {
            if number > 0 {
                self.cell.push(b';');
            }
            match value {
                Value::Text(text) if attribute.is_list() => {
                    self.cell.extend_from_slice(text.replace(';', "\\;").as_bytes());
                }
                Value::Text(text) => self.cell.extend_from_slice(text.as_bytes()),
                Value::Number(number) => write!(self.cell, "{number}")?,
                Value::Bytes(bytes) => write!(self.cell, "X'{}'", HEXLOWER.encode(bytes))?,
            }
        }
        Ok(())
    }

    /// Writes the cell, in quotes if it needs them.
    fn cell(&mut self) -> io::Result<()> {
        if !self.cell.iter().any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n')) {
            return self.out.write_all(&self.cell);
        }
        self.out.write_all(b"\"")?;
        for (number, part) in self.cell.split(|byte| *byte == b'"').enumerate() {
            self.out.write_all(if number > 0 { b"\"\"" } else { b"" })?;
            self.out.write_all(part)?;
        }
        self.out.write_all(b"\"")
    }
}

impl<W: Write> Writer for Csvde<W> {
    fn object(&mut self, object: &Object) -> io::Result<()> {
        self.cell.clear();
        self.cell.extend_from_slice(object.dn.as_bytes());
        self.cell()?;
        for number in 0..self.columns.len() {
            self.out.write_all(b",")?;
            let name = self.columns.get(number).copied().unwrap_or_default();
            if let Some(attribute) = object.attributes.iter().find(|attribute| attribute.name == name) {
                self.join(attribute)?;
                self.cell()?;
            }
        }
        self.out.write_all(b"\r\n")
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

//! Writes LDIF as the export tools do: folded lines, base64 where RFC 2849 asks for it.

use super::format::Writer;
use super::object::{Object, Value};
use clap::ValueEnum;
use data_encoding::BASE64;
use std::io::{self, Write};

/// The tool whose output is imitated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Style {
    /// OpenLDAP: comments, line feeds, lines of 78 columns, a result at the end.
    Ldapsearch,
    /// Windows: `changetype: add`, carriage returns, lines of 76 columns.
    Ldifde,
}

/// A writer of records.
pub(crate) struct Ldif<W> {
    out: W,
    style: Style,
    line: Vec<u8>,
    base64: String,
    records: u64,
}

impl<W: Write> Ldif<W> {
    /// Begins the file with the header of the tool.
    pub(crate) fn begin(out: W, style: Style) -> io::Result<Self> {
        let mut ldif = Self { out, style, line: Vec::new(), base64: String::new(), records: 0 };
        if style == Style::Ldapsearch {
            ldif.out.write_all(
                b"# extended LDIF\n#\n# LDAPv3\n# base <DC=contoso,DC=com> with scope subtree\n\
                  # filter: (objectClass=*)\n# requesting: ALL\n#\n\n",
            )?;
        }
        Ok(ldif)
    }

    /// Begins a record.
    fn head(&mut self, object: &Object) -> io::Result<()> {
        self.records += 1;
        match self.style {
            Style::Ldapsearch => {
                let Object { dn, name, parent, .. } = object;
                if name.is_ascii() {
                    self.line.clear();
                    let comma = if parent.is_empty() { "" } else { ", " };
                    write!(self.line, "# {name}, {parent}{comma}contoso.com")?;
                    self.fold()?;
                }
                self.text("dn", dn)
            }
            Style::Ldifde => {
                self.text("dn", &object.dn)?;
                self.text("changetype", "add")
            }
        }
    }

    /// One value: plain, or in base64 if RFC 2849 or a blank at its end asks for it.
    fn text(&mut self, name: &str, value: &str) -> io::Result<()> {
        if !is_safe(value) {
            return self.binary(name, value.as_bytes());
        }
        self.line.clear();
        self.line.extend_from_slice(name.as_bytes());
        self.line.extend_from_slice(b": ");
        self.line.extend_from_slice(value.as_bytes());
        self.fold()
    }

    /// One value in base64.
    fn binary(&mut self, name: &str, value: &[u8]) -> io::Result<()> {
        self.base64.clear();
        BASE64.encode_append(value, &mut self.base64);
        self.line.clear();
        self.line.extend_from_slice(name.as_bytes());
        self.line.extend_from_slice(b":: ");
        self.line.extend_from_slice(self.base64.as_bytes());
        self.fold()
    }

    /// One number.
    fn number(&mut self, name: &str, value: i64) -> io::Result<()> {
        self.line.clear();
        write!(self.line, "{name}: {value}")?;
        self.fold()
    }

    fn fold(&mut self) -> io::Result<()> {
        let (width, end) = (self.width(), self.line_end());
        let mut rest = self.line.as_slice();
        let mut room = width;
        while let Some((head, tail)) = rest.split_at_checked(room).filter(|(_, tail)| !tail.is_empty()) {
            self.out.write_all(head)?;
            self.out.write_all(end)?;
            self.out.write_all(b" ")?;
            rest = tail;
            room = width - 1;
        }
        self.out.write_all(rest)?;
        self.out.write_all(end)
    }

    fn width(&self) -> usize {
        match self.style {
            Style::Ldapsearch => 78,
            Style::Ldifde => 76,
        }
    }

    fn line_end(&self) -> &'static [u8] {
        match self.style {
            Style::Ldapsearch => b"\n",
            Style::Ldifde => b"\r\n",
        }
    }
}

impl<W: Write> Writer for Ldif<W> {
    fn object(&mut self, object: &Object) -> io::Result<()> {
        self.head(object)?;
        for attribute in &object.attributes {
            for value in &attribute.values {
                match value {
                    Value::Text(text) => self.text(attribute.name, text)?,
                    Value::Number(number) => self.number(attribute.name, *number)?,
                    Value::Bytes(bytes) => self.binary(attribute.name, bytes)?,
                }
            }
        }
        self.out.write_all(self.line_end())
    }

    /// Ends the file with the trailer of the tool.
    fn finish(&mut self) -> io::Result<()> {
        if self.style == Style::Ldapsearch {
            let (responses, entries) = (self.records + 1, self.records);
            write!(
                self.out,
                "# search result\nsearch: 2\nresult: 0 Success\n\n# numResponses: {responses}\n# numEntries: {entries}\n"
            )?;
        }
        self.out.flush()
    }
}

/// Whether the text may stand as it is (SAFE-STRING of RFC 2849, and no blank at its end).
fn is_safe(value: &str) -> bool {
    !value.starts_with([' ', ':', '<'])
        && !value.ends_with(' ')
        && value.bytes().all(|byte| byte.is_ascii() && !matches!(byte, 0 | b'\n' | b'\r'))
}

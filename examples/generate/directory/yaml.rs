//! Writes YAML, in the shape of presync. Bytes are lists of numbers.

use super::format::Writer;
use super::json;
use super::object::{Object, Value};
use std::io::{self, Write};

/// A writer of objects.
pub(crate) struct Yaml<W> {
    out: W,
}

impl<W: Write> Yaml<W> {
    /// Begins the file with the list of objects.
    pub(crate) fn begin(mut out: W) -> io::Result<Self> {
        out.write_all(b"objects:\n")?;
        Ok(Self { out })
    }

    fn value(&mut self, value: &Value) -> io::Result<()> {
        match value {
            Value::Text(text) if is_plain(text) => self.out.write_all(text.as_bytes())?,
            Value::Text(text) => json::text(&mut self.out, text)?,
            Value::Number(number) => write!(self.out, "{number}")?,
            Value::Bytes(bytes) => json::bytes(&mut self.out, bytes)?,
        }
        self.out.write_all(b"\n")
    }
}

impl<W: Write> Writer for Yaml<W> {
    fn object(&mut self, object: &Object) -> io::Result<()> {
        self.out.write_all(b"  - dn: ")?;
        self.value(&Value::Text(object.dn.clone()))?;
        for attribute in &object.attributes {
            write!(self.out, "    {}:", attribute.name)?;
            if attribute.is_list() {
                self.out.write_all(b"\n")?;
            }
            for value in &attribute.values {
                self.out.write_all(if attribute.is_list() { b"      - " } else { b" " })?;
                self.value(value)?;
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Whether a text may stand without quotes: it begins with a letter, is no word that means something else, and holds
/// nothing that ends it.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && text.chars().all(|c| c.is_alphanumeric() || " ,.=:@/-_+()'#&".contains(c))
        && !WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

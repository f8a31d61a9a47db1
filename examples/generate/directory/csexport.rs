//! Writes the XML of `csexport`, as if every object waited to be exported for the first time.

use super::format::Writer;
use super::object::{Attribute, Object, Value};
use data_encoding::BASE64;
use std::fmt::{self, Display};
use std::io::{self, Write};

/// A writer of elements.
pub(crate) struct Csexport<W> {
    out: W,
}

impl<W: Write> Csexport<W> {
    /// Begins the file.
    pub(crate) fn begin(mut out: W) -> io::Result<Self> {
        out.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<cs-objects>\n")?;
        Ok(Self { out })
    }

    fn classes(&mut self, object: &Object, attribute: &Attribute) -> io::Result<()> {
        write!(self.out, "<primary-objectclass>{}</primary-objectclass>\n<objectclass>", object.class())?;
        for value in &attribute.values {
            if let Value::Text(class) = value {
                write!(self.out, "<oc-value>{class}</oc-value>")?;
            }
        }
        self.out.write_all(b"</objectclass>\n")
    }

    fn references(&mut self, attribute: &Attribute) -> io::Result<()> {
        let (name, several) = (attribute.name, attribute.is_list());
        write!(self.out, "<dn-attr name=\"{name}\" multivalued=\"{several}\">")?;
        for value in &attribute.values {
            if let Value::Text(dn) = value {
                write!(self.out, "<dn-value><dn>{}</dn></dn-value>", Escaped(dn))?;
            }
        }
        self.out.write_all(b"</dn-attr>\n")
    }

    fn values(&mut self, attribute: &Attribute) -> io::Result<()> {
        let kind = match attribute.values.first() {
            Some(Value::Number(_)) => "integer",
            Some(Value::Bytes(_)) => "binary",
            _ => "string",
        };
        let (name, several) = (attribute.name, attribute.is_list());
        write!(self.out, "<attr name=\"{name}\" type=\"{kind}\" multivalued=\"{several}\">")?;
        for value in &attribute.values {
            match value {
                Value::Text(text) => write!(self.out, "<value>{}</value>", Escaped(text))?,
                Value::Number(number) => write!(self.out, "<value>{number}</value>")?,
                Value::Bytes(bytes) => {
                    write!(self.out, "<value encoding=\"base64\">{}</value>", BASE64.encode(bytes))?;
                }
            }
        }
        self.out.write_all(b"</attr>\n")
    }
}

impl<W: Write> Writer for Csexport<W> {
    fn object(&mut self, object: &Object) -> io::Result<()> {
        let (dn, class) = (Escaped(&object.dn), object.class());
        writeln!(self.out, "<cs-object cs-dn=\"{dn}\" object-type=\"{class}\">")?;
        writeln!(self.out, "<unapplied-export-hologram><entry dn=\"{dn}\">")?;
        for attribute in &object.attributes {
            match attribute.name {
                "objectClass" => self.classes(object, attribute)?,
                _ if attribute.is_reference() => self.references(attribute)?,
                _ => self.values(attribute)?,
            }
        }
        self.out.write_all(b"</entry></unapplied-export-hologram>\n<connector>1</connector>\n</cs-object>\n")
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.write_all(b"</cs-objects>\n")?;
        self.out.flush()
    }
}

/// Text in XML.
struct Escaped<'t>(&'t str);

impl Display for Escaped<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(['&', '<', '>', '"']) {
            let (before, behind) = rest.split_at_checked(at).unwrap_or((rest, ""));
            formatter.write_str(before)?;
            let mut characters = behind.chars();
            formatter.write_str(match characters.next() {
                Some('&') => "&amp;",
                Some('<') => "&lt;",
                Some('>') => "&gt;",
                _ => "&quot;",
            })?;
            rest = characters.as_str();
        }
        formatter.write_str(rest)
    }
}

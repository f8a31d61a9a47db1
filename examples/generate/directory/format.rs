//! The formats in which a directory can be written.

use super::csexport::Csexport;
use super::csvde::Csvde;
use super::json::{Graph, Lines};
use super::ldif::{Ldif, Style};
use super::object::Object;
use super::yaml::Yaml;
use clap::ValueEnum;
use std::io::{self, Write};

/// The format of the file. Attributes keep their names of LDAP in all of them, so that every format says the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// LDIF, as `ldapsearch` or `ldifde` writes it.
    Ldif,
    /// The table of `csvde`.
    Csvde,
    /// JSON in pages, as Microsoft Graph answers.
    Graph,
    /// JSON, an object in each line.
    Jsonl,
    /// YAML, the shape of presync.
    Yaml,
    /// The XML of `csexport`.
    Csexport,
}

/// Writes objects.
pub(crate) trait Writer {
    /// Writes an object behind the others.
    fn object(&mut self, object: &Object) -> io::Result<()>;

    /// Ends the file.
    fn finish(&mut self) -> io::Result<()>;
}

impl Format {
    /// Begins a file; `columns` are the attributes of all objects, if [`Self::needs_columns`].
    pub(crate) fn begin<'w>(
        self,
        out: impl Write + 'w,
        style: Style,
        columns: Vec<&'static str>,
    ) -> io::Result<Box<dyn Writer + 'w>> {
        Ok(match self {
            Self::Ldif => Box::new(Ldif::begin(out, style)?),
            Self::Csvde => Box::new(Csvde::begin(out, columns)?),
            Self::Graph => Box::new(Graph::begin(out)),
            Self::Jsonl => Box::new(Lines::begin(out)),
            Self::Yaml => Box::new(Yaml::begin(out)?),
            Self::Csexport => Box::new(Csexport::begin(out)?),
        })
    }

    /// Whether the names of all attributes stand first.
    pub(crate) fn needs_columns(self) -> bool {
        self == Self::Csvde
    }
}

//! Every fault of a YAML file: its code, and its words.

use crate::finding::Problem;
use crate::source::Location;

/// A fault of a YAML file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Syntax,
    SameKey,
    TooDeep,
    Bomb,
    Circle,
    NotAlone,
    TooLarge,
}

use Fault as F;

/// Fault, code, message, label, remedy. All are errors.
const TABLE: &[(Fault, &str, &str, &str, &str)] = &[
    (
        F::Syntax,
        "yaml-syntax",
        "this is no YAML",
        "here",
        "mend the file; what stands behind in this document is not judged",
    ),
    (
        F::SameKey,
        "yaml-same-key",
        "a mapping has a key twice",
        "again",
        "many programs see only the last one; remove one, or merge them",
    ),
    (
        F::TooDeep,
        "yaml-too-deep",
        "values are nested too deep",
        "too deep",
        "no directory looks like this; the rest of the document is not judged",
    ),
    (
        F::Bomb,
        "yaml-alias-bomb",
        "references to references grow beyond all measure",
        "more than 50,000 values, or more than 500,000 with all others",
        "write the values out, or remove what is not needed; what this refers to is not judged here",
    ),
    (
        F::Circle,
        "yaml-alias-circle",
        "a value refers to itself",
        "this reference is part of what it refers to",
        "remove it",
    ),
    (
        F::NotAlone,
        "yaml-object",
        "this object could not be read",
        "begins here",
        "its lines may be indented in an unusual way; write it as a block, one key a line",
    ),
    (F::TooLarge, "record-too-large", "the file is larger than 512 MB", "begins here", "split the file"),
];

impl Fault {
    /// The problem at a place.
    pub(super) fn at(self, location: Location) -> Problem {
        let row = TABLE.iter().find(|row| row.0 == self);
        let Some((_, code, message, label, help)) = row else {
            return Problem::error("yaml", "this is no YAML").at(location);
        };
        Problem::error(code, *message).at(location).label(*label).help(*help)
    }
}

//! Every fault of a file of csexport: its code and its words. The one table. All of them are errors: csexport writes none of
//! them, so whoever finds one has a file that was cut short or edited.

use crate::finding::Problem;

/// A fault of a file of csexport.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs)]
pub enum FaultKind {
    NotCsexport,
    Doctype,
    CutShort,
    NotClosed,
    TooLarge,
    TooDeep,
    MismatchedEnd,
    BadTag,
    BadReference,
    NotUtf8,
    ElementInValue,
    BadBase64,
    NoDn,
    NoName,
}

use FaultKind as F;

type Row = (FaultKind, &'static str, &'static str, &'static str, &'static str);

const AGAIN: &str = "export again with csexport; it writes XML that any reader of XML takes";

/// Kind, code, message, label, remedy.
const TABLE: &[Row] = &[
    (
        F::NotCsexport,
        "csexport-not-csexport",
        "this XML is no export of a connector space",
        "`<cs-objects>` is expected here",
        "on the server of Entra Connect: `csexport \"NAME - AAD\" %temp%\\export.xml /f:x`, with the name of the connector",
    ),
    (
        F::Doctype,
        "csexport-doctype",
        "a document type is not read",
        "csexport writes none",
        "remove it, with all entities that it declares",
    ),
    (
        F::CutShort,
        "csexport-cut-short",
        "the file ends too early, so objects are missing",
        "the file ends before this does",
        "the file was cut short: export again",
    ),
    (
        F::NotClosed,
        "csexport-not-closed",
        "an object does not end, so it is not judged",
        "`</cs-object>` is missing in front of the next one",
        AGAIN,
    ),
    (
        F::TooLarge,
        "csexport-too-large",
        "an object is larger than 512 MB, so it is not judged",
        "it begins here",
        "no directory holds such an object: look whether an end tag is missing",
    ),
    (
        F::TooDeep,
        "csexport-too-deep",
        "elements are nested more than 1,000 deep, so the rest of the object is not read",
        "one too many",
        AGAIN,
    ),
    (
        F::MismatchedEnd,
        "csexport-mismatched-end",
        "this tag ends another element than the one that is open",
        "nothing of this name ends here",
        AGAIN,
    ),
    (
        F::BadTag,
        "csexport-bad-tag",
        "this is no tag of XML",
        "it cannot be read",
        "a quote, an equals sign or a `>` is missing, or a `<` is not written `&lt;`",
    ),
    (
        F::BadReference,
        "csexport-bad-reference",
        "this stands for no character",
        "unknown",
        "`&` itself is written `&amp;`; XML knows `&lt;`, `&gt;`, `&quot;`, `&apos;`, and numbers like `&#233;`",
    ),
    (
        F::NotUtf8,
        "csexport-not-utf8",
        "this is not UTF-8, so the rest of the object is not read",
        "not UTF-8",
        "export again, and do not edit the file in an editor that changes its encoding",
    ),
    (
        F::ElementInValue,
        "csexport-element-in-value",
        "an element stands within a value",
        "text is expected here",
        "a `<` in a value is written `&lt;`",
    ),
    (
        F::BadBase64,
        "csexport-bad-base64",
        "this is not base64",
        "it cannot be decoded",
        "the value was cut short or edited: export again",
    ),
    (F::NoDn, "csexport-no-dn", "an object has no name", "`cs-dn` is missing", AGAIN),
    (
        F::NoName,
        "csexport-no-attribute-name",
        "an attribute has no name, so its values are not read",
        "`name` is missing",
        AGAIN,
    ),
];

impl FaultKind {
    /// All faults with their codes.
    pub fn all() -> impl Iterator<Item = (Self, &'static str)> {
        TABLE.iter().map(|row| (row.0, row.1))
    }

    /// What is said of it, without a place.
    #[must_use]
    pub fn problem(self) -> Problem {
        let Some((_, code, message, label, help)) = TABLE.iter().find(|row| row.0 == self) else {
            return Problem::error("csexport", "this is no file of csexport");
        };
        Problem::error(code, *message).label(*label).help(*help)
    }
}

//! Text that may stand in XML 1.0.

use std::borrow::Cow;

use crate::finding::printable;

/// A text as the value of an attribute or as the content of an element. What cannot be seen is written out, and with it
/// every character that no XML document may hold.
pub(super) fn text(text: &str) -> String {
    let shown = printable(text);
    let legal: Cow<'_, str> = if shown.contains(['\u{FFFE}', '\u{FFFF}']) {
        Cow::Owned(shown.replace(['\u{FFFE}', '\u{FFFF}'], "\u{FFFD}"))
    } else {
        shown
    };
    quick_xml::escape::escape(legal).into_owned()
}

//! Text that is no UTF-8: taken for the Western code page of Windows, and said so.

use crate::finding::Problem;
use crate::source::{FileId, Location, Store};

/// Makes a file UTF-8 where it is not, and says so.
pub(super) fn settle(store: &mut Store, file: FileId) -> Option<Problem> {
    let name = store.name(file).to_owned();
    match store.make_utf8(file) {
        Ok(None) => None,
        Err(error) => Some(Problem::error("source-unreadable", format!("cannot read `{name}`: {error}"))),
        Ok(Some(found)) => {
            let place = Location::new(file, found.first, found.length);
            let problem = if found.mixed {
                let message = format!("`{name}` mixes encodings: some of its text is UTF-8, some is not");
                Problem::error("source-mixed-encodings", message)
                    .help("export it again in one go, as UTF-8; the other bytes were read as Windows-1252")
            } else {
                let message = format!("`{name}` is not UTF-8: it was read as Windows-1252");
                Problem::warning("source-code-page", message)
                    .help("if letters look wrong, export again with `-Encoding UTF8`, or `-u` of csvde")
            };
            Some(problem.at(place).label("the first character that is no UTF-8"))
        }
    }
}

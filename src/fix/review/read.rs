//! Reading the table that was reviewed.

use data_encoding::BASE64;

use super::cells::{Broken, Cell, rows};
use super::{Action, BASE64_MARK, COLUMNS, FORMULA, Row, Wish};
use crate::finding::Problem;
use crate::language::did_you_mean;
use crate::source::{FileId, Location, Store};

/// The largest table that is read.
const LARGEST: u64 = 512 << 20;
/// How many problems are told.
const PROBLEMS: usize = 1000;
/// The columns without which nothing can be done.
const NEEDED: [usize; 5] = [0, 3, 5, 6, 8];

/// What a table says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reviewed {
    /// The changes that are wished for, in the order of the rows.
    pub wishes: Vec<Wish>,
    /// What is to stay as it is: the object, the attribute and the value of each row that says so.
    pub left: Vec<(String, String, Vec<u8>)>,
    /// How many rows there are.
    pub rows: usize,
    /// What is wrong; nothing may be done then.
    pub problems: Vec<Problem>,
}

impl Reviewed {
    /// What was decided, as rows of a table again.
    #[must_use]
    pub fn decided(&self) -> Vec<Row> {
        let wished = self.wishes.iter().map(|wish| Row {
            name: wish.name.clone(),
            attribute: wish.attribute.clone(),
            value: wish.old.clone(),
            update: wish.new.clone(),
            action: Some(if wish.new.is_some() { Action::Edit } else { Action::Remove }),
            ..Row::default()
        });
        let left = self.left.iter().map(|(name, attribute, value)| Row {
            name: name.clone(),
            attribute: attribute.clone(),
            value: Some(value.clone()),
            action: Some(Action::Complete),
            ..Row::default()
        });
        wished.chain(left).collect()
    }
}

/// Reads a table.
#[must_use]
pub fn read(store: &Store, file: FileId) -> Reviewed {
    let mut reviewed = Reviewed::default();
    let (start, length) = (store.start(file), store.length(file));
    if length > LARGEST {
        let message = format!("`{}` is larger than 512 MB", store.name(file));
        reviewed.problems.push(Problem::error("review-too-large", message));
        return reviewed;
    }
    let bytes = store.bytes(Location::new(file, start, length.saturating_sub(start)));
    let text = match bytes.map(String::from_utf8) {
        Ok(Ok(text)) => text,
        Ok(Err(error)) => {
            let at = start + error.utf8_error().valid_up_to() as u64;
            let problem = Problem::error("review-encoding", "the table is not UTF-8");
            let help = "save it as `CSV UTF-8`";
            reviewed.problems.push(problem.at(Location::new(file, at, 1)).label("no UTF-8").help(help));
            return reviewed;
        }
        Err(error) => {
            let message = format!("cannot read `{}`: {error}", store.name(file));
            reviewed.problems.push(Problem::error("source-unreadable", message));
            return reviewed;
        }
    };
    let reader = Reader { file, start };
    match rows(&text, delimiter(&text)) {
        Ok(rows) => reader.rows(&rows, &mut reviewed),
        Err(broken) => reviewed.problems.push(reader.broken(broken)),
    }
    reviewed
}

/// What parts the cells: spreadsheets of some countries write semicolons.
fn delimiter(text: &str) -> char {
    let header = text.lines().next().unwrap_or_default();
    let count = |c: &char| header.matches(*c).count();
    [';', '\t', ','].into_iter().max_by_key(count).unwrap_or(',')
}

struct Reader {
    file: FileId,
    start: u64,
}

impl Reader {
    fn place(&self, range: &std::ops::Range<usize>) -> Location {
        Location::new(self.file, self.start + range.start as u64, range.len() as u64)
    }

    fn broken(&self, broken: Broken) -> Problem {
        let (message, at, label) = match broken {
            Broken::Open(at) => ("a quote opens a cell, and none closes it", at, "opens the cell"),
            Broken::Behind(at) => ("text stands behind the closing quote of a cell", at, "behind the quote"),
            Broken::Inside(at) => ("a quote stands in a cell that does not begin with one", at, "a quote"),
        };
        let help = "a quote within a quoted cell is written twice (`\"\"`); nothing of the table was taken";
        Problem::error("review-quotes", message).at(self.place(&(at..at + 1))).label(label).help(help)
    }

    fn rows(&self, rows: &[Vec<Cell<'_>>], reviewed: &mut Reviewed) {
        let Some((header, rows)) = rows.split_first() else {
            reviewed.problems.push(Problem::error("review-header", "the table is empty"));
            return;
        };
        let Some(columns) = self.columns(header, &mut reviewed.problems) else { return };
        reviewed.rows = rows.len();
        for row in rows {
            if let Some(extra) = row.get(header.len()) {
                let problem = Problem::error("review-cells", "the row has more cells than the header");
                let help = "quote a value that holds the separator; nothing of the table was taken";
                reviewed.problems.push(problem.at(self.place(&extra.place)).label("one too many").help(help));
            } else {
                self.row(row, &columns, reviewed);
            }
            if reviewed.problems.len() >= PROBLEMS {
                return;
            }
        }
    }

    /// Where each of the columns stands.
    fn columns(&self, header: &[Cell<'_>], problems: &mut Vec<Problem>) -> Option<[Option<usize>; 9]> {
        let mut columns = [None; 9];
        let before = problems.len();
        for (number, cell) in header.iter().enumerate() {
            let name = cell.text.trim();
            let known = COLUMNS.iter().position(|column| column.eq_ignore_ascii_case(name));
            let message = match known.and_then(|known| columns.get_mut(known)) {
                Some(column @ None) => {
                    *column = Some(number);
                    continue;
                }
                Some(Some(_)) => format!("the column `{name}` stands there twice"),
                None => format!("the column `{name}` is none of the table"),
            };
            let help = did_you_mean(name, COLUMNS)
                .unwrap_or_else(|| format!("take it out; the columns are `{}`", COLUMNS.join("`, `")));
            let problem = Problem::error("review-header", message).at(self.place(&cell.place));
            problems.push(problem.label("this column").help(help));
        }
        let missing = NEEDED.iter().filter(|needed| columns.get(**needed).is_none_or(Option::is_none));
        let missing: Vec<&str> = missing.filter_map(|needed| COLUMNS.get(*needed).copied()).collect();
        if !missing.is_empty() {
            let message = format!("the table has no column `{}`", missing.join("`, `"));
            let place = header.first().map_or(0..0, |cell| cell.place.clone());
            let help = "`presync fix --csv FILE` writes a table with all columns";
            problems.push(Problem::error("review-header", message).at(self.place(&place)).help(help));
        }
        (problems.len() == before).then_some(columns)
    }

    /// Takes note of what a row asks for; that is nothing without an action.
    fn row(&self, row: &[Cell<'_>], columns: &[Option<usize>; 9], reviewed: &mut Reviewed) {
        let cell = |column: usize| columns.get(column).copied().flatten().and_then(|column| row.get(column));
        let text = |column: usize| cell(column).map_or("", |cell| &*cell.text);
        let end = row.last().map_or(0..0, |cell| cell.place.end..cell.place.end);
        let place = |column: usize| self.place(cell(column).map_or(&end, |cell| &cell.place));
        let problems = &mut reviewed.problems;
        let mut fault = |column: usize, message: String, help: &str| {
            problems.push(Problem::error("review-row", message).at(place(column)).help(help));
        };
        let action = text(8).trim().to_ascii_uppercase();
        let (old, new) = match (value(text(5)), value(text(6))) {
            (Some(old), Some(new)) => (old, new),
            (old, _) => {
                let column = if old.is_none() { 5 } else { 6 };
                let message = "what follows `base64:` is no base64".to_owned();
                return fault(
                    column,
                    message,
                    "a value that is no text is written in base64; make the table anew",
                );
            }
        };
        let (old, new) = match action.as_str() {
            "" | "FAIL" => return,
            "COMPLETE" => {
                return reviewed.left.push((plain(text(0)), text(3).trim().to_owned(), old));
            }
            "EDIT" if new.is_empty() => {
                return fault(
                    6,
                    "EDIT needs a value in UPDATE".to_owned(),
                    "write REMOVE to take VALUE away",
                );
            }
            "EDIT" if old == new => {
                let help = "write another value into UPDATE, or COMPLETE into ACTION to leave it as it is";
                return fault(6, "UPDATE is the same as VALUE".to_owned(), help);
            }
            "EDIT" => ((!old.is_empty()).then_some(old), Some(new)),
            "REMOVE" if old.is_empty() => {
                return fault(5, "REMOVE needs the value that goes in VALUE".to_owned(), "fill VALUE");
            }
            "REMOVE" => (Some(old), None),
            "UNDO" => {
                let help = "the file of `--undo` takes changes back";
                return fault(8, "UNDO is no action of presync".to_owned(), help);
            }
            other => {
                let shown = crate::finding::printable(other).into_owned();
                let near = did_you_mean(other, ["EDIT", "REMOVE", "COMPLETE"]);
                let help = near.unwrap_or_else(|| "write EDIT, REMOVE, COMPLETE, or nothing".to_owned());
                return fault(8, format!("`{shown}` is no action"), &help);
            }
        };
        let (name, attribute) = (plain(text(0)), text(3).trim().to_owned());
        if name.is_empty() || attribute.is_empty() {
            let column = if name.is_empty() { 0 } else { 3 };
            return fault(column, "the row names no object, or no attribute".to_owned(), "fill the cell");
        }
        let places = [place(0), place(3), place(5)];
        reviewed.wishes.push(Wish { name, attribute, old, new, places });
    }
}

/// The value of a cell; none if it should be base64 and is none.
fn value(cell: &str) -> Option<Vec<u8>> {
    let text = plain(cell);
    match text.strip_prefix(BASE64_MARK) {
        Some(coded) => BASE64.decode(coded.trim().as_bytes()).ok(),
        None => Some(text.into_bytes()),
    }
}

/// A value without the apostrophe that guards it against spreadsheets.
fn plain(cell: &str) -> String {
    let rest = cell.strip_prefix('\'').filter(|rest| rest.trim_start_matches('\'').starts_with(FORMULA));
    rest.unwrap_or(cell).to_owned()
}

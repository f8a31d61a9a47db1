//! The table that `Get-MsolDirSyncProvisioningError` wrote (GH-1290): columns as wide as their longest value, each below its
//! header and a line of dashes. Its list needs no reader of its own, since every line of it is a label with a value.

use std::ops::Range;

use super::text::{ROW, Text};

/// The column that tells the table from others.
const TELLING: &str = "ProvisioningErrors";

/// The table as rows in which each value is labelled; none if the text is no such table.
pub(super) fn table(text: &Text) -> Option<Text> {
    let whole = text.as_str();
    let mut lines = lines(whole);
    let header =
        lines.by_ref().find(|line| whole.get(line.clone()).is_some_and(|line| line.contains(TELLING)))?;
    let columns = columns(whole.get(lines.next()?)?)?;
    let header = whole.get(header)?;
    let mut table = Text::default();
    for line in lines {
        let row = whole.get(line.clone()).unwrap_or_default();
        if row.trim().is_empty() {
            continue;
        }
        for (number, column) in columns.iter().enumerate() {
            let behind = columns.get(number + 1).copied();
            let (Some(name), Some(cell)) = (cut(header, *column, behind), cut(row, *column, behind)) else {
                continue;
            };
            let place = text.place(&(line.start + cell.start..line.start + cell.end));
            for character in header.get(name)?.chars().chain(" : ".chars()) {
                table.push(character, place.start..place.start);
            }
            for (at, character) in row.get(cell.clone())?.char_indices() {
                let at = line.start + cell.start + at;
                table.push(character, text.place(&(at..at + character.len_utf8())));
            }
            table.push('\n', place.end..place.end);
        }
        let end = text.place(&line).end;
        table.push(ROW, end..end);
    }
    table.as_str().contains(ROW).then_some(table)
}

/// The lines of a text without their ends.
fn lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let range = at..at + line.trim_end().len();
        at += line.len();
        range
    })
}

/// At which characters the columns begin, by the line of dashes below the header.
fn columns(dashes: &str) -> Option<Vec<usize>> {
    let is_rule = dashes.contains("--") && dashes.chars().all(|character| matches!(character, '-' | ' '));
    let is_start = |(at, character): &(usize, char)| {
        *character == '-' && (*at == 0 || dashes.as_bytes().get(at - 1) == Some(&b' '))
    };
    is_rule.then(|| dashes.char_indices().filter(is_start).map(|(at, _)| at).collect())
}

/// The bytes of a line between two characters, without white space at their ends.
fn cut(line: &str, from: usize, to: Option<usize>) -> Option<Range<usize>> {
    let byte = |character: usize| line.char_indices().nth(character).map_or(line.len(), |(at, _)| at);
    let range = byte(from)..to.map_or(line.len(), byte);
    let cell = super::text::trimmed(line, range);
    (!cell.is_empty()).then_some(cell)
}

//! Tables of events and errors: CSV of the event log, of `Get-WinEvent`, and of Connect Health; and the same as JSON. Rows end
//! with [`ROW`], cells with [`CELL`].

use super::text::{CELL, ROW, Text};

/// The rows of a CSV file; none if the text is none. A cell in quotes may hold lines.
pub(super) fn csv(text: &Text) -> Option<Text> {
    let whole = text.as_str().trim_start_matches(['\u{FEFF}', '\r', '\n']);
    let whole = if whole.starts_with("#TYPE ") { whole.split_once('\n')?.1 } else { whole };
    let head = whole.lines().next()?;
    let separator = [',', ';', '\t'].into_iter().max_by_key(|separator| head.matches(*separator).count())?;
    let names: Vec<&str> = head.split(separator).map(|name| name.trim().trim_matches('"')).collect();
    // a heading has short names and no values; three columns are no accident
    let is_name = |name: &&&str| {
        name.len() <= 60
            && !name.contains(['@', '[', '{', ':', '.', '|', '<', '>'])
            && name.split(' ').count() <= 6
    };
    if names.len() < 3 || !names.iter().all(|name| is_name(&name)) || whole.lines().nth(1).is_none() {
        return None;
    }
    let start = text.as_str().len() - whole.len() + head.len();
    let mut table = Text::default();
    let (mut quoted, mut after_quote) = (false, false);
    for (at, character, place) in text.characters() {
        if at < start {
            continue;
        }
        let was_quote = std::mem::replace(&mut after_quote, false);
        match character {
            '"' if quoted => (quoted, after_quote) = (false, true),
            // two quotes in a cell are one
            '"' if was_quote => {
                quoted = true;
                table.push('"', place);
            }
            '"' => quoted = true,
            '\n' if !quoted => {
                table.push(CELL, place.clone());
                table.push(ROW, place);
            }
            _ if character == separator && !quoted => table.push(CELL, place),
            _ => table.push(character, place),
        }
    }
    Some(table)
}

/// The texts of a JSON document; none if the text is none.
pub(super) fn json(text: &Text) -> Option<Text> {
    let whole = text.as_str();
    let trimmed = whole.trim_start_matches('\u{FEFF}').trim_start();
    // the bracket of a report is no list
    let is_list = trimmed.strip_prefix('[').is_some_and(|rest| rest.trim_start().starts_with(['{', '"']));
    if !is_list && !trimmed.strip_prefix('{').is_some_and(|rest| rest.trim_start().starts_with('"')) {
        return None;
    }
    let mut table = Text::default();
    let (mut inside, mut skip) = (false, 0);
    for (at, character, place) in text.characters() {
        if at < skip {
            continue;
        }
        match character {
            '\\' if inside => {
                let rest = whole.get(at + 1..).unwrap_or_default();
                let (decoded, length) = escape(rest);
                skip = at + 1 + length;
                if let Some(decoded) = decoded {
                    table.push(decoded, text.place(&(at..skip.min(whole.len()))));
                }
            }
            '"' => {
                inside = !inside;
                if !inside {
                    table.push(CELL, place);
                }
            }
            '}' if !inside => table.push(ROW, place),
            _ if inside => table.push(character, place),
            _ => {}
        }
    }
    Some(table)
}

/// The character of an escape, of which the backslash is read, and the length of the rest.
fn escape(text: &str) -> (Option<char>, usize) {
    let Some(first) = text.chars().next() else { return (None, 0) };
    let decoded = match first {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => {
            let number = text.get(1..5).and_then(|digits| u32::from_str_radix(digits, 16).ok());
            let Some(number) = number else { return (None, 1) };
            let character = char::from_u32(number).filter(|c| !matches!(*c, CELL | ROW));
            return (Some(character.unwrap_or(char::REPLACEMENT_CHARACTER)), 5);
        }
        other => other,
    };
    (Some(decoded), first.len_utf8())
}

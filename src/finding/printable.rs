//! Text that may be shown to people: whatever a terminal would obey, or an eye would miss, is written out.

use std::borrow::Cow;

/// Whether a character cannot be seen, or does something to a terminal: control and format characters, separators of
/// lines, and spaces that look like the usual one and are none.
#[must_use]
pub fn is_invisible(character: char) -> bool {
    match character {
        ' '..='~' => false,
        '\0'..='\u{1F}'
        | '\u{7F}'..='\u{A0}'
        | '\u{AD}'
        | '\u{34F}'
        | '\u{61C}'
        | '\u{115F}'
        | '\u{1160}' => true,
        '\u{1680}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}' => true,
        '\u{2000}'..='\u{200F}' | '\u{2028}'..='\u{202F}' | '\u{205F}'..='\u{206F}' => true,
        '\u{3000}'
        | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}'
        | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFB}' => true,
        '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}' => true,
        _ => false,
    }
}

/// A character as people are told of it: `U+200B`.
#[must_use]
pub fn code_point(character: char) -> String {
    format!("U+{:04X}", u32::from(character))
}

/// Whether a text begins with what Azure Pipelines takes for a command, anywhere in the log of a build: `##vso[`, `##[`.
#[must_use]
pub fn is_pipeline_command(text: &[u8]) -> bool {
    let begins = |command: &[u8]| text.get(..command.len()).is_some_and(|t| t.eq_ignore_ascii_case(command));
    begins(b"##[") || begins(b"##vso[")
}

/// Whether a text begins with a command of GitHub Actions (`::error`), which stands at the beginning of a line.
fn is_workflow_command(text: &str) -> bool {
    text.strip_prefix("::").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// The text with every invisible character written as `<U+200B>`, and with the first character of what a build server would
/// take for a command. Texts are wrapped at spaces, so that any word may come to stand at the beginning of a line.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    // most texts are of letters, and are looked at many bytes at once
    let is_letter = |byte: u8| matches!(byte, b' '..=b'~') & (byte != b':') & (byte != b'#');
    if text.bytes().fold(true, |all, byte| all & is_letter(byte)) {
        return Cow::Borrowed(text);
    }
    if !text.chars().any(is_invisible) && !text.contains("::") && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    let mut is_first = true;
    for (at, character) in text.char_indices() {
        let rest = text.get(at..).unwrap_or_default();
        let is_command = match character {
            '#' => is_pipeline_command(rest.as_bytes()),
            ':' => is_first && is_workflow_command(rest),
            _ => false,
        };
        if is_command || is_invisible(character) {
            shown.push('<');
            shown.push_str(&code_point(character));
            shown.push('>');
        } else {
            shown.push(character);
        }
        is_first = character.is_whitespace();
    }
    Cow::Owned(shown)
}

/// Whether JSON is of visible ASCII without commands for a build server, as nearly all is: nothing in it has to be written out.
#[must_use]
pub fn is_plain_json(json: &[u8]) -> bool {
    json.iter().fold(true, |all, byte| all & (*byte < 0x7F))
        && !memchr::memchr_iter(b'#', json).any(|at| json.get(at + 1) == Some(&b'#'))
}

/// JSON text in which every character that a terminal or a build server would obey, or an eye would miss, is written as
/// `\\u202E`. Such characters stand only in its strings.
#[must_use]
pub fn printable_json(text: &str) -> Cow<'_, str> {
    let is_hidden =
        |character: char| character == '\u{7F}' || (!character.is_ascii() && is_invisible(character));
    if is_plain_json(text.as_bytes()) || !text.contains("##") && !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for (at, character) in text.char_indices() {
        let is_command = || is_pipeline_command(text.as_bytes().get(at..).unwrap_or_default());
        if is_hidden(character) || (character == '#' && is_command()) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                shown.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::{printable, printable_json};

    #[test]
    fn json_stays_json() {
        let text = serde_json::json!("a\u{202e}b\u{9b}\u{7f}\u{e0001}é\n").to_string();
        let shown = printable_json(&text);
        assert_eq!(shown, "\"a\\u202eb\\u009b\\u007f\\udb40\\udc01é\\n\"");
        let read = |text: &str| serde_json::from_str::<String>(text).unwrap();
        assert_eq!(read(&shown), read(&text));
    }

    #[test]
    fn nothing_reaches_a_build_server_that_it_would_obey() {
        assert_eq!(printable("::error::x"), "<U+003A>:error::x");
        assert_eq!(printable("a ::add-mask::b"), "a <U+003A>:add-mask::b");
        assert_eq!(printable("std::fmt, ::1, a#b, ##"), "std::fmt, ::1, a#b, ##");
        assert_eq!(printable("x##vso[task]y##[error]"), "x<U+0023>#vso[task]y<U+0023>#[error]");
        assert_eq!(printable_json("\"a##VSO[task]\""), "\"a\\u0023#VSO[task]\"");
    }

    #[test]
    fn nothing_reaches_a_terminal_that_it_would_obey() {
        assert_eq!(
            printable("a\u{1b}[2Jb\u{200b}\r\u{202e}ž\u{9b}"),
            "a<U+001B>[2Jb<U+200B><U+000D><U+202E>ž<U+009B>"
        );
        assert_eq!(printable("Jörg, O'Neil"), "Jörg, O'Neil");
    }
}

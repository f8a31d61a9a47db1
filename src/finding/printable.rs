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

/// The text with every invisible character written as `<U+200B>`.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_invisible) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_invisible(character) {
            shown.push('<');
            shown.push_str(&code_point(character));
            shown.push('>');
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// JSON text in which every character that a terminal would obey, or an eye would miss, is written as `\\u202E`. Such
/// characters stand only in its strings.
#[must_use]
pub fn printable_json(text: String) -> String {
    if !text.chars().any(|character| !character.is_ascii() && is_invisible(character))
        && !text.contains('\u{7F}')
    {
        return text;
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if character == '\u{7F}' || (!character.is_ascii() && is_invisible(character)) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                shown.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            shown.push(character);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::{printable, printable_json};

    #[test]
    fn json_stays_json() {
        let text = serde_json::json!("a\u{202e}b\u{9b}\u{7f}\u{e0001}é\n").to_string();
        let shown = printable_json(text.clone());
        assert_eq!(shown, "\"a\\u202eb\\u009b\\u007f\\udb40\\udc01é\\n\"");
        let read = |text: &str| serde_json::from_str::<String>(text).unwrap();
        assert_eq!(read(&shown), read(&text));
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

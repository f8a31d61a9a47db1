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

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn nothing_reaches_a_terminal_that_it_would_obey() {
        assert_eq!(
            printable("a\u{1b}[2Jb\u{200b}\r\u{202e}ž\u{9b}"),
            "a<U+001B>[2Jb<U+200B><U+000D><U+202E>ž<U+009B>"
        );
        assert_eq!(printable("Jörg, O'Neil"), "Jörg, O'Neil");
    }
}

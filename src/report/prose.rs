//! Paragraphs set in a given width.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::finding::printable;

/// The lines of a text in Markdown, each with at most `width` columns where its words allow it: paragraphs are filled anew,
/// items of lists keep their hanging indent, and what is indented stays as it is.
pub(super) fn set(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut paragraph: Vec<&str> = Vec::new();
    let mut fenced = false;
    for line in text.trim_end().lines() {
        let fence = line.trim_start().starts_with("```");
        let verbatim = fenced || fence || line.starts_with("    ") || line.trim_start().starts_with('|');
        fenced ^= fence;
        if verbatim || line.trim().is_empty() || is_item(line) {
            fill(&mut paragraph, width, &mut lines);
        }
        match line.trim().is_empty() {
            _ if verbatim => lines.push(printable(line).into_owned()),
            true => lines.push(String::new()),
            false => paragraph.push(line),
        }
    }
    fill(&mut paragraph, width, &mut lines);
    lines
}

fn is_item(line: &str) -> bool {
    let line = line.trim_start();
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.starts_with("- ")
        || line.starts_with("* ")
        || (digits.len() < line.len() && digits.starts_with(". "))
}

fn fill(paragraph: &mut Vec<&str>, width: usize, lines: &mut Vec<String>) {
    let Some(first) = paragraph.first() else { return };
    let hanging = if is_item(first) { "  " } else { "" };
    let mut line = String::new();
    for word in paragraph.iter().flat_map(|line| line.split_whitespace()) {
        let word = printable(word);
        if !line.trim().is_empty() && line.width() + 1 + word.width() > width {
            lines.push(std::mem::replace(&mut line, hanging.to_owned()));
        } else if !line.trim().is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    lines.push(line);
    paragraph.clear();
}

/// A text of which no line has more than `width` columns; in the first line so many are `taken` by something else. Lines are
/// parted at spaces alone, so that names and addresses stay whole unless one is longer than a line.
pub(super) fn wrapped(text: &str, width: usize, taken: usize) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for (number, line) in text.lines().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let taken = if number == 0 { taken } else { 0 };
        // no character takes more columns than bytes
        if taken + line.len() <= width {
            out.push_str(line);
        } else {
            wrap(line, width, taken, &mut out);
        }
    }
    out
}

fn wrap(line: &str, width: usize, taken: usize, out: &mut String) {
    let mut column = taken;
    let mut spaces = 0;
    for (number, word) in line.split(' ').enumerate() {
        spaces += usize::from(number > 0);
        if word.is_empty() {
            continue;
        }
        let columns = columns(word);
        if column == 0 || column + spaces + columns <= width {
            out.extend(std::iter::repeat_n(' ', spaces));
            column += spaces;
        } else {
            out.push('\n');
            column = 0;
        }
        spaces = 0;
        if columns <= width {
            out.push_str(word);
            column += columns;
            continue;
        }
        for character in word.chars() {
            let own = character.width().unwrap_or(0);
            if column + own > width {
                out.push('\n');
                column = 0;
            }
            out.push(character);
            column += own;
        }
    }
}

/// How many columns a word takes. The usual one is of ASCII, where each character takes one.
fn columns(word: &str) -> usize {
    if word.bytes().all(|byte| byte.is_ascii_graphic()) { word.len() } else { word.width() }
}

#[cfg(test)]
mod tests {
    use super::{set, wrapped};

    #[test]
    fn lines_are_parted_at_spaces() {
        assert_eq!(wrapped("one two-three four\nfive", 14, 6), "one\ntwo-three four\nfive");
        assert_eq!(wrapped("one", 3, 0), "one");
        assert_eq!(wrapped("one two", 3, 0), "one\ntwo");
        assert_eq!(wrapped("a  b averyverylongword c", 6, 0), "a  b\naveryv\nerylon\ngword\nc");
        assert_eq!(wrapped("\u{4e2d}\u{6587} \u{4e2d}", 5, 0), "\u{4e2d}\u{6587}\n\u{4e2d}");
        assert_eq!(wrapped("", 5, 9), "");
        assert_eq!(wrapped("abcdefgh i", 10, 6), "\nabcdefgh i");
        assert_eq!(wrapped("aaaa  bbbb", 5, 0), "aaaa\nbbbb");
        assert_eq!(wrapped("  aa b", 5, 0), "  aa\nb");
    }

    #[test]
    fn paragraphs_are_filled_and_the_rest_stays() {
        let text = "one two three\nfour five\n\n- six seven eight nine\n    a   b\nten\n";
        assert_eq!(
            set(text, 14),
            ["one two three", "four five", "", "- six seven", "  eight nine", "    a   b", "ten"]
        );
        assert_eq!(set("a\u{1b}b averyverylongword c", 5), ["a<U+001B>b", "averyverylongword", "c"]);
    }
}

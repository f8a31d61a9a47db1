//! Paragraphs set in a given width.

use unicode_width::UnicodeWidthStr;

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

#[cfg(test)]
mod tests {
    use super::set;

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

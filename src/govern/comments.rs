//! Comments in LDIF and YAML that speak to presync, and what they cover.

use granit_parser::{Event, Parser};
use memchr::memchr_iter;
use rayon::prelude::*;

use super::directive::{Directive, MARK, directive};
use crate::finding::Problem;
use crate::snapshot::Format;
use crate::snapshot::yaml::{form, written};
use crate::source::{FileId, Location, Span, Store};

/// How many bytes are looked through at a time: few enough to stay near the processor.
const BLOCK: usize = 1 << 17;

/// How many bytes a file has that is not read for its comments alone.
const LARGE: u64 = 1 << 20;

/// A suppression that stands in a file.
#[derive(Debug, Clone)]
pub(super) struct Comment {
    pub(super) directive: Directive,
    /// The text of the comment, as it is written.
    pub(super) text: String,
    /// Where the comment stands.
    pub(super) location: Location,
    /// Where each of its rules stands.
    pub(super) rules: Vec<Location>,
    /// What it covers.
    pub(super) covers: Span,
}

/// The comments of a file, and what is wrong with them.
pub(super) fn comments(store: &Store, file: FileId, format: Format) -> (Vec<Comment>, Vec<Problem>) {
    let found = match format {
        Format::Ldif | Format::Yaml if mentions(store, file) => match whole(store, file) {
            Some(text) if format == Format::Yaml => yaml(&text),
            Some(text) => ldif(&text),
            None => Vec::new(),
        },
        _ => Vec::new(),
    };
    let start = store.start(file);
    let place = |span: std::ops::Range<usize>| {
        Location::new(file, start + span.start as u64, (span.end - span.start) as u64)
    };
    let (mut comments, mut problems) = (Vec::new(), Vec::new());
    for Found { text, at, covers } in found {
        // the text of a folded comment stands in several lines: its whole is marked
        let part = |span: std::ops::Range<usize>| {
            if at.len() == text.len() {
                place(at.start + span.start..at.start + span.end)
            } else {
                place(at.clone())
            }
        };
        match directive(&text) {
            Ok(directive) => comments.push(Comment {
                rules: directive.rules.iter().map(|(_, span)| part(span.clone())).collect(),
                directive,
                text,
                location: place(at.clone()),
                covers: place(covers).span,
            }),
            Err(wrong) => problems.push(wrong.problem.at(part(wrong.span)).label("here")),
        }
    }
    (comments, problems)
}

/// How far behind `#` a mark is looked for, in bytes.
const NEAR: usize = 64;

/// Whether a file may hold such a comment.
fn mentions(store: &Store, file: FileId) -> bool {
    let (start, end) = (store.start(file), store.length(file));
    let has_mark = |block: &mut Vec<u8>, number: u64| {
        // a comment may lie over the edge of a block
        let length = BLOCK + 1 + NEAR;
        store.read(file, start + number * BLOCK as u64, length, block).is_ok() && may_hold_mark(block, BLOCK)
    };
    let blocks = end.saturating_sub(start).div_ceil(BLOCK as u64);
    (0..blocks).into_par_iter().map_init(Vec::new, has_mark).any(|found| found)
}

/// Has a large file looked through while it is read for something else; false if it shall be looked through at once.
pub(super) fn watched(store: &Store, file: FileId, format: Format) -> bool {
    let is_watched = format == Format::Ldif && store.length(file) >= LARGE;
    if is_watched {
        // parts of LDIF that are read hold whole lines, and so do comments of it
        store.watch().begin(file, |part| may_hold_mark(part, part.len()));
    }
    is_watched
}

/// Whether a comment that begins in the first bytes of a block may begin with a mark. There are few number signs in a directory.
fn may_hold_mark(block: &[u8], first: usize) -> bool {
    memchr_iter(b'#', block).take_while(|sign| *sign < first).any(|sign| {
        let rest = block.get(sign + 1..).unwrap_or_default();
        let near = rest.get(..NEAR).unwrap_or(rest);
        // as nearly all comments begin
        let text = near.trim_ascii_start();
        if text.len() >= MARK.len() && text.first().is_some_and(u8::is_ascii_graphic) {
            return text.starts_with(MARK.as_bytes());
        }
        let text = String::from_utf8_lossy(near);
        let text = text.trim_start();
        // behind many blanks only a part of the mark may be seen
        let seen = text.trim_end_matches(char::REPLACEMENT_CHARACTER);
        text.starts_with(MARK) || (near.len() == NEAR && MARK.starts_with(seen))
    })
}

fn whole(store: &Store, file: FileId) -> Option<String> {
    let mut bytes = Vec::new();
    let length = usize::try_from(store.length(file)).ok()?;
    store.read(file, store.start(file), length, &mut bytes).ok()?;
    String::from_utf8(bytes).ok()
}

/// A comment as it is found: the text from the mark on, where it stands, and what it covers.
struct Found {
    text: String,
    at: std::ops::Range<usize>,
    covers: std::ops::Range<usize>,
}

/// The lines of a text, each with its first byte and without its end.
fn lines(text: &str) -> Vec<(usize, &str)> {
    let mut at = 0;
    let line = |whole: &'_ str| {
        let start = at;
        at += whole.len();
        start
    };
    let starts: Vec<usize> = text.split_inclusive('\n').map(line).collect();
    starts.into_iter().zip(text.lines()).collect()
}

/// The mark of a comment: behind `#` and blanks.
fn marked(line: &str) -> Option<usize> {
    let rest = line.strip_prefix('#')?;
    let text = rest.trim_start();
    text.starts_with(MARK).then_some(line.len() - text.len())
}

/// Comments of LDIF begin a line, and may be folded (RFC 2849). One covers the value in the next line; before the name of an
/// object, the object.
fn ldif(text: &str) -> Vec<Found> {
    let lines = lines(text);
    let line = |number: usize| lines.get(number).map(|(_, line)| *line);
    let end_of = |number: usize| lines.get(number).map_or(text.len(), |(start, line)| start + line.len());
    let mut found = Vec::new();
    for (number, (start, first)) in lines.iter().enumerate() {
        let Some(mark) = marked(first) else { continue };
        let folds =
            (number + 1..).take_while(|next| line(*next).is_some_and(|line| line.starts_with(' '))).count();
        let mut comment = first.get(mark..).unwrap_or_default().to_owned();
        for next in number + 1..=number + folds {
            comment.push_str(line(next).and_then(|line| line.get(1..)).unwrap_or_default());
        }
        let mut next = number + folds + 1;
        let is_passed = |line: &str| line.starts_with('#') || line.starts_with(' ') || line.trim().is_empty();
        while line(next).is_some_and(is_passed) {
            next += 1;
        }
        let begin = lines.get(next).map_or(text.len(), |(start, _)| *start);
        let is_name =
            line(next).and_then(|line| line.get(..3)).is_some_and(|head| head.eq_ignore_ascii_case("dn:"));
        let mut last = next;
        let goes_on = |line: &str| if is_name { !line.is_empty() } else { line.starts_with(' ') };
        while line(last + 1).is_some_and(goes_on) {
            last += 1;
        }
        found.push(Found {
            text: comment,
            at: start + mark..end_of(number + folds),
            covers: begin..end_of(last).max(begin),
        });
    }
    found
}

/// A comment behind something covers its line; one that stands alone, what begins in the next line: with all lines below
/// that are indented more.
fn yaml(text: &str) -> Vec<Found> {
    let scalars = scalars(text);
    let lines = lines(text);
    let mut found = Vec::new();
    for (number, (start, line)) in lines.iter().enumerate().filter(|(_, (_, line))| line.contains(MARK)) {
        let is_comment = |at: &usize| {
            let at = *at;
            let behind = line.get(..at).is_some_and(|head| head.is_empty() || head.ends_with([' ', '\t']));
            behind && !scalars.iter().any(|scalar| scalar.contains(&(start + at)))
        };
        let Some(hash) = line.match_indices('#').map(|(at, _)| at).find(is_comment) else { continue };
        let Some(mark) = line.get(hash..).and_then(marked).map(|mark| hash + mark) else { continue };
        let alone = line.get(..hash).is_some_and(|head| head.trim().is_empty());
        let covers = if alone { block(&lines, number + 1, text.len()) } else { *start..start + line.len() };
        found.push(Found {
            text: line.get(mark..).unwrap_or_default().trim_end().to_owned(),
            at: start + mark..start + line.trim_end().len(),
            covers,
        });
    }
    found
}

/// What begins in a line, or in the first one behind it that is no comment.
fn block(lines: &[(usize, &str)], from: usize, end: usize) -> std::ops::Range<usize> {
    let is_empty = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
    let mut rest = lines.iter().skip(from).skip_while(|(_, line)| is_empty(line));
    let Some((start, first)) = rest.next() else { return end..end };
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let is_item = |line: &str| matches!(line.trim_start().strip_prefix('-'), Some(rest) if rest.is_empty() || rest.starts_with(' '));
    let depth = indent(first);
    // the items of a list may stand as far left as the key that they belong to
    let belongs = |line: &str| {
        is_empty(line) || indent(line) > depth || (indent(line) == depth && is_item(line) && !is_item(first))
    };
    let last = rest.take_while(|(_, line)| belongs(line)).filter(|(_, line)| !is_empty(line)).last();
    let end = last.map_or(start + first.len(), |(last, line)| last + line.len());
    *start..end
}

/// Where the scalars of a YAML file stand: a number sign in one of them begins no comment.
fn scalars(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut scalars = Vec::new();
    let mut parser = Parser::new_from_str(text);
    while let Some(Ok((event, span))) = parser.next_event() {
        if let Event::Scalar(_, style, _, _) = event {
            scalars.push(written(text, &span, form(style)));
        }
    }
    scalars
}

#[cfg(test)]
mod tests {
    #![allow(clippy::string_slice)]

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn files_with_comments_are_told_by_their_number_signs(
            text in "(#|[ \u{a0}]{0,3}|[ \u{3000}]{20,70}|presync:|presync: ignore a|dn: b|\n|\n\n|é){0,9}",
        ) {
            let is_spoken_to = !ldif(&text).is_empty() || !yaml(&text).is_empty();
            prop_assert!(!is_spoken_to || may_hold_mark(text.as_bytes(), BLOCK));
        }

        #[test]
        fn other_number_signs_are_none(text in "(#|# {0,9}[a-o]|é|presync|presync:|: a|\\.){0,20}") {
            let is_mark = text.contains("#presync:");
            prop_assert_eq!(may_hold_mark(text.as_bytes(), BLOCK), is_mark);
        }
    }

    fn covered<'t>(found: &[Found], text: &'t str) -> Vec<&'t str> {
        found.iter().map(|one| &text[one.covers.clone()]).collect()
    }

    #[test]
    fn what_comments_of_ldif_cover() {
        let text = "# presync: ignore[a] rea\n son: x\ndn: CN=A\nmail: a\n# other\n# presync: ignore[b] reason: y\n# more\nsn: long\n er\ncn: c\n\ndn: CN=B\nmail: # presync: ignore[c] reason: no\n";
        let found = ldif(text);
        assert_eq!(found[0].text, "presync: ignore[a] reason: x");
        assert_eq!(
            covered(&found, text),
            [
                "dn: CN=A\nmail: a\n# other\n# presync: ignore[b] reason: y\n# more\nsn: long\n er\ncn: c",
                "sn: long\n er"
            ]
        );
    }

    #[test]
    fn what_comments_of_yaml_cover() {
        let text = "groups:\n# presync: ignore[a] reason: x\n- name: A\n  members:\n  # presync: ignore[b] reason: y\n  - joe\n  - jim # presync: ignore[c] reason: z\n  # presync: ignore[d] reason: w\n  owners:\n  - o\n- name: \"B # presync: ignore[e] reason: no\"\n";
        let found = yaml(text);
        let whole = &text[text.find("- name: A").unwrap()..text.find("\n- name: \"B").unwrap()];
        assert_eq!(
            covered(&found, text),
            [whole, "  - joe", "  - jim # presync: ignore[c] reason: z", "  owners:\n  - o"]
        );
    }
}

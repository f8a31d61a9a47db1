//! What a tag says of its element.

use std::ops::Range;

/// The XML attributes of a tag that readers ask for, by place.
#[derive(Debug, Clone, Default)]
pub(super) struct Tag {
    /// `cs-dn`.
    pub(super) dn: Option<Range<usize>>,
    /// `object-type`.
    pub(super) object_type: Option<Range<usize>>,
    /// `name`.
    pub(super) name: Option<Range<usize>>,
    /// `operation`.
    pub(super) operation: Operation,
    /// `encoding="base64"`.
    pub(super) base64: bool,
    /// `multivalued="false"`.
    pub(super) single: bool,
    /// `error-type`, `error-code`, `error-literal`, `server-error-detail`.
    pub(super) errors: [Option<Range<usize>>; 4],
}

/// What a change does to its object, its attribute or its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Operation {
    /// Nothing is said.
    #[default]
    None,
    /// `add`, `replace`: what is said is all that there is.
    Whole,
    /// `update`, `modify`, and what is not known.
    Update,
    /// `delete`.
    Delete,
}

impl Operation {
    fn of(text: &[u8]) -> Self {
        match text.to_ascii_lowercase().as_slice() {
            b"none" | b"" => Self::None,
            b"add" | b"replace" => Self::Whole,
            b"delete" => Self::Delete,
            _ => Self::Update,
        }
    }
}

impl Tag {
    /// Reads the tag `range` of a block. What is wrong with it is given by its place.
    pub(super) fn read(block: &[u8], range: Range<usize>) -> (Self, Option<Range<usize>>) {
        let mut tag = Self::default();
        let bytes = block.get(range.clone()).unwrap_or_default();
        // most tags are a name
        let Some(space) = bytes.iter().position(u8::is_ascii_whitespace) else { return (tag, None) };
        let mut at = space;
        loop {
            at = behind_spaces(bytes, at);
            match bytes.get(at) {
                None | Some(b'>' | b'/') => return (tag, None),
                Some(_) => {}
            }
            match pair(bytes, at) {
                Some((name, value, next)) => {
                    let text = bytes.get(value.clone()).unwrap_or_default();
                    let place = range.start + value.start..range.start + value.end;
                    tag.take(bytes.get(name).unwrap_or_default(), text, place);
                    at = next;
                }
                None => return (tag, Some(range.start + at..range.end)),
            }
        }
    }

    fn take(&mut self, name: &[u8], text: &[u8], place: Range<usize>) {
        match name {
            b"cs-dn" => self.dn = Some(place),
            b"object-type" => self.object_type = Some(place),
            b"name" => self.name = Some(place),
            b"operation" => self.operation = Operation::of(text),
            b"encoding" => self.base64 = text.eq_ignore_ascii_case(b"base64"),
            b"multivalued" => self.single = text.eq_ignore_ascii_case(b"false"),
            b"error-type" => self.errors[0] = Some(place),
            b"error-code" => self.errors[1] = Some(place),
            b"error-literal" => self.errors[2] = Some(place),
            b"server-error-detail" => self.errors[3] = Some(place),
            _ => {}
        }
    }
}

/// The name and the value of the XML attribute at a byte, and the first byte behind it.
fn pair(bytes: &[u8], at: usize) -> Option<(Range<usize>, Range<usize>, usize)> {
    let rest = bytes.get(at..)?;
    let end = rest.iter().position(|byte| *byte == b'=' || byte.is_ascii_whitespace())?;
    let equals = behind_spaces(bytes, at + end);
    let open = behind_spaces(bytes, equals + 1);
    let quote = bytes.get(open).copied().filter(|byte| matches!(byte, b'"' | b'\''))?;
    if bytes.get(equals) != Some(&b'=') || end == 0 {
        return None;
    }
    let length = memchr::memchr(quote, bytes.get(open + 1..)?)?;
    let value = open + 1..open + 1 + length;
    let next = value.end + 1;
    Some((at..at + end, value, next))
}

fn behind_spaces(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_stand_where_they_are_said_to_stand() {
        let block =
            b"xx<attr name = 'a\"b'\n operation=\"Delete\" multivalued=\"false\" encoding=\"base64\"/>";
        let (tag, fault) = Tag::read(block, 2..block.len());
        assert_eq!((tag.name, fault), (Some(16..19), None));
        assert_eq!((tag.operation, tag.single, tag.base64), (Operation::Delete, true, true));
    }

    #[test]
    fn what_is_no_attribute_is_told() {
        for tag in ["<a b>", "<a b=c>", "<a b=\"c>", "<a =\"c\">", "<a b \"c\">"] {
            assert!(Tag::read(tag.as_bytes(), 0..tag.len()).1.is_some(), "{tag}");
        }
        for tag in ["<a>", "<a/>", "<a >", "<a b=\"\"c='d'/>", "<a / >"] {
            assert!(Tag::read(tag.as_bytes(), 0..tag.len()).1.is_none(), "{tag}");
        }
    }
}

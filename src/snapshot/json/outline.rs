//! Where texts and brackets of JSON stand, 64 bytes at a time. What is not plain is left to those who look at every byte.

use crate::snapshot::lanes::{Lanes, WIDTH, each};

/// How deep brackets are followed.
const DEPTH: u32 = 60;

/// What is known at the end of the bytes that were looked at.
#[derive(Debug, Default)]
struct Texts {
    /// All bits if a text is open, else none.
    open: u64,
    /// The last byte was a backslash that makes the next one plain.
    escapes: bool,
}

impl Texts {
    /// Which of the next 64 bytes stand in texts: the opening quote does, the closing one does not; these are backslashes.
    #[inline]
    fn next(&mut self, lanes: Lanes, backslashes: u64) -> u64 {
        let mut quotes = lanes.equal(b'"');
        if backslashes != 0 || self.escapes {
            quotes &= !self.escaped(backslashes);
        }
        let inside = parity(quotes) ^ self.open;
        self.open = if inside >> 63 == 1 { u64::MAX } else { 0 };
        inside
    }

    /// Which bytes stand behind a backslash that is none of these itself.
    fn escaped(&mut self, backslashes: u64) -> u64 {
        let mut escaped = u64::from(std::mem::take(&mut self.escapes));
        let mut left = backslashes & !escaped;
        while left != 0 {
            let next = (left & left.wrapping_neg()) << 1;
            self.escapes = next == 0;
            escaped |= next;
            left &= left - 1;
            left &= !next;
        }
        escaped
    }
}

/// Each bit with all below it, added without carry.
fn parity(bits: u64) -> u64 {
    [1, 2, 4, 8, 16, 32].into_iter().fold(bits, |bits, by| bits ^ bits << by)
}

/// How long the list or object is that a text begins with, if its brackets, and the quotes in it, leave no doubt. None as well where
/// the text ends before it does, where a line ends in one of its texts or an object in it begins a line (it may have been cut off
/// there), where a backslash stands in none of its texts, and where `goes_on` says no to one of the keys of the object.
pub(super) fn outline(text: &[u8], mut goes_on: impl FnMut(&[u8]) -> bool) -> Option<usize> {
    let mut texts = Texts::default();
    // one bit for each bracket that is open, the last one lowest: whether it is a brace
    let (mut braces, mut depth) = (0_u64, 0);
    let (mut line_ended, mut has_escapes) = (false, false);
    for (number, bytes) in text.chunks(WIDTH).enumerate() {
        let lanes = Lanes::of(bytes, b' ');
        let rare = lanes.any_of([b'\\', b'\n']);
        let backslashes = if rare == 0 { 0 } else { lanes.equal(b'\\') };
        has_escapes |= backslashes != 0;
        let inside = texts.next(lanes, backslashes);
        // brackets and braces differ in one bit
        let marks = lanes.with(0x20).any_of([b'{', b'}', b':']) & !inside;
        let line_ends = rare & !backslashes;
        let mut doubtful = backslashes & !inside;
        if line_ends != 0 || line_ended {
            let begins = line_ends << 1 | u64::from(line_ended);
            line_ended = line_ends >> 63 == 1;
            doubtful |= line_ends & inside | begins & lanes.equal(b'{');
        }
        for bit in each(marks | doubtful) {
            if doubtful >> bit & 1 == 1 {
                return None;
            }
            let bit = bit as usize;
            let at = number * WIDTH + bit;
            match bytes.get(bit)? {
                b':' if depth == 1 && braces == 1 => {
                    let key = key(text.get(..at)?)?;
                    if has_escapes && key.contains(&b'\\') || !goes_on(key) {
                        return None;
                    }
                }
                b':' => {}
                open @ (b'{' | b'[') if depth < DEPTH => {
                    braces = braces << 1 | u64::from(*open == b'{');
                    depth += 1;
                }
                close @ (b'}' | b']') if depth > 0 && (braces & 1 == 1) == (*close == b'}') => {
                    braces >>= 1;
                    depth -= 1;
                    if depth == 0 {
                        return Some(at + 1);
                    }
                }
                _ => return None,
            }
        }
    }
    None
}

/// The key whose closing quote a text ends with, or the end of a key that has escapes.
fn key(text: &[u8]) -> Option<&[u8]> {
    let text = text.strip_suffix(b"\"")?;
    text.get(memchr::memrchr(b'"', text)? + 1..)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::cursor::Cursor;
    use super::super::page::is_ordinary;
    use super::super::scan::Scan;
    use super::*;
    use crate::snapshot::frame::Frame;
    use crate::source::Store;

    /// The same, byte after byte.
    fn slowly(text: &[u8]) -> Vec<usize> {
        let (mut open, mut escaped) = (false, false);
        let is_inside = |(at, byte): (usize, &u8)| {
            open ^= *byte == b'"' && !escaped;
            escaped = *byte == b'\\' && !escaped;
            open.then_some(at)
        };
        text.iter().enumerate().filter_map(is_inside).collect()
    }

    proptest! {
        #[test]
        fn texts_are_found(text in r#"["\\\\a]{0,200}"#) {
            let mut texts = Texts::default();
            let mut inside = Vec::new();
            for (number, bytes) in text.as_bytes().chunks(WIDTH).enumerate() {
                let lanes = Lanes::of(bytes, b' ');
                let found = each(texts.next(lanes, lanes.equal(b'\\'))).map(|bit| bit as usize);
                inside.extend(found.filter(|bit| *bit < bytes.len()).map(|bit| number * WIDTH + bit));
            }
            prop_assert_eq!(inside, slowly(text.as_bytes()));
        }
    }

    /// Objects and what may stand in them, whole and spoiled.
    fn any_text() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            8 => Just(r#""mail":"a@b.c","#),
            2 => Just(r#""list":["a","b]",{"c":{}}],"#),
            2 => Just("\n"),
            2 => Just(r#""long":"{[ 0123456789 0123456789 0123456789 0123456789 \\\\\" ]}","#),
            1 => Just(r#""value":[{"a":1}],"#),
            1 => Just(r#""val\u0075e":[{"a":1}],"#),
            1 => Just(r#""@odata.context":"https://g/$metadata#users(id,mail)","#),
            1 => Just(r#""meta":{"type":"users"},"data":[{}],"#),
            1 => Just(r#""error":{"code":"x"},"#),
            1 => Just(r#""a" : 1 "b""#),
            1 => Just("\"a\":\n{},"),
            1 => Just("{"),
            1 => Just("}"),
            1 => Just("]"),
            1 => Just("\""),
            1 => Just("\\"),
            1 => Just("\u{1a}"),
        ];
        (
            prop::collection::vec(part, 0..9),
            prop_oneof![9 => Just(r#""z":0}"#), 1 => Just("}"), 1 => Just("")],
        )
            .prop_map(|(parts, end)| format!("{{{}{end} {{\"next\":1}}", parts.concat()))
    }

    proptest! {
        #[test]
        fn what_is_certain_is_what_the_bytes_say(text in any_text()) {
            let mut store = Store::new();
            let file = store.text("t.json", text.clone().into_bytes());
            if let Some(length) = outline(text.as_bytes(), is_ordinary) {
                let mut problems = Vec::new();
                let mut scan = Scan::new(Cursor::new(&store, file), file, &mut problems);
                prop_assert!(scan.possible_page(0).is_ok());
                prop_assert_eq!(scan.cursor.offset(), length as u64);
                let [Frame { start: 0, length: found, context }] = scan.frames[..] else {
                    return Err(TestCaseError::fail("one object"));
                };
                prop_assert_eq!((found as usize, &scan.lists[context as usize]), (length, &(None, false)));
                prop_assert!(scan.pages.is_empty() && scan.requested.is_empty());
                prop_assert!(scan.problems.is_empty());
            }
            if let Some(length) = outline(text.as_bytes(), |_| true) {
                let mut problems = Vec::new();
                let mut scan = Scan::new(Cursor::new(&store, file), file, &mut problems);
                prop_assert!(scan.nested_by_bytes(0).is_ok());
                prop_assert_eq!(scan.cursor.offset(), length as u64);
                prop_assert!(scan.problems.is_empty());
            }
        }

        #[test]
        fn whole_objects_are_certain(value in prop::collection::hash_map("[a-zå]{0,20}", ".{0,90}", 0..6)) {
            let text = serde_json::to_string(&value).unwrap();
            prop_assert_eq!(outline(text.as_bytes(), |_| true), Some(text.len()));
        }
    }

    #[test]
    fn what_is_doubtful_is_left_to_others() {
        let length = |text: &str| outline(text.as_bytes(), |key| key != b"value");
        let long = format!("{{\"a\":[\"{}\"]}}", "]}".repeat(40));
        for whole in ["{}", "[]", "[{\"value\":1}]", r#"{"a":"}","b":[1,"\""]}"#, "{\n\"a\":\n1}", &long] {
            assert_eq!(length(&format!("{whole} [")), Some(whole.len()), "{whole}");
        }
        let deep = "[".repeat(61) + &"]".repeat(61);
        for doubtful in
            ["", "1", "]", "{", "[}", "{]", "{\"a\":\"}", "{\"value\":1}", "{\"a\n\":1}", "{a:1}", &deep]
        {
            assert_eq!(length(doubtful), None, "{doubtful}");
        }
        assert_eq!(length("[1,\n{\"a\":1}]"), None, "an object that begins a line");
        assert_eq!(length("{\"v\\u0061lue\":1}"), None, "a key that is written in another way");
    }
}

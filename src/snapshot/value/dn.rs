//! Distinguished names (RFC 4514), compared as directories compare them: without regard to case, to spaces around the
//! separators, and to how a character is escaped.

use std::ops::Range;

use memchr::{memchr, memchr2, memchr3, memrchr};

use super::fold::fold_into;
use super::walk::{self, Table};

/// Appends the name in the form by which names are compared: `cn=joe,ou=staff,dc=contoso,dc=com`. False if it is no
/// distinguished name; nothing is appended then.
#[must_use]
pub fn normalize_into(name: &[u8], into: &mut Vec<u8>) -> bool {
    let name = name.get(without_extension(name)).unwrap_or_default();
    if is_simple(name) {
        fold_into(name, into);
        return true;
    }
    normalize_parts(name, into)
}

/// The same for a name without anything in front of it.
pub(super) fn normalize_parts(name: &[u8], into: &mut Vec<u8>) -> bool {
    let start = into.len();
    let mut first = true;
    for part in parts(name, b',') {
        if !std::mem::take(&mut first) {
            into.push(b',');
        }
        if !normalize_part(name.get(part).unwrap_or_default(), into) {
            into.truncate(start);
            return false;
        }
    }
    true
}

/// The form by which names are compared; the folded text of what is no distinguished name.
#[must_use]
pub fn normalized(name: &[u8]) -> Vec<u8> {
    let mut key = Vec::with_capacity(name.len());
    if !normalize_into(name, &mut key) {
        fold_into(name, &mut key);
    }
    key
}

/// Where a walk over a simple name is.
mod place {
    /// Before a part: a letter comes next.
    pub(super) const PART: u64 = 0;
    /// In the type of a part.
    pub(super) const TYPE: u64 = 6;
    /// Behind the `=`: the value comes next, and no space.
    pub(super) const EQUALS: u64 = 12;
    /// In the value.
    pub(super) const VALUE: u64 = 18;
    /// In the value, behind a space, with which it may not end.
    pub(super) const SPACE: u64 = 24;
    /// The name is not simple.
    pub(super) const ODD: u64 = 30;
}

/// For each byte, where it leads from everywhere.
// evaluated by the compiler, which checks the index
#[allow(clippy::indexing_slicing)]
const WALK: Table = {
    use place::{EQUALS, ODD, PART, SPACE, TYPE, VALUE};
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let c = byte as u8;
        let in_type = c.is_ascii_alphanumeric() || c == b'-';
        let in_value =
            c > b' ' && !matches!(c, b'\\' | b'"' | b'+' | b';' | b'#' | b'<' | b'>' | b'=' | b',' | 127);
        let value = if in_value { VALUE } else { ODD };
        table[byte] = (if c.is_ascii_alphabetic() { TYPE } else { ODD }) << PART
            | (if in_type {
                TYPE
            } else if c == b'=' {
                EQUALS
            } else {
                ODD
            }) << TYPE
            | value << EQUALS
            | (if c == b' ' {
                SPACE
            } else if c == b',' {
                PART
            } else {
                value
            }) << VALUE
            | (if c == b' ' { SPACE } else { value }) << SPACE
            | ODD << ODD;
        byte += 1;
    }
    table
};

/// Without escapes, quotes, or spaces at separators, and with one `=` in every part: folding is enough.
fn is_simple(name: &[u8]) -> bool {
    walk::end(&WALK, place::PART, name) == place::VALUE
}

/// Where the first part of a name ends, if it is simple and another one follows.
pub(super) fn first_simple_part(name: &[u8]) -> Option<usize> {
    let end = memchr(b',', name)?;
    name.get(..end).is_some_and(is_simple).then_some(end)
}

/// Where the first part of a name ends that has nothing in front of it.
pub(super) fn first_part(name: &[u8]) -> Option<usize> {
    if without_extension(name).start > 0 {
        return None;
    }
    parts(name, b',').next().map(|part| part.end)
}

/// `<GUID=..>;<SID=..>;CN=..`, as Active Directory extends names, without what stands before the name; `B:32:..:CN=..`
/// (a name with binary) likewise.
fn without_extension(name: &[u8]) -> Range<usize> {
    let mut start = 0;
    while name.get(start) == Some(&b'<') {
        let rest = name.get(start..).unwrap_or_default();
        let Some(end) = rest.windows(2).position(|pair| pair == b">;") else { break };
        start += end + 2;
    }
    if let Some([b'B', b':', rest @ ..]) = name.get(start..)
        && let Some(behind) = rest.iter().enumerate().filter(|(_, byte)| **byte == b':').nth(1)
    {
        start += 2 + behind.0 + 1;
    }
    start..name.len()
}

/// The parts between separators that are not escaped and not quoted.
fn parts(name: &[u8], separator: u8) -> impl Iterator<Item = Range<usize>> {
    let mut start = Some(0);
    std::iter::from_fn(move || {
        let from = start?;
        // no escape and no quote stands before most separators
        let rest = name.get(from..).unwrap_or_default();
        match memchr3(separator, b'\\', b'"', rest) {
            Some(at) if rest.get(at) == Some(&separator) => {
                start = Some(from + at + 1);
                return Some(from..from + at);
            }
            Some(_) => {}
            None => {
                start = None;
                return Some(from..name.len());
            }
        }
        let mut quoted = false;
        let mut escaped = false;
        for (at, byte) in name.iter().enumerate().skip(from) {
            if std::mem::take(&mut escaped) {
                continue;
            }
            match byte {
                b'\\' => escaped = true,
                b'"' => quoted = !quoted,
                _ if *byte == separator && !quoted => {
                    start = Some(at + 1);
                    return Some(from..at);
                }
                _ => {}
            }
        }
        start = None;
        Some(from..name.len())
    })
}

/// One relative name.
fn normalize_part(part: &[u8], into: &mut Vec<u8>) -> bool {
    if is_simple(part) {
        fold_into(part, into);
        return true;
    }
    normalize_assertions(part, into)
}

/// The assertions of a relative name in byte order, joined by `+`.
fn normalize_assertions(part: &[u8], into: &mut Vec<u8>) -> bool {
    let assertions: Option<Vec<Vec<u8>>> =
        parts(part, b'+').map(|range| assertion(part.get(range).unwrap_or_default())).collect();
    let Some(mut assertions) = assertions else { return false };
    assertions.sort_unstable();
    into.extend(assertions.join(&b'+'));
    true
}

/// The text of a value that is written as the hexadecimal digits of its BER encoding: `#04024869` (RFC 4514, section 2.4). None if
/// it is not, or if it is no string.
fn from_hex(value: &[u8]) -> Option<Vec<u8>> {
    let digits = value.trim_ascii().strip_prefix(b"#")?;
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(digits).ok()?;
    // OCTET STRING, UTF8String, PrintableString, TeletexString, IA5String; the length in the short form, or in one or two bytes
    let (length, text) = match bytes.as_slice() {
        [4 | 12 | 19 | 20 | 22, length @ ..=127, text @ ..] => (usize::from(*length), text),
        [4 | 12 | 19 | 20 | 22, 0x81, length, text @ ..] => (usize::from(*length), text),
        [4 | 12 | 19 | 20 | 22, 0x82, high, low, text @ ..] => {
            (usize::from(*high) << 8 | usize::from(*low), text)
        }
        _ => return None,
    };
    (text.len() == length).then(|| text.to_vec())
}

/// `type=value`, folded, with one way of escaping: a backslash before each separator, backslash and quote.
fn assertion(text: &[u8]) -> Option<Vec<u8>> {
    let equals = text.iter().position(|byte| *byte == b'=')?;
    let (name, value) = text.split_at_checked(equals)?;
    let name = name.trim_ascii();
    let name = name.strip_prefix(b"OID.").or_else(|| name.strip_prefix(b"oid.")).unwrap_or(name);
    let proper = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    if name.is_empty() || !name.iter().all(proper) {
        return None;
    }
    let value = value.get(1..)?;
    let value = from_hex(value).or_else(|| unescape(value))?;
    if value.is_empty() {
        return None;
    }
    let mut key = name.to_ascii_lowercase();
    key.push(b'=');
    let mut folded = Vec::with_capacity(value.len());
    fold_into(&value, &mut folded);
    for byte in folded {
        if matches!(byte, b',' | b'+' | b'\\' | b'"' | b'=') {
            key.push(b'\\');
        }
        key.push(byte);
    }
    Some(key)
}

/// The value of an assertion without its escapes, quotes and outer spaces; none if an escape is broken.
fn unescape(text: &[u8]) -> Option<Vec<u8>> {
    let text = text.trim_ascii_start();
    let mut value = Vec::with_capacity(text.len());
    // how much of the value was escaped, and so is no space to trim
    let mut kept = 0;
    let mut bytes = text.iter().copied();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => kept = value.len(),
            b'\\' => {
                let next = bytes.next()?;
                match hex(next) {
                    Some(high) => value.push(high << 4 | hex(bytes.next()?)?),
                    None => value.push(next),
                }
                kept = value.len();
            }
            _ => value.push(byte),
        }
    }
    let trimmed = value.trim_ascii_end().len();
    value.truncate(trimmed.max(kept));
    Some(value)
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Whether one normalised name lies strictly below another.
#[must_use]
pub fn is_under(child: &[u8], parent: &[u8]) -> bool {
    child
        .strip_suffix(parent)
        .is_some_and(|rest| rest.len() > 1 && rest.ends_with(b",") && !rest.ends_with(b"\\,"))
}

/// The name of the object above, as a part of the name; empty at the end.
#[must_use]
pub fn parent(name: &[u8]) -> Range<usize> {
    let start = without_extension(name).start;
    let rest = name.get(start..).unwrap_or_default();
    match parts(rest, b',').next() {
        Some(first) if first.end < rest.len() => {
            let behind = start + first.end + 1;
            let spaces = name.get(behind..).unwrap_or_default();
            behind + (spaces.len() - spaces.trim_ascii_start().len())..name.len()
        }
        _ => name.len()..name.len(),
    }
}

/// The first value of a name without its type, as a part of the name; none in the first place if it has escapes, then
/// the second is the value without them.
#[must_use]
pub fn first_value(name: &[u8]) -> (Option<Range<usize>>, Vec<u8>) {
    // as nearly all names are: neither escapes nor outer spaces
    if let Some(end) = first_simple_part(name)
        && let Some(equals) = memchr(b'=', name)
    {
        return (Some(equals + 1..end), Vec::new());
    }
    let start = without_extension(name).start;
    let rest = name.get(start..).unwrap_or_default();
    let first = parts(rest, b',').next().unwrap_or(0..0);
    let part = rest.get(first).unwrap_or_default();
    let Some(equals) = part.iter().position(|byte| *byte == b'=') else {
        return (Some(start..start), Vec::new());
    };
    let value = part.get(equals + 1..).unwrap_or_default();
    let trimmed = value.trim_ascii_start();
    let from = start + equals + 1 + (value.len() - trimmed.len());
    let trimmed = trimmed.trim_ascii_end();
    if trimmed.iter().any(|byte| matches!(byte, b'\\' | b'"')) {
        return (None, unescape(value).unwrap_or_else(|| trimmed.to_vec()));
    }
    (Some(from..from + trimmed.len()), Vec::new())
}

/// The domain of a name: its last `DC=` parts, as a part of the name; empty if it has none.
#[must_use]
pub fn domain(name: &[u8]) -> Range<usize> {
    let mut start = None;
    if memchr2(b'\\', b'"', name).is_none() {
        // as nearly all names are: every comma parts, and the last parts come first
        let mut end = name.len();
        loop {
            let before = name.get(..end).unwrap_or_default();
            let from = memrchr(b',', before).map_or(0, |comma| comma + 1);
            let Some(domain) = domain_part(name, from..end) else { break };
            start = Some(domain);
            if from == 0 {
                break;
            }
            end = from - 1;
        }
    } else {
        for part in parts(name, b',') {
            let domain = domain_part(name, part);
            start = domain.and(start.or(domain));
        }
    }
    start.unwrap_or(name.len())..name.len()
}

/// Where a part of a name begins that is a domain component, without the spaces in front of it.
fn domain_part(name: &[u8], part: Range<usize>) -> Option<usize> {
    let text = name.get(part.clone()).unwrap_or_default();
    let trimmed = text.trim_ascii_start();
    let is_domain = trimmed.get(..3).is_some_and(|head| head.eq_ignore_ascii_case(b"dc="));
    is_domain.then_some(part.start + (text.len() - trimmed.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: &str, b: &str) -> bool {
        normalized(a.as_bytes()) == normalized(b.as_bytes())
    }

    #[test]
    fn names_compare_as_directories_compare_them() {
        assert!(same("CN=Joe,OU=Staff,DC=contoso", "cn = joe , ou=STAFF,dc=Contoso"));
        assert!(same(r"CN=Joe\, Jr,DC=x", r"cn=joe\2c jr,dc=x"));
        assert!(same(r"CN=Lu\C4\8Di\C4\87,DC=x", "CN=Lučić,DC=x"));
        assert!(same("CN=a+UID=b,DC=x", "uid=B+cn=A,dc=x"));
        assert!(same("<GUID=1>;<SID=2>;CN=Joe,DC=x", "CN=Joe,DC=x"));
        assert!(same("OID.2.5.4.3=Joe", "2.5.4.3=joe"));
        assert!(same(r#"CN="Joe, Jr",DC=x"#, r"CN=Joe\, Jr,DC=x"));
        assert!(same("CN=#04034a6f65,DC=x", "CN=Joe,DC=x"));
        assert!(same("CN=#0c8103C3B672,DC=x", "CN=ör,DC=x"));
        assert!(!same(r"CN=\#04034a6f65,DC=x", "CN=Joe,DC=x"));
        assert!(!same("CN=#04044a6f65,DC=x", "CN=Joe,DC=x"));
        assert!(!same("CN=Joe,DC=x", "CN=Joe,DC=y"));
        assert!(!same(r"CN=Joe\, DC\=x", "CN=Joe,DC=x"));
    }

    proptest::proptest! {
        #[test]
        fn a_simple_name_needs_no_assertions(name in "(CN|ou|dc|2.5.4.3)=[a-zÄß 'é.@=-]{1,6}(,(OU|dC)=[ a-zA-Zé\u{2003}-]{0,4}){0,3}") {
            let name = name.as_bytes();
            if is_simple(name) {
                let mut slowly = Vec::new();
                for part in parts(name, b',') {
                    slowly.extend(if slowly.is_empty() { &b""[..] } else { b"," });
                    proptest::prop_assert!(normalize_assertions(&name[part], &mut slowly));
                }
                proptest::prop_assert_eq!(slowly, normalized(name));
            }
        }
    }

    #[test]
    fn what_is_no_name_is_told() {
        for text in ["", "joe", "CN=", "CN=a,,DC=x", "=x", r"CN=a\", "CN=a,DC", "C N=x"] {
            assert!(!normalize_into(text.as_bytes(), &mut Vec::new()), "{text}");
        }
    }

    #[test]
    fn below_means_strictly_below() {
        let under = |a: &str, b: &str| is_under(&normalized(a.as_bytes()), &normalized(b.as_bytes()));
        assert!(under("CN=a,OU=b,DC=c", "ou=B, dc=c"));
        assert!(!under("OU=b,DC=c", "OU=b,DC=c"));
        assert!(!under("CN=xOU=b,DC=c", "OU=b,DC=c"));
        assert!(!under(r"CN=a\,OU=b,DC=c", "OU=b,DC=c"));
    }

    #[test]
    fn parts_of_a_name() {
        let name = br"CN=Joe\, Jr, OU=Staff,DC=contoso,DC=com";
        assert_eq!(&name[parent(name)], b"OU=Staff,DC=contoso,DC=com");
        assert_eq!(&name[domain(name)], b"DC=contoso,DC=com");
        assert_eq!(first_value(name), (None, b"Joe, Jr".to_vec()));
        assert_eq!(first_value(b"CN=Joe,DC=x"), (Some(3..6), Vec::new()));
        assert_eq!(parent(b"DC=com"), 6..6);
        assert_eq!(domain(b"uid=a,o=b"), 9..9);
        for (name, of) in [
            ("DC=a,OU=b,dc=c, DC=d", "dc=c, DC=d"),
            ("DC=com", "DC=com"),
            (" dc=a", "dc=a"),
            ("OU=a, DC=b", "DC=b"),
            ("DC=a,DC=b,", ""),
            ("dc", ""),
            ("", ""),
        ] {
            assert_eq!(&name.as_bytes()[domain(name.as_bytes())], of.as_bytes());
            let escaped = format!("CN=\\2C,{name}").into_bytes();
            assert_eq!(&escaped[domain(&escaped)], of.as_bytes());
        }
    }
}

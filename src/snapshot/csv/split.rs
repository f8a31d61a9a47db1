//! The values of a cell: lists that tools and people join by a separator.

use std::ops::Range;

use memchr::{memchr, memchr3};

use crate::snapshot::names::Described;
use crate::snapshot::value::Type;

/// How the values of a cell are parted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Split {
    /// Not at all.
    Whole,
    /// At each `;` without a backslash before it, as csvde writes.
    Csvde,
    /// At each `;` behind which another address begins: csvde joins by nothing else, so that commas and blanks are data.
    CsvdeAddresses,
    /// Where another address with its type begins; addresses of X.400 hold `;`.
    Addresses,
    /// Where another name begins.
    Names,
    /// At each `;` and line end.
    List,
}

/// Attributes that have several values by the schema, and one text in every table: `;` in it is data.
const ONE_TEXT: [&str; 6] = ["description", "o", "ou", "title", "street", "info"];

impl Split {
    /// How the values of an attribute are parted; `described` is none if the attribute is not known.
    pub(super) fn of(attribute: &str, described: Option<Described>, csvde: bool) -> Self {
        let lower = attribute.to_ascii_lowercase();
        match described {
            Some(Described { single: true, .. }) => Self::Whole,
            _ if lower.ends_with("proxyaddresses") || lower == "emailaddresses" => {
                if csvde {
                    Self::CsvdeAddresses
                } else {
                    Self::Addresses
                }
            }
            _ if csvde => Self::Csvde,
            None => Self::Whole,
            Some(Described { kind: Type::Dn, .. }) => Self::Names,
            Some(_) if ONE_TEXT.contains(&lower.as_str()) => Self::Whole,
            Some(_) => Self::List,
        }
    }

    /// The values of a cell; those without a byte are left out.
    pub(super) fn parts(self, cell: &[u8]) -> Parts<'_> {
        // most cells hold one value
        let one = match self {
            Self::Whole => true,
            Self::Csvde | Self::CsvdeAddresses => memchr(b';', cell).is_none(),
            Self::Addresses => false,
            Self::Names => memchr3(b';', b'\n', b'|', cell).is_none(),
            Self::List => memchr3(b';', b'\n', b'\r', cell).is_none(),
        };
        let named = !one && self == Self::Names && memchr(b'=', cell).is_some();
        Parts { cell, split: if one { Self::Whole } else { self }, at: 0, named }
    }
}

/// The ranges of the values of a cell.
#[derive(Debug, Clone)]
pub(super) struct Parts<'c> {
    cell: &'c [u8],
    split: Split,
    at: usize,
    /// There is a `=` in a cell of names: they are names of LDAP.
    named: bool,
}

impl Iterator for Parts<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        while self.at < self.cell.len() {
            let start = self.at;
            let (end, next) = match self.split {
                Split::Whole => (self.cell.len(), self.cell.len()),
                Split::Csvde => self.at_separator(start, |_| true),
                Split::CsvdeAddresses => self.at_separator(start, begins_address),
                Split::Addresses => self.before_address(start),
                Split::Names => self.before_name(start),
                Split::List => self.at_item(start),
            };
            self.at = next;
            if end > start {
                return Some(start..end);
            }
        }
        None
    }
}

impl Parts<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.cell.get(at).copied()
    }

    fn from(&self, at: usize) -> &[u8] {
        self.cell.get(at..).unwrap_or_default()
    }

    /// The first `;` without a backslash before it behind which another value begins.
    fn at_separator(&self, start: usize, begins: fn(&[u8]) -> bool) -> (usize, usize) {
        let mut from = start;
        while let Some(length) = memchr(b';', self.from(from)) {
            let at = from + length;
            let escaped = at > start && self.byte(at - 1) == Some(b'\\');
            if !escaped && begins(self.from(at + 1)) {
                return (at, at + 1);
            }
            from = at + 1;
        }
        (self.cell.len(), self.cell.len())
    }

    fn at_item(&self, start: usize) -> (usize, usize) {
        match memchr3(b';', b'\n', b'\r', self.from(start)) {
            Some(length) => (start + length, self.behind_spaces(start + length + 1)),
            None => (self.cell.len(), self.cell.len()),
        }
    }

    fn behind_spaces(&self, at: usize) -> usize {
        let rest = self.from(at);
        at + rest.len() - rest.trim_ascii_start().len()
    }

    fn before_name(&self, start: usize) -> (usize, usize) {
        let mut from = start;
        while let Some(length) = memchr3(b';', b'\n', b'|', self.from(from)) {
            let at = from + length;
            let next = self.behind_spaces(at + 1);
            let escaped = at > start && self.byte(at - 1) == Some(b'\\');
            if next >= self.cell.len() || !escaped && (!self.named || begins_name(self.from(next))) {
                let returns = usize::from(at > start && self.byte(at - 1) == Some(b'\r'));
                return (at - returns, next);
            }
            from = next.max(at + 1);
        }
        (self.cell.len(), self.cell.len())
    }

    fn before_address(&self, start: usize) -> (usize, usize) {
        let typed = self.before_type(start).unwrap_or((self.cell.len(), self.cell.len()));
        // an address without a type, behind a separator that nothing else explains
        let mut from = start;
        while let Some(length) = memchr3(b';', b'\n', b'|', self.cell.get(from..typed.0).unwrap_or_default())
        {
            let at = from + length;
            let next = self.behind_spaces(at + 1);
            let escaped = at > start && self.byte(at - 1) == Some(b'\\');
            if next >= typed.0
                || !escaped && is_bare_address(self.cell.get(next..typed.0).unwrap_or_default())
            {
                let returns = usize::from(at > start && self.byte(at - 1) == Some(b'\r'));
                return (at - returns, next.min(typed.1));
            }
            from = next.max(at + 1);
        }
        typed
    }

    /// Where the first value ends behind which a `type:` stands, and where that begins.
    fn before_type(&self, start: usize) -> Option<(usize, usize)> {
        let mut from = start;
        while let Some(length) = memchr(b':', self.from(from)) {
            let colon = from + length;
            from = colon + 1;
            let before = self.cell.get(start..colon).unwrap_or_default();
            let word = before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).count();
            let rest = before.get(..before.len() - word).unwrap_or_default();
            let trimmed = rest.trim_ascii_end();
            if word == 0 || rest.is_empty() {
                continue;
            }
            let value = match trimmed.split_last() {
                // whoever joins by `|` puts spaces around it
                Some((b'|', value)) => value.trim_ascii_end(),
                Some((b';' | b',' | b'+', value)) if !value.ends_with(b"\\") => value,
                _ if trimmed.len() < rest.len() => trimmed,
                _ => continue,
            };
            return Some((start + value.len(), start + rest.len()));
        }
        None
    }
}

/// Whether a text begins with an attribute and `=`, as names of LDAP do.
fn begins_name(text: &[u8]) -> bool {
    let word = text.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
    word > 0 && text.get(word) == Some(&b'=')
}

/// Whether a text is empty or begins with an address, with its type or without.
fn begins_address(text: &[u8]) -> bool {
    let trimmed = text.trim_ascii_start();
    let word = trimmed.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    matches!(text.first(), None | Some(b';'))
        || word > 0 && trimmed.get(word) == Some(&b':')
        || is_bare_address(text)
}

/// Whether a text begins with `a@b`, up to the next separator; `=` and `/` stand in other kinds of addresses.
fn is_bare_address(text: &[u8]) -> bool {
    let end = memchr3(b';', b'\n', b'|', text).unwrap_or(text.len());
    let address = text.get(..end).unwrap_or_default();
    memchr(b'@', address).is_some_and(|at| at > 0)
        && !address.iter().any(|byte| matches!(byte, b'=' | b'/' | b' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(split: Split, cell: &str) -> Vec<&str> {
        split.parts(cell.as_bytes()).map(|range| cell.get(range).unwrap()).collect()
    }

    #[test]
    fn lists_of_csvde() {
        assert_eq!(parts(Split::Csvde, r"a;b\;c;;d"), ["a", r"b\;c", "d"]);
        assert_eq!(parts(Split::Csvde, ";"), [""; 0]);
        assert_eq!(parts(Split::Csvde, r"\;a"), [r"\;a"]);
    }

    #[test]
    fn addresses_of_csvde() {
        for (cell, wanted) in [
            ("SMTP:a@b.c;smtp:d@e.f", &["SMTP:a@b.c", "smtp:d@e.f"][..]),
            ("SMTP:a@b.c; smtp:d@e.f;;g@h.i;", &["SMTP:a@b.c", " smtp:d@e.f", "g@h.i"]),
            ("smtp:a,smtp:b@c.d;SMTP:a b@c.d", &["smtp:a,smtp:b@c.d", "SMTP:a b@c.d"]),
            ("smtp:a smtp:b|SIP:c@d", &["smtp:a smtp:b|SIP:c@d"]),
            (r"smtp:a\;smtp:b@c.d", &[r"smtp:a\;smtp:b@c.d"]),
            (
                "X400:c=US;a= ;p=First Organizati;o=Exchange;s=Joe;SMTP:a@b.c",
                &["X400:c=US;a= ;p=First Organizati;o=Exchange;s=Joe", "SMTP:a@b.c"],
            ),
        ] {
            assert_eq!(parts(Split::CsvdeAddresses, cell), wanted, "{cell}");
        }
    }

    #[test]
    fn addresses() {
        for (cell, wanted) in [
            ("SMTP:a@b.c", &["SMTP:a@b.c"][..]),
            ("SMTP:a@b.c;smtp:d@e.f", &["SMTP:a@b.c", "smtp:d@e.f"]),
            ("SMTP:a@b.c; smtp:d@e.f", &["SMTP:a@b.c", "smtp:d@e.f"]),
            ("SMTP:a@b.c,smtp:d@e.f", &["SMTP:a@b.c", "smtp:d@e.f"]),
            ("SMTP:a@b.c | smtp:d@e.f", &["SMTP:a@b.c", "smtp:d@e.f"]),
            ("SMTP:a@b.c\r\nsmtp:d@e.f", &["SMTP:a@b.c", "smtp:d@e.f"]),
            ("SMTP:a@b.c smtp:d@e.f", &["SMTP:a@b.c", "smtp:d@e.f"]),
            ("SMTP:a@b.c+smtp:d@e.f", &["SMTP:a@b.c", "smtp:d@e.f"]),
            (
                "X400:c=US;a= ;p=First Organizati;o=Exchange;s=Joe;SMTP:a@b.c",
                &["X400:c=US;a= ;p=First Organizati;o=Exchange;s=Joe", "SMTP:a@b.c"],
            ),
            ("x500:/o=A B/cn=a;SMTP:a,x@b.c", &["x500:/o=A B/cn=a", "SMTP:a,x@b.c"]),
            ("a@b.c;d@e.f;", &["a@b.c", "d@e.f"]),
            ("SMTP:a@b.c;d@e.f;smtp:g@h", &["SMTP:a@b.c", "d@e.f", "smtp:g@h"]),
            (r"X400:c=US\;SMTP:a@b.c", &[r"X400:c=US\;SMTP:a@b.c"]),
            ("smtp: a@b.c", &["smtp: a@b.c"]),
            (";SMTP:a@b.c", &["SMTP:a@b.c"]),
            ("SMTP:a b@c.d", &["SMTP:a b@c.d"]),
        ] {
            assert_eq!(parts(Split::Addresses, cell), wanted, "{cell}");
        }
    }

    #[test]
    fn names() {
        for (cell, wanted) in [
            ("CN=A,DC=c;CN=B,DC=c", &["CN=A,DC=c", "CN=B,DC=c"][..]),
            ("CN=A,DC=c\r\ncn=B,DC=c\r\n", &["CN=A,DC=c", "cn=B,DC=c"]),
            (r"CN=A\;CN=x,DC=c; uid=B,DC=c", &[r"CN=A\;CN=x,DC=c", "uid=B,DC=c"]),
            ("CN=A; B,DC=c", &["CN=A; B,DC=c"]),
            ("f1;f2", &["f1", "f2"]),
        ] {
            assert_eq!(parts(Split::Names, cell), wanted, "{cell}");
        }
    }

    #[test]
    fn other_lists() {
        assert_eq!(parts(Split::List, "top;person; user\nx\r\ny;"), ["top", "person", "user", "x", "y"]);
        assert_eq!(parts(Split::Whole, "a;b"), ["a;b"]);
    }
}

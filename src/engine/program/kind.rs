//! What texts plainly are. Most texts of a directory are short addresses without a corner, of which most rules find nothing
//! whatever they read: that is known before any of them is read.

use memchr::memrchr;

use crate::language::format::Format;
use crate::snapshot::value::walk::{self, Table};

/// What a text is known to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    /// Nothing is known but how long it is.
    Other,
    /// Letters and digits, with single `.`, `-` and `_` between them.
    Word,
    /// A word, `@`, and a domain.
    Address,
    /// `SMTP:` and an address.
    Primary,
    /// `smtp:` and an address.
    Secondary,
    /// `X500:` or `x500:`, and a name that begins with `/` and has only visible characters and inner spaces of ASCII.
    X500,
    /// Labels of letters and digits, with single hyphens between them; at least two, the last one of two letters or more. This and
    /// what follows are parts of texts; no stored text is sorted so, and no set holds them.
    Domain,
    /// `SMTP`
    PrimaryType,
    /// `smtp`
    SecondaryType,
    /// `X500` or `x500`
    X500Type,
    /// Nothing.
    Empty,
}

/// The kinds that stored texts are sorted into.
pub(super) const STORED: [Kind; 6] =
    [Kind::Other, Kind::Word, Kind::Address, Kind::Primary, Kind::Secondary, Kind::X500];

/// How long a word or an address can be, in bytes: every local part and every label is short enough then.
const LONGEST: usize = 64;

/// How long the domain of an address can be, in bytes: no longer than that of a user principal name.
const LONGEST_DOMAIN: usize = 48;

/// Where a walk over an address is.
mod place {
    pub(super) const START: u64 = 0;
    /// Behind a letter or digit of a word.
    pub(super) const WORD: u64 = 6;
    /// Behind a separator of a word.
    pub(super) const BETWEEN: u64 = 12;
    /// Behind `@`.
    pub(super) const AT: u64 = 18;
    /// In a label that may not be the last.
    pub(super) const LABEL: u64 = 24;
    /// Behind a hyphen of a label.
    pub(super) const HYPHEN: u64 = 30;
    /// Behind a period of a domain.
    pub(super) const PERIOD: u64 = 36;
    /// Behind the first letter of a label that may be the last.
    pub(super) const LETTER: u64 = 42;
    /// In a label that may be the last.
    pub(super) const LAST: u64 = 48;
    /// It is neither a word nor an address.
    pub(super) const ODD: u64 = 54;
}

/// For each byte, where it leads from everywhere.
// evaluated by the compiler, which checks the index
#[allow(clippy::indexing_slicing)]
const WALK: Table = {
    use place::{AT, BETWEEN, HYPHEN, LABEL, LAST, LETTER, ODD, PERIOD, START, WORD};
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let c = byte as u8;
        // where a letter or digit, a separator of words, `@`, a hyphen and a period lead from each place
        let plain = c.is_ascii_alphanumeric();
        let letter = c.is_ascii_alphabetic();
        let separator = matches!(c, b'.' | b'-' | b'_');
        let word = if plain { WORD } else { ODD };
        let label = if plain { LABEL } else { ODD };
        let in_word = if separator {
            BETWEEN
        } else if c == b'@' {
            AT
        } else {
            word
        };
        let in_label = if c == b'-' {
            HYPHEN
        } else if c == b'.' {
            PERIOD
        } else {
            label
        };
        table[byte] = word << START
            | in_word << WORD
            | word << BETWEEN
            | label << AT
            | in_label << LABEL
            | label << HYPHEN
            | (if letter { LETTER } else { label }) << PERIOD
            | (if letter { LAST } else { in_label }) << LETTER
            | (if letter { LAST } else { in_label }) << LAST
            | ODD << ODD;
        byte += 1;
    }
    table
};

/// Where the walk over a text ends.
fn walked(text: &[u8]) -> u64 {
    if text.len() > LONGEST {
        return place::ODD;
    }
    walk::end(&WALK, place::START, text)
}

fn is_address(text: &[u8]) -> bool {
    walked(text) == place::LAST && has_short_domain(text)
}

fn has_short_domain(address: &[u8]) -> bool {
    address.len() <= LONGEST_DOMAIN
        || memrchr(b'@', address).is_some_and(|at| address.len() - at - 1 <= LONGEST_DOMAIN)
}

impl Kind {
    /// What a stored text is.
    pub(super) fn of(text: &[u8]) -> Self {
        match text {
            [b'S', b'M', b'T', b'P', b':', address @ ..] if is_address(address) => Self::Primary,
            [b's', b'm', b't', b'p', b':', address @ ..] if is_address(address) => Self::Secondary,
            [b'X' | b'x', b'5', b'0', b'0', b':', b'/', name @ ..] => {
                let is_plain =
                    name.iter().all(|byte| matches!(byte, b' '..=b'~')) && name.last() != Some(&b' ');
                if is_plain { Self::X500 } else { Self::Other }
            }
            text => match walked(text) {
                place::WORD => Self::Word,
                place::LAST if has_short_domain(text) => Self::Address,
                _ => Self::Other,
            },
        }
    }

    /// The bit by which sets of kinds hold it.
    pub(super) fn bit(self) -> u8 {
        1 << self as u8
    }

    /// Whether every text of the kind has a format, or none has; nothing if that differs.
    pub(super) fn has(self, format: Format) -> Option<bool> {
        match (format, self) {
            (_, Self::Other) => None,
            (Format::Ascii | Format::Printable, _) => Some(true),
            (Format::Blank, Self::Empty) => None,
            (Format::Blank, _) => Some(false),
            (Format::SmtpAddress | Format::Upn, Self::Address)
            | (Format::ProxyAddress, Self::Primary | Self::Secondary | Self::X500)
            | (Format::X500Address, Self::X500)
            | (Format::DomainName, Self::Domain) => Some(true),
            _ => None,
        }
    }

    /// Whether texts of the kind may hold a byte.
    pub(super) fn may_hold(self, byte: u8) -> bool {
        match byte {
            b' '..=b'~' if self == Self::X500 => true,
            b'@' => matches!(self, Self::Other | Self::Address | Self::Primary | Self::Secondary),
            b':' => matches!(self, Self::Other | Self::Primary | Self::Secondary),
            b'.' | b'-' | b'_' => true,
            byte => self == Self::Other || byte.is_ascii_alphanumeric(),
        }
    }

    /// The type of an address of the kind, as [`Function::Scheme`](crate::language::function::Function::Scheme) gives it.
    pub(super) fn scheme(self) -> Option<Self> {
        match self {
            Self::Other => None,
            Self::Primary => Some(Self::PrimaryType),
            Self::Secondary => Some(Self::SecondaryType),
            Self::X500 => Some(Self::X500Type),
            _ => Some(Self::Empty),
        }
    }

    /// The texts of the kind, where it has few.
    pub(super) fn texts(self) -> &'static [&'static [u8]] {
        match self {
            Self::PrimaryType => &[b"SMTP"],
            Self::SecondaryType => &[b"smtp"],
            Self::X500Type => &[b"X500", b"x500"],
            Self::Empty => &[b""],
            _ => &[],
        }
    }
}

#[cfg(test)]
// Whatever goes wrong in a test may end it.
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ADDRESS: &str = "[a-zA-Z0-9]{1,5}([._-][A-Za-z0-9]{1,4}){0,2}@[A-Za-z0-9]{1,5}(-[a-z0-9]{1,4}){0,1}(\\.[a-z0-9]{1,5}){0,1}\\.[A-Za-z]{2,6}";

    fn check(kind: Kind, text: &str) {
        for (format, name, _) in Format::all() {
            if let Some(has) = kind.has(format) {
                assert_eq!(format.holds(text.as_bytes()), has, "{kind:?} {name} `{text}`");
            }
        }
        assert!(text.bytes().all(|byte| kind.may_hold(byte)), "{kind:?} `{text}`");
    }

    proptest! {
        #[test]
        fn what_is_known_of_a_kind_is_true_of_its_texts(address in ADDRESS) {
            prop_assert_eq!(Kind::of(address.as_bytes()), Kind::Address);
            check(Kind::Address, &address);
            let at = address.find('@').unwrap();
            check(Kind::Word, &address[..at]);
            prop_assert_eq!(Kind::of(&address.as_bytes()[..at]), Kind::Word);
            check(Kind::Domain, &address[at + 1..]);
            for (kind, text) in [(Kind::Primary, format!("SMTP:{address}")), (Kind::Secondary, format!("smtp:{address}"))] {
                prop_assert_eq!(Kind::of(text.as_bytes()), kind);
                check(kind, &text);
            }
        }

        #[test]
        fn what_is_known_of_names_is_true(text in "[Xx]500:/[ -~]{0,12}[!-~]") {
            prop_assert_eq!(Kind::of(text.as_bytes()), Kind::X500);
            check(Kind::X500, &text);
        }

        #[test]
        fn whatever_is_sorted_is_what_it_is_said_to_be(text in "(SMTP:|smtp:|Smtp:)?[a-bA0 ._@:'+-]{0,9}(@[a-b0.-]{0,7}(\\.[a-c0]{1,3})?)?") {
            check(Kind::of(text.as_bytes()), &text);
        }
    }

    #[test]
    fn corners_are_left_to_a_closer_look() {
        for text in [
            "",
            "a.",
            ".a",
            "a..b@c.de",
            "a@b",
            "a@b.c",
            "a@b.c0",
            "a@-b.de",
            "a@b-.de",
            "a@b..de",
            "a@b.de.",
            "a b",
            "é@b.de",
            "a@b.de ",
            "Smtp:a@b.de",
            "smtp:",
            "smtp:a",
            "smtp:smtp:a@b.de",
            "a@b@c.de",
            "a+b@c.de",
            "a@b.de-",
            "a@b--c.de",
        ] {
            assert_eq!(Kind::of(text.as_bytes()), Kind::Other, "`{text}`");
        }
        assert_eq!(Kind::of(format!("{}@contoso.com", "a".repeat(60)).as_bytes()), Kind::Other);
        let long = format!("a@{}.{}.com", "b".repeat(23), "c".repeat(22));
        assert_eq!(Kind::of(long.as_bytes()), Kind::Other);
        assert_eq!(Kind::of(&long.replace('@', "@x").as_bytes()[1..]), Kind::Other);
        assert_eq!(Kind::of(long.replace(".ccc", ".").as_bytes()), Kind::Address);
    }
}

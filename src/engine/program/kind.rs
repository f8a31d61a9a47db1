//! What texts plainly are. Most texts of a directory are short addresses without a corner, of which most rules find nothing
//! whatever they read: that is known before any of them is read.

use memchr::{memchr, memchr2, memrchr};

use crate::language::format::Format;
use crate::snapshot::value::walk::{self, Table};

/// What a text is known to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    /// Nothing is known but how long it is.
    Other,
    /// Letters and digits, with single `.` and `-` between them.
    Word,
    /// The same, perhaps with single `_` between them too.
    Underscored,
    /// A word, `@`, and a domain.
    Address,
    /// `SMTP:` and an address.
    Primary,
    /// `smtp:` and an address.
    Secondary,
    /// `X500:` or `x500:`, and a name that begins with `/` and has only visible characters and inner spaces of ASCII.
    X500,
    /// Visible characters and inner spaces of ASCII, without `"` and `\\`: most names are.
    Line,
    /// The same with bytes beyond ASCII, whatever they mean, and a letter or digit of ASCII.
    WideLine,
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
    /// A part of a line, which may be empty or have outer spaces.
    Piece,
    /// The same of a wide line.
    WidePiece,
}

/// A set of kinds: every second bit, so that two bits may count the texts of each kind.
pub(super) type Set = u32;

/// The kinds that stored texts are sorted into.
pub(super) const STORED: [Kind; 9] = [
    Kind::Other,
    Kind::Word,
    Kind::Underscored,
    Kind::Address,
    Kind::Primary,
    Kind::Secondary,
    Kind::X500,
    Kind::Line,
    Kind::WideLine,
];

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

/// Whether a text has only visible characters and spaces of ASCII. All bytes are looked at, since many are at once.
fn is_visible(text: &[u8]) -> bool {
    text.iter().fold(true, |are, byte| are & matches!(byte, b' '..=b'~'))
}

/// Letters and digits, with single separators between them.
macro_rules! word {
    () => {
        "[A-Za-z0-9]+([._-][A-Za-z0-9]+)*"
    };
}

/// At least two labels.
macro_rules! domain {
    () => {
        "[A-Za-z0-9]+([.-][A-Za-z0-9]+)*\\.[A-Za-z]{2,}"
    };
}

/// A visible character of ASCII without `"` and `\`.
macro_rules! seen {
    () => {
        "[!#-\\[\\]-~]"
    };
}

impl Kind {
    /// What a stored text is.
    pub(super) fn of(text: &[u8]) -> Self {
        match text {
            [b'S', b'M', b'T', b'P', b':', address @ ..] if is_address(address) => Self::Primary,
            [b's', b'm', b't', b'p', b':', address @ ..] if is_address(address) => Self::Secondary,
            [b'X' | b'x', b'5', b'0', b'0', b':', b'/', name @ ..] if is_visible(name) => {
                if name.last() == Some(&b' ') { Self::Other } else { Self::X500 }
            }
            text => match walked(text) {
                place::WORD if memchr(b'_', text).is_some() => Self::Underscored,
                place::WORD => Self::Word,
                place::LAST if has_short_domain(text) => Self::Address,
                _ => Self::of_name(text),
            },
        }
    }

    /// What a distinguished name is: nothing is worth knowing but whether it is a line.
    pub(super) fn of_name(text: &[u8]) -> Self {
        let is_outer = |byte: Option<&u8>| byte.is_none_or(|byte| *byte == b' ');
        if is_outer(text.first()) || is_outer(text.last()) || memchr2(b'"', b'\\', text).is_some() {
            return Self::Other;
        }
        if is_visible(text) {
            return Self::Line;
        }
        let is_wide = text.iter().fold(true, |are, byte| are & (*byte >= b' ') & (*byte != 0x7F));
        if is_wide && text.iter().any(u8::is_ascii_alphanumeric) { Self::WideLine } else { Self::Other }
    }

    /// The bit by which sets of kinds hold it.
    pub(super) fn bit(self) -> Set {
        1 << (2 * self as u32)
    }

    /// The stored kind that has a bit.
    pub(super) fn number(bit: Set) -> usize {
        bit.trailing_zeros() as usize / 2
    }

    /// Whether every text of the kind has a format, or none has; nothing if that differs.
    pub(super) fn has(self, format: Format) -> Option<bool> {
        match (format, self) {
            (_, Self::Other | Self::Piece | Self::WidePiece) => None,
            (format, Self::WideLine) => (format == Format::Blank).then_some(false),
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

    /// A regular expression of all that texts of the kind hold; texts that are of no kind may be anything.
    pub(super) fn language(self) -> Option<&'static str> {
        Some(match self {
            Self::Other => return None,
            Self::Word => "[A-Za-z0-9]+([.-][A-Za-z0-9]+)*",
            Self::Underscored => word!(),
            Self::Address => concat!(word!(), "@", domain!()),
            Self::Primary => concat!("SMTP:", word!(), "@", domain!()),
            Self::Secondary => concat!("smtp:", word!(), "@", domain!()),
            Self::X500 => "[Xx]500:/([ -~]*[!-~])?",
            Self::Line => concat!(seen!(), "([ !#-\\[\\]-~]*", seen!(), ")?"),
            Self::WideLine => "(?-u:[ !#-\\[\\]-~\\x80-\\xFF])+",
            Self::Domain => domain!(),
            Self::PrimaryType => "SMTP",
            Self::SecondaryType => "smtp",
            Self::X500Type => "[Xx]500",
            Self::Empty => "",
            Self::Piece => "[ !#-\\[\\]-~]*",
            Self::WidePiece => "(?-u:[ !#-\\[\\]-~\\x80-\\xFF])*",
        })
    }

    /// Whether texts of the kind may hold a byte.
    pub(super) fn may_hold(self, byte: u8) -> bool {
        match byte {
            b'"' | b'\\' if self.is_line() => false,
            b' '..=b'~' if self == Self::X500 || self.is_line() => true,
            0x80.. if self.is_wide() => true,
            b'@' => matches!(self, Self::Other | Self::Address | Self::Primary | Self::Secondary),
            b':' => matches!(self, Self::Other | Self::Primary | Self::Secondary),
            b'_' => self != Self::Word,
            b'.' | b'-' => true,
            byte => self == Self::Other || byte.is_ascii_alphanumeric(),
        }
    }

    /// The type of an address of the kind, as [`Function::Scheme`](crate::language::function::Function::Scheme) gives it.
    pub(super) fn scheme(self) -> Option<Self> {
        match self {
            Self::Other | Self::Line | Self::WideLine | Self::Piece | Self::WidePiece => None,
            Self::Primary => Some(Self::PrimaryType),
            Self::Secondary => Some(Self::SecondaryType),
            Self::X500 => Some(Self::X500Type),
            _ => Some(Self::Empty),
        }
    }

    /// Whether its stored texts are addresses with a domain.
    pub(super) fn is_address(self) -> bool {
        matches!(self, Self::Address | Self::Primary | Self::Secondary)
    }

    /// Whether it is a line, or a part of one.
    fn is_line(self) -> bool {
        matches!(self, Self::Line | Self::WideLine | Self::Piece | Self::WidePiece)
    }

    /// Whether its texts may hold more than ASCII.
    pub(super) fn is_wide(self) -> bool {
        matches!(self, Self::Other | Self::WideLine | Self::WidePiece)
    }

    /// What parts of its texts are, if it is a line, or a part of one.
    pub(super) fn piece(self) -> Option<Self> {
        match self {
            Self::Line | Self::Piece => Some(Self::Piece),
            Self::WideLine | Self::WidePiece => Some(Self::WidePiece),
            _ => None,
        }
    }

    /// Whether its texts may be empty, or nothing but spaces.
    pub(super) fn may_be_blank(self) -> bool {
        matches!(self, Self::Other | Self::Empty | Self::Piece | Self::WidePiece)
    }

    /// Whether nothing is taken from its texts when outer spaces are.
    pub(super) fn is_trimmed(self) -> bool {
        // what is no ASCII may be a space
        !self.may_be_blank() && self != Self::WideLine
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
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, clippy::panic)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::language::function::{Function, Outcome};

    const ADDRESS: &str = "[a-zA-Z0-9]{1,5}([._-][A-Za-z0-9]{1,4}){0,2}@[A-Za-z0-9]{1,5}(-[a-z0-9]{1,4}){0,1}(\\.[a-z0-9]{1,5}){0,1}\\.[A-Za-z]{2,6}";

    fn check(kind: Kind, text: &str) {
        for (format, name, _) in Format::all() {
            if let Some(has) = kind.has(format) {
                assert_eq!(format.holds(text.as_bytes()), has, "{kind:?} {name} `{text}`");
            }
        }
        assert!(text.bytes().all(|byte| kind.may_hold(byte)), "{kind:?} `{text}`");
        assert!(kind.may_be_blank() || !Format::Blank.holds(text.as_bytes()), "{kind:?} `{text}`");
        let cut = |function: Function| match function.apply(text.as_bytes(), &[]) {
            Outcome::Part(part) => text.as_bytes()[part].to_vec(),
            _ => panic!("{kind:?} `{text}`"),
        };
        if let Some(language) = kind.language() {
            let whole = regex::bytes::Regex::new(&format!("^(?:{language})$")).unwrap();
            assert!(whole.is_match(text.as_bytes()), "{kind:?} `{text}`");
        }
        assert!(!kind.is_trimmed() || cut(Function::Trim) == text.as_bytes(), "{kind:?} `{text}`");
        if let Some(scheme) = kind.scheme() {
            assert!(scheme.texts().contains(&cut(Function::Scheme).as_slice()), "{kind:?} `{text}`");
        }
    }

    proptest! {
        #[test]
        fn what_is_known_of_a_kind_is_true_of_its_texts(address in ADDRESS) {
            prop_assert_eq!(Kind::of(address.as_bytes()), Kind::Address);
            check(Kind::Address, &address);
            let at = address.find('@').unwrap();
            check(Kind::Underscored, &address[..at]);
            let word = if address[..at].contains('_') { Kind::Underscored } else { Kind::Word };
            check(word, &address[..at]);
            prop_assert_eq!(Kind::of(&address.as_bytes()[..at]), word);
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
        fn what_is_known_of_lines_is_true(text in "[!-~]([ -~\u{e9}]{0,9}(,(DC|ou)=[ -~]{0,5}){0,2}[!-~])?") {
            let kind = Kind::of_name(text.as_bytes());
            check(kind, &text);
            check(Kind::of(text.as_bytes()), &text);
            for function in [Function::Rdn, Function::Parent, Function::Address, Function::Domain, Function::LocalPart] {
                let Outcome::Part(part) = function.apply(text.as_bytes(), &[]) else {
                    prop_assert_eq!(kind, Kind::Other);
                    continue;
                };
                if let Some(piece) = kind.piece() {
                    check(piece, &text[part]);
                }
            }
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
            let kind = Kind::of(text.as_bytes());
            assert!(matches!(kind, Kind::Other | Kind::Line | Kind::WideLine), "{kind:?} `{text}`");
        }
        assert_eq!(Kind::of(format!("{}@contoso.com", "a".repeat(60)).as_bytes()), Kind::Line);
        let long = format!("a@{}.{}.com", "b".repeat(23), "c".repeat(22));
        assert_eq!(Kind::of(long.as_bytes()), Kind::Line);
        assert_eq!(Kind::of(&long.replace('@', "@x").as_bytes()[1..]), Kind::Line);
        assert_eq!(Kind::of(long.replace(".ccc", ".").as_bytes()), Kind::Address);
    }
}

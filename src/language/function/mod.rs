//! The functions of the rule language. Every one is total: it has a result for any value.

mod address;
mod text;

use std::ops::Range;

use crate::snapshot::value::{dn, time};

/// A function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Function {
    Lower,
    Upper,
    Trim,
    Collapse,
    Length,
    Bytes,
    Before,
    After,
    Replace,
    Concat,
    Ascii,
    Nfc,
    Visible,
    Skeleton,
    Base64,
    Scheme,
    Address,
    LocalPart,
    Domain,
    Rdn,
    Parent,
    DomainOf,
    Count,
    First,
    Distinct,
    Chain,
    Age,
}

/// What a function is applied to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Each value of its first argument; the others are texts.
    EachText,
    /// Each value of its first argument, which is a distinguished name.
    EachName,
    /// Each value of its first argument, which is a time.
    EachTime,
    /// All values of its argument together.
    Set,
    /// A reference, which is followed again and again.
    Reference,
    /// Every combination of the values of its arguments.
    Combination,
}

/// What a function gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gives {
    /// Text.
    Text,
    /// A number.
    Number,
    /// A distinguished name.
    Name,
    /// A time span.
    Duration,
    /// What its argument is.
    Same,
}

/// What a function needs, and what it gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signature {
    /// The name in rules.
    pub name: &'static str,
    /// What it is applied to.
    pub takes: Takes,
    /// The number of its arguments.
    pub arguments: (usize, usize),
    /// What it gives.
    pub gives: Gives,
    /// What it does, in a few words.
    pub about: &'static str,
}

/// The result for one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A part of the value.
    Part(Range<usize>),
    /// Something made from it.
    Made(Vec<u8>),
    /// A number.
    Number(i64),
}

use Function as F;

const fn row(
    name: &'static str,
    takes: Takes,
    arguments: (usize, usize),
    gives: Gives,
    about: &'static str,
) -> Signature {
    Signature { name, takes, arguments, gives, about }
}

/// Every function with its signature.
const TABLE: &[(Function, Signature)] = &[
    (F::Lower, row("lower", Takes::EachText, (1, 1), Gives::Text, "the text in lower case")),
    (F::Upper, row("upper", Takes::EachText, (1, 1), Gives::Text, "the text in upper case")),
    (
        F::Trim,
        row(
            "trim",
            Takes::EachText,
            (1, 2),
            Gives::Text,
            "the text without white space, and the characters of a second text, around it",
        ),
    ),
    (
        F::Collapse,
        row(
            "collapse",
            Takes::EachText,
            (1, 1),
            Gives::Text,
            "the text with each run of white space as one space",
        ),
    ),
    (
        F::Length,
        row(
            "length",
            Takes::EachText,
            (1, 1),
            Gives::Number,
            "the number of characters, as UTF-16 counts them",
        ),
    ),
    (F::Bytes, row("bytes", Takes::EachText, (1, 1), Gives::Number, "the number of bytes")),
    (
        F::Before,
        row(
            "before",
            Takes::EachText,
            (2, 2),
            Gives::Text,
            "what stands before the first occurrence of a text; all of it if there is none",
        ),
    ),
    (
        F::After,
        row(
            "after",
            Takes::EachText,
            (2, 2),
            Gives::Text,
            "what stands behind the first occurrence of a text; nothing if there is none",
        ),
    ),
    (
        F::Replace,
        row(
            "replace",
            Takes::EachText,
            (3, 3),
            Gives::Text,
            "the text with each occurrence of one text replaced by another",
        ),
    ),
    (F::Concat, row("concat", Takes::Combination, (1, 32), Gives::Text, "the texts one behind the other")),
    (
        F::Ascii,
        row(
            "ascii",
            Takes::EachText,
            (1, 1),
            Gives::Text,
            "the text without accents, and without what is then not ASCII",
        ),
    ),
    (F::Nfc, row("nfc", Takes::EachText, (1, 1), Gives::Text, "the text in Unicode normalisation form C")),
    (
        F::Visible,
        row(
            "visible",
            Takes::EachText,
            (1, 1),
            Gives::Text,
            "the text without characters that cannot be seen; each other white space as a space",
        ),
    ),
    (
        F::Skeleton,
        row(
            "skeleton",
            Takes::EachText,
            (1, 1),
            Gives::Text,
            "a text that is the same for texts that look alike (Unicode TR 39)",
        ),
    ),
    (
        F::Base64,
        row("base64", Takes::EachText, (1, 1), Gives::Text, "the bytes in base64, as Entra writes an anchor"),
    ),
    (
        F::Scheme,
        row(
            "scheme",
            Takes::EachText,
            (1, 1),
            Gives::Text,
            "what stands before the first `:`; nothing if there is none",
        ),
    ),
    (
        F::Address,
        row(
            "address",
            Takes::EachText,
            (1, 1),
            Gives::Text,
            "what stands behind the first `:`; all of it if there is none",
        ),
    ),
    (
        F::LocalPart,
        row(
            "local_part",
            Takes::EachText,
            (1, 1),
            Gives::Text,
            "what stands before the last `@`; all of it if there is none",
        ),
    ),
    (
        F::Domain,
        row(
            "domain",
            Takes::EachText,
            (1, 1),
            Gives::Text,
            "what stands behind the last `@`; nothing if there is none",
        ),
    ),
    (
        F::Rdn,
        row(
            "rdn",
            Takes::EachName,
            (1, 1),
            Gives::Text,
            "the first value of a distinguished name: `Joe` of `CN=Joe,DC=contoso`",
        ),
    ),
    (F::Parent, row("parent", Takes::EachName, (1, 1), Gives::Name, "the name of the object above")),
    (
        F::DomainOf,
        row(
            "domain_of",
            Takes::EachName,
            (1, 1),
            Gives::Name,
            "the `DC=` parts at the end of a distinguished name",
        ),
    ),
    (F::Count, row("count", Takes::Set, (1, 1), Gives::Number, "the number of values")),
    (F::First, row("first", Takes::Set, (1, 1), Gives::Same, "the first value in the file")),
    (F::Distinct, row("distinct", Takes::Set, (1, 1), Gives::Same, "the values without repetitions")),
    (
        F::Chain,
        row(
            "chain",
            Takes::Reference,
            (1, 1),
            Gives::Name,
            "all objects that are reached by following a reference again and again",
        ),
    ),
    (
        F::Age,
        row(
            "age",
            Takes::EachTime,
            (1, 1),
            Gives::Duration,
            "the time since then; a time that means never has no age",
        ),
    ),
];

impl Function {
    /// Every function with its signature.
    pub fn all() -> impl Iterator<Item = (Self, &'static Signature)> {
        TABLE.iter().map(|(function, signature)| (*function, signature))
    }

    /// The function of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        TABLE.iter().find(|(_, signature)| signature.name == name).map(|(function, _)| *function)
    }

    /// Whether values that differ mostly still differ in what it makes of them.
    #[must_use]
    pub fn keeps_apart(self) -> bool {
        use Function as F;
        let spelled =
            matches!(self, F::Lower | F::Upper | F::Trim | F::Collapse | F::Ascii | F::Nfc | F::Visible);
        spelled || matches!(self, F::Skeleton | F::Base64 | F::Address | F::Concat)
    }

    /// What it needs, and what it gives.
    #[must_use]
    pub fn signature(self) -> Signature {
        let found = TABLE.iter().find(|(function, _)| *function == self);
        found.map_or(row("", Takes::Set, (1, 1), Gives::Same, ""), |(_, signature)| *signature)
    }

    /// Whether the result is always a part of the value, so that another text can be put in its place.
    #[must_use]
    pub fn cuts(self) -> bool {
        matches!(self, F::Trim | F::Before | F::After | F::Scheme | F::Address | F::LocalPart | F::Domain)
    }

    /// The result for one value; `arguments` are the further ones. Functions of sets, of references and of combinations
    /// give the value itself: they are not applied value by value.
    #[must_use]
    pub fn apply(self, value: &[u8], arguments: &[&[u8]]) -> Outcome {
        let argument = |number: usize| arguments.get(number).copied().unwrap_or_default();
        match self {
            F::Lower => Outcome::Made(text::lower(value)),
            F::Upper => Outcome::Made(text::upper(value)),
            F::Trim => Outcome::Part(text::trim(value, argument(0))),
            F::Collapse => Outcome::Made(text::collapse(value)),
            F::Length => Outcome::Number(text::length(value)),
            F::Bytes => Outcome::Number(i64::try_from(value.len()).unwrap_or(i64::MAX)),
            F::Before => Outcome::Part(text::before(value, argument(0))),
            F::After => Outcome::Part(text::after(value, argument(0))),
            F::Replace => Outcome::Made(text::replace(value, argument(0), argument(1))),
            F::Ascii => Outcome::Made(text::ascii(value)),
            F::Nfc => Outcome::Made(text::nfc(value)),
            F::Visible => Outcome::Made(text::visible(value)),
            F::Skeleton => Outcome::Made(text::skeleton(value)),
            F::Base64 => Outcome::Made(data_encoding::BASE64.encode(value).into_bytes()),
            F::Scheme => Outcome::Part(address::scheme(value)),
            F::Address => Outcome::Part(address::address(value)),
            F::LocalPart => Outcome::Part(address::local_part(value)),
            F::Domain => Outcome::Part(address::domain(value)),
            F::Rdn => match dn::first_value(value) {
                (Some(part), _) => Outcome::Part(part),
                (None, made) => Outcome::Made(made),
            },
            F::Parent => Outcome::Part(dn::parent(value)),
            F::DomainOf => Outcome::Part(dn::domain(value)),
            F::Concat | F::Count | F::First | F::Distinct | F::Chain | F::Age => {
                Outcome::Part(0..value.len())
            }
        }
    }
}

/// The seconds from the time of a value to `now`; none if it is no time, or one that means never.
#[must_use]
pub fn age(value: &[u8], now: i64) -> Option<i64> {
    time::seconds(value).map(|then| now.saturating_sub(then))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(name: &str, value: &str, arguments: &[&str]) -> String {
        let arguments: Vec<&[u8]> = arguments.iter().map(|text| text.as_bytes()).collect();
        match Function::from_name(name).unwrap().apply(value.as_bytes(), &arguments) {
            Outcome::Part(range) => value.get(range).unwrap().to_owned(),
            Outcome::Made(bytes) => String::from_utf8(bytes).unwrap(),
            Outcome::Number(number) => number.to_string(),
        }
    }

    #[test]
    fn functions_of_one_value() {
        for (name, value, arguments, result) in [
            ("lower", "JOSÉ", &[][..], "josé"),
            ("upper", "josé", &[], "JOSÉ"),
            ("trim", "\u{a0} a b\t", &[], "a b"),
            ("trim", " .a.b.\t.", &["."], "a.b"),
            ("trim", "..", &["."], ""),
            ("visible", "j\u{200b}oe\u{a0}x\ty\u{feff}", &[], "joe x y"),
            ("collapse", "  a \u{a0}  b ", &[], " a b "),
            ("length", "a🙂é", &[], "4"),
            ("bytes", "aé", &[], "3"),
            ("before", "adm-joe-x", &["-"], "adm"),
            ("before", "joe", &["-"], "joe"),
            ("after", "adm-joe-x", &["-"], "joe-x"),
            ("after", "ADM-joe", &["adm-"], "joe"),
            ("after", "joe", &["-"], ""),
            ("replace", "a.b.c", &[".", "-"], "a-b-c"),
            ("ascii", "Žofie Łøß", &[], "Zofie Loss"),
            ("nfc", "e\u{301}", &[], "é"),
            ("base64", "joe", &[], "am9l"),
            ("scheme", "SMTP:joe@x", &[], "SMTP"),
            ("scheme", "joe@x", &[], ""),
            ("address", "SMTP:joe@x", &[], "joe@x"),
            ("address", "joe@x", &[], "joe@x"),
            ("local_part", "a@b@c", &[], "a@b"),
            ("local_part", "a", &[], "a"),
            ("domain", "a@b@c", &[], "c"),
            ("domain", "a", &[], ""),
            ("rdn", r"CN=Joe\, Jr,DC=x", &[], "Joe, Jr"),
            ("parent", "CN=Joe,DC=x", &[], "DC=x"),
            ("domain_of", "CN=Joe,DC=x,DC=y", &[], "DC=x,DC=y"),
        ] {
            assert_eq!(apply(name, value, arguments), result, "{name}({value:?})");
        }
    }

    #[test]
    fn what_looks_alike_has_one_skeleton() {
        assert_eq!(
            apply("skeleton", "pаypal", &[]),
            apply("skeleton", "PAYPAL".to_lowercase().as_str(), &[])
        );
        assert_ne!(apply("skeleton", "joe", &[]), apply("skeleton", "jane", &[]));
    }

    #[test]
    fn never_has_no_age() {
        assert_eq!(age(b"0", 5), None);
        assert_eq!(age(b"19700101000000Z", 5), Some(5));
    }
}

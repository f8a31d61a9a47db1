//! Comparisons: as what two operands compare, and constants made ready for it.

use super::{Checked, Compiler};
use crate::language::plan::{Comparand, Operand, OperandKind, Reads, Test};
use crate::language::syntax::{Comparator, Span};
use crate::snapshot::value::{Type, boolean, dn, guid, key_into, number, sid, time};

/// Both sides of a comparison.
pub(super) struct Sides<'s> {
    pub(super) left: Operand,
    pub(super) right: Operand,
    /// Where the right one stands.
    pub(super) place: &'s Span,
}

impl Compiler<'_> {
    pub(super) fn comparison(
        &mut self,
        sides: Sides<'_>,
        comparator: Comparator,
        exact: bool,
        span: &Span,
    ) -> Checked<Test> {
        let kind = self.common_kind(&sides, span)?;
        match comparator {
            Comparator::Equal | Comparator::NotEqual => {
                let kind = match kind {
                    Reads::As(kind) => kind,
                    Reads::Duration => Type::Number,
                };
                let negated = comparator == Comparator::NotEqual;
                self.constants_read_as(&sides.left, kind, span)?;
                let right = self.comparand(sides.right, kind, exact, sides.place)?;
                Some(Test::Equal { left: sides.left, right, kind, exact, negated })
            }
            _ => {
                if !matches!(kind, Reads::As(Type::Number | Type::Time) | Reads::Duration) {
                    return self.fault(
                        "rule-type",
                        span,
                        "only numbers and times have an order".to_owned(),
                        "compares text",
                        Some(
                            "speak of `length(..)`, of `age(..)`, or of an attribute of type `number`"
                                .to_owned(),
                        ),
                    );
                }
                if kind == Reads::As(Type::Time) {
                    self.moments(&sides.left, span)?;
                    self.moments(&sides.right, sides.place)?;
                }
                Some(Test::Order { left: sides.left, comparator, right: sides.right, kind })
            }
        }
    }

    /// As what both sides compare.
    fn common_kind(&mut self, sides: &Sides<'_>, span: &Span) -> Checked<Reads> {
        use Reads::As;
        let (left, right) = (sides.left.reads, sides.right.reads);
        let written = |operand: &Operand| matches!(operand.kind, OperandKind::Texts(_));
        let number = |operand: &Operand| matches!(operand.kind, OperandKind::Numbers(_));
        match (left, right) {
            _ if left == right => Some(left),
            (As(Type::Time), As(Type::Number)) if number(&sides.right) => Some(As(Type::Number)),
            (As(Type::Number), As(Type::Time)) if number(&sides.left) => Some(As(Type::Number)),
            (As(Type::Text), As(Type::Number)) | (As(Type::Number), As(Type::Text)) => {
                let help = if written(&sides.right) || written(&sides.left) {
                    "write the number without quotes"
                } else {
                    "write the number in quotes: a text such as `0042` is no number"
                };
                self.unlike(left, right, span, Some(help))
            }
            (As(Type::Text), As(other)) | (As(other), As(Type::Text)) => Some(As(other)),
            (Reads::Duration, As(Type::Number)) | (As(Type::Number), Reads::Duration) => {
                self.unlike(left, right, span, Some("write a time span: `90 days`"))
            }
            _ => self.unlike(left, right, span, None),
        }
    }

    fn unlike<T>(&mut self, left: Reads, right: Reads, span: &Span, help: Option<&str>) -> Checked<T> {
        let name = |reads: Reads| match reads {
            Reads::As(kind) => kind.name(),
            Reads::Duration => "duration",
        };
        self.fault(
            "rule-type",
            span,
            format!("`{}` and `{}` do not compare", name(left), name(right)),
            "of different types",
            help.map(str::to_owned),
        )
    }

    /// The right side: constants as sorted keys, everything else as it is.
    pub(super) fn comparand(
        &mut self,
        operand: Operand,
        kind: Type,
        exact: bool,
        span: &Span,
    ) -> Checked<Comparand> {
        let texts: Vec<String> = match operand.kind {
            OperandKind::Texts(texts) => texts,
            OperandKind::Numbers(numbers) => numbers.iter().map(i64::to_string).collect(),
            _ => return Some(Comparand::Operand(operand)),
        };
        let mut keys = Vec::new();
        for text in &texts {
            self.reads_as(text, kind, span)?;
            let mut key = Vec::new();
            if exact {
                key.extend_from_slice(text.as_bytes());
            } else {
                key_into(kind, text.as_bytes(), &mut key);
            }
            keys.push(key);
        }
        keys.sort_unstable();
        keys.dedup();
        Some(Comparand::Keys(keys))
    }

    fn constants_read_as(&mut self, operand: &Operand, kind: Type, span: &Span) -> Checked<()> {
        let OperandKind::Texts(texts) = &operand.kind else { return Some(()) };
        texts.iter().try_for_each(|text| self.reads_as(text, kind, span))
    }

    /// Texts that stand before or after a time have to be one; a number such as `2024` is none.
    fn moments(&mut self, operand: &Operand, span: &Span) -> Checked<()> {
        let OperandKind::Texts(texts) = &operand.kind else { return Some(()) };
        texts.iter().try_for_each(|text| match time::seconds(text.as_bytes()) {
            Some(_) => Some(()),
            None => self.unreadable(text, "time", "2024-01-31", span),
        })
    }

    /// A constant that is compared as something else than text has to be one.
    pub(super) fn reads_as(&mut self, text: &str, kind: Type, span: &Span) -> Checked<()> {
        let bytes = text.as_bytes();
        let (fits, wanted, example) = match kind {
            Type::Time => (time::seconds(bytes).is_some() || number(bytes).is_some(), "time", "2024-01-31"),
            Type::Dn => (
                text.is_empty() || dn::normalize_into(bytes, &mut Vec::new()),
                "distinguished name",
                "OU=Staff,DC=contoso,DC=com",
            ),
            Type::Number => (number(bytes).is_some(), "number", "512"),
            Type::Boolean => (boolean(bytes).is_some(), "truth value", "true"),
            Type::Guid => (guid(bytes).is_some(), "GUID", "b074c416-0a1b-2c3d-4e5f-60718293a4b5"),
            Type::Sid => (sid(bytes).is_some(), "security identifier", "S-1-5-32-544"),
            Type::Text | Type::Binary => return Some(()),
        };
        if fits { Some(()) } else { self.unreadable(text, wanted, example, span) }
    }

    fn unreadable(&mut self, text: &str, wanted: &str, example: &str, span: &Span) -> Checked<()> {
        self.fault(
            "rule-type",
            span,
            format!("`{text}` is no {wanted}"),
            "cannot be read",
            Some(format!("write it as `{example}`")),
        )
    }
}

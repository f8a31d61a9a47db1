//! One value in a row of a query: the columns that it is made of, and what presync knows of how it was made.

use super::super::fact::{Asked, Question, Step, result_type};
use super::super::tree::{Expr, Function as F, Kind, Operator, Select};
use super::{Lowered, Lowering, Obstacle, obstacle};
use crate::language::function::Function;
use crate::language::plan::{Field, Reads};
use crate::snapshot::value::Type;

/// White space around a text, as Unicode has it.
const WHITE_SPACE: &str = "\t\n\u{b}\u{c}\r \u{85}\u{a0}\u{1680}\u{2000}\u{2001}\u{2002}\u{2003}\u{2004}\u{2005}\u{2006}\u{2007}\u{2008}\u{2009}\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}";
/// White space around bytes that are no UTF-8.
const ASCII_WHITE_SPACE: &str = "\t\n\u{c}\r ";
/// A byte that is no UTF-8, as values are written.
const NO_UTF8: &str = "[\u{ef80}-\u{efff}]";

/// One value.
#[derive(Debug, Clone)]
pub(super) struct Scalar {
    /// The text, to the letter and without regard to case; none of a number that was made.
    pub(super) texts: Option<(Expr, Expr)>,
    /// The key by which it compares as its type.
    pub(super) key: Option<Expr>,
    /// The number that it is.
    pub(super) number: Option<Expr>,
    /// As what it reads.
    pub(super) reads: Reads,
    /// The fields of which it may be a value, if it comes from one value, and what was made of it.
    pub(super) made: Option<(Vec<Field>, Vec<Step>)>,
    /// Why its text cannot be had.
    pub(super) hidden: Option<String>,
    /// Where it is a number that may be larger, since not all that is counted was exported.
    pub(super) open: Expr,
}

impl Scalar {
    /// A value of one of some fields in the table of values, under an alias.
    pub(super) fn stored(lowering: &Lowering<'_>, fields: &[Field], reads: Reads, alias: &str) -> Self {
        let hidden = fields.iter().find_map(|field| {
            let Field::Slot(slot) = field else { return None };
            let name = lowering.attribute(*slot);
            let declared = lowering.plan.attributes.get(usize::from(slot.0))?;
            if declared.secret {
                Some(format!("asks for the text of `{name}`, which is secret"))
            } else if declared.kind == Type::Binary {
                Some(format!("asks for the text of `{name}`, which holds bytes"))
            } else {
                None
            }
        });
        let column = |name: &str| Expr::column(alias, name);
        Self {
            texts: Some((column("value"), column("folded"))),
            key: Some(column("key")),
            number: matches!(reads, Reads::As(Type::Number | Type::Time)).then(|| column("number")),
            reads,
            made: Some((fields.to_vec(), Vec::new())),
            hidden,
            open: Expr::Truth(false),
        }
    }

    /// A number that was made.
    pub(super) fn number(number: Expr, reads: Reads) -> Self {
        Self {
            texts: None,
            key: None,
            number: Some(number),
            reads,
            made: None,
            hidden: None,
            open: Expr::Truth(false),
        }
    }

    /// The columns of a value by the names that a scene gives them, and the value as it is read from there.
    pub(super) fn columns(&self) -> (Vec<(Expr, &'static str)>, Self) {
        let mut columns = Vec::new();
        if let Some((text, folded)) = &self.texts {
            columns.extend([(text.clone(), "text"), (folded.clone(), "folded")]);
        }
        columns.extend(self.key.clone().map(|key| (key, "key")));
        columns.extend(self.number.clone().map(|number| (number, "number")));
        let there = |name: &str| Expr::column("s", name);
        let read = Self {
            texts: self.texts.as_ref().map(|_| (there("text"), there("folded"))),
            key: self.key.as_ref().map(|_| there("key")),
            number: self.number.as_ref().map(|_| there("number")),
            ..self.clone()
        };
        (columns, read)
    }

    /// The text, to the letter.
    pub(super) fn text(&self) -> Lowered<Expr> {
        self.both().map(|(text, _)| text)
    }

    /// The text, to the letter and without regard to case.
    pub(super) fn both(&self) -> Lowered<(Expr, Expr)> {
        match (&self.hidden, &self.texts) {
            (Some(reason), _) => obstacle(reason.clone()),
            (None, Some(texts)) => Ok(texts.clone()),
            (None, None) => obstacle("takes a number as text"),
        }
    }

    /// A question about the text.
    pub(super) fn asked(&self, question: Question) -> Lowered<Asked> {
        match &self.made {
            Some((fields, steps)) => Ok(Asked { fields: fields.clone(), steps: steps.clone(), question }),
            None => obstacle(format!("asks `{}` of a text that is made of several values", question.name())),
        }
    }

    /// What a step makes of it.
    fn then(&self, step: Step, texts: (Expr, Expr), key: Option<Expr>, reads: Reads) -> Self {
        let made = self.made.clone().map(|(fields, mut steps)| {
            steps.push(step);
            (fields, steps)
        });
        Self {
            key: Some(key.unwrap_or_else(|| texts.1.clone())),
            texts: Some(texts),
            number: None,
            reads,
            made,
            hidden: None,
            open: Expr::Truth(false),
        }
    }

    /// The answer of a comparison of numbers; nobody knows it where one of them may be larger.
    pub(super) fn told(holds: Expr, numbers: &[&Self]) -> Expr {
        let open = Expr::any(numbers.iter().map(|number| number.open.clone()).collect());
        match open {
            Expr::Truth(false) => holds,
            open => Expr::case([(open, Expr::Null(Kind::Truth))], holds),
        }
    }
}

impl Lowering<'_> {
    /// The column by which a value compares as a type, or to the letter.
    pub(super) fn key(
        &mut self,
        scalar: &Scalar,
        kind: Type,
        exact: bool,
        select: &mut Select,
    ) -> Lowered<Expr> {
        if exact {
            return scalar.text();
        }
        if kind == Type::Text {
            return scalar.both().map(|(_, folded)| folded);
        }
        match (&scalar.key, scalar.reads) {
            (Some(key), Reads::As(known)) if known == kind => {
                scalar.both()?;
                Ok(key.clone())
            }
            _ => {
                let asked = scalar.asked(Question::Key(kind))?;
                let text = scalar.text()?;
                Ok(self.fact(asked, &text, "key", select))
            }
        }
    }

    /// The number by which a value stands in an order.
    pub(super) fn figure(&self, scalar: &Scalar, kind: Reads) -> Lowered<Expr> {
        match &scalar.number {
            Some(number) if scalar.reads == kind || scalar.texts.is_none() => Ok(number.clone()),
            _ => obstacle("compares a value as another type than its own"),
        }
    }

    /// What a function of one value makes of it; further arguments are constants.
    pub(super) fn apply(
        &mut self,
        function: Function,
        arguments: &[Vec<u8>],
        scalar: &Scalar,
        select: &mut Select,
    ) -> Lowered<Scalar> {
        let number = |expr| Ok(Scalar::number(expr, Reads::As(Type::Number)));
        match function {
            Function::Bytes => return number(bytes(scalar)?),
            Function::Age => {
                let Some(then) = scalar.number.clone() else { return obstacle("asks for the age of a text") };
                let age = Expr::binary(Operator::Minus, Expr::Number(self.terms.now), then);
                return Ok(Scalar::number(age, Reads::Duration));
            }
            Function::Length => return number(Expr::call(F::Length16, [scalar.text()?])),
            _ => {}
        }
        let (text, folded) = scalar.both()?;
        let step = Step::Function(function, arguments.to_vec());
        let plain = Reads::As(Type::Text);
        let cut = match function {
            Function::Scheme => scheme,
            Function::Address => address,
            Function::LocalPart => local_part,
            Function::Domain => domain,
            Function::Trim if arguments.is_empty() => trim,
            _ => {
                let question = Question::Function(function, arguments.to_vec());
                let asked = scalar.asked(question)?;
                let mut column = |name: &str| self.fact(asked.clone(), &text, name, select);
                let texts = (column("result"), column("folded"));
                let key = column("key");
                return Ok(scalar.then(step, texts, Some(key), Reads::As(result_type(function))));
            }
        };
        Ok(scalar.then(step, (cut(text), cut(folded)), None, plain))
    }

    /// A value between two constants.
    pub(super) fn between(before: &[u8], scalar: &Scalar, behind: &[u8]) -> Lowered<Scalar> {
        use super::super::text::{folded_text, written};
        let (text, folded) = scalar.both()?;
        let joined = |before: String, inner: Expr, behind: String| {
            let parts = [Expr::Text(before), inner, Expr::Text(behind)];
            let parts: Vec<Expr> = parts.into_iter().filter(|part| *part != Expr::text("")).collect();
            if parts.len() == 1 { parts.into_iter().next() } else { Some(Expr::call(F::Concat, parts)) }
        };
        let exact = joined(written(before).into_owned(), text, written(behind).into_owned());
        let any = joined(folded_text(before), folded, folded_text(behind));
        let texts = exact.zip(any).ok_or_else(|| Obstacle("joins nothing".to_owned()))?;
        let step = Step::Between(before.to_vec(), behind.to_vec());
        Ok(scalar.then(step, texts, None, Reads::As(Type::Text)))
    }
}

/// The number of bytes of a value; of one that is no text, told by the length of its base64.
fn bytes(scalar: &Scalar) -> Lowered<Expr> {
    let is_stored = scalar.made.as_ref().is_some_and(|(_, steps)| steps.is_empty());
    let Some((Expr::Column(alias, name), _)) = &scalar.texts else {
        return Ok(Expr::call(F::Bytes, [scalar.text()?]));
    };
    if !is_stored || name != "value" && name != "text" {
        return obstacle("counts the bytes of a part of a value");
    }
    let coded = Expr::column(alias, if name == "value" { "value_base64" } else { "coded" });
    let padding = |count| {
        (
            Expr::call(F::EndsWith, [coded.clone(), Expr::text("=".repeat(count))]),
            Expr::Number(3 - count as i64),
        )
    };
    // four characters are three bytes, less one for each `=` at the end
    let last = Expr::case([padding(2), padding(1)], Expr::Number(3));
    let quanta = Expr::call(F::Quanta, [coded.clone()]);
    let decoded = Expr::binary(Operator::Plus, Expr::binary(Operator::Minus, quanta, Expr::Number(3)), last);
    let plain = Expr::call(F::Bytes, [Expr::column(alias, name)]);
    Ok(Expr::case([(coded.missing(), plain)], decoded))
}

fn position(text: &Expr, of: &str) -> Expr {
    Expr::call(F::Position, [text.clone(), Expr::text(of)])
}

fn is_in(text: &Expr, of: &str) -> Expr {
    Expr::binary(Operator::Greater, position(text, of), Expr::Number(0))
}

fn before(text: &Expr, count: Expr) -> Expr {
    Expr::call(F::Left, [text.clone(), count])
}

fn less(count: Expr, by: Expr) -> Expr {
    Expr::binary(Operator::Minus, count, by)
}

fn scheme(text: Expr) -> Expr {
    let cut = before(&text, less(position(&text, ":"), Expr::Number(1)));
    Expr::case([(is_in(&text, ":"), cut)], Expr::text(""))
}

fn address(text: Expr) -> Expr {
    let from = Expr::binary(Operator::Plus, position(&text, ":"), Expr::Number(1));
    Expr::call(F::From, [text, from])
}

fn domain(text: Expr) -> Expr {
    let last = Expr::call(F::AfterLast, [text.clone(), Expr::text("@")]);
    Expr::case([(is_in(&text, "@"), last)], Expr::text(""))
}

fn local_part(text: Expr) -> Expr {
    let length = |text: Expr| Expr::call(F::Length, [text]);
    let last = Expr::call(F::AfterLast, [text.clone(), Expr::text("@")]);
    let count = less(less(length(text.clone()), length(last)), Expr::Number(1));
    Expr::case([(is_in(&text, "@"), before(&text, count))], text)
}

fn trim(text: Expr) -> Expr {
    let trimmed = |what: &str| Expr::call(F::Trim, [text.clone(), Expr::text(what)]);
    let is_odd = Expr::call(F::Finds, [text.clone(), Expr::text(NO_UTF8)]);
    Expr::case([(is_odd, trimmed(ASCII_WHITE_SPACE))], trimmed(WHITE_SPACE))
}

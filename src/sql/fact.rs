//! Facts: what SQL cannot say of a text, said by presync. A fact is a row of a table of results (a function, a text, the result),
//! so that the engine looks up what presync worked out, and the two cannot differ.

use serde::Serialize;

use super::text::{folded_text, key_text, unwritten, written};
use crate::language::format::Format;
use crate::language::function::{Function, Gives, Outcome};
use crate::language::plan::{Expression, Field};
use crate::snapshot::value::Type;

/// A function of one text, with its further arguments.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// A function of the language.
    Function(Function, Vec<Vec<u8>>),
    /// Something before the text, and something behind it.
    Between(Vec<u8>, Vec<u8>),
}

impl Step {
    /// The result for a text.
    #[must_use]
    pub fn apply(&self, text: &[u8]) -> Vec<u8> {
        match self {
            Self::Between(before, behind) => [before, text, behind].concat(),
            Self::Function(function, arguments) => {
                let arguments: Vec<&[u8]> = arguments.iter().map(Vec::as_slice).collect();
                match function.apply(text, &arguments) {
                    Outcome::Part(range) => text.get(range).unwrap_or_default().to_vec(),
                    Outcome::Made(made) => made,
                    Outcome::Number(number) => number.to_string().into_bytes(),
                }
            }
        }
    }
}

/// What is asked of a text.
#[derive(Debug, Clone, PartialEq)]
pub enum Question {
    /// What a function makes of it, with the type that the result is read as.
    Function(Function, Vec<Vec<u8>>),
    /// Whether it has a format.
    Format(Format),
    /// Whether an expression is found in it.
    Match(Expression),
    /// The key by which it compares as a type.
    Key(Type),
}

impl Question {
    /// What the table of facts calls it.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Function(function, arguments) => {
                let arguments = arguments.iter().map(|text| format!(", {:?}", written(text)));
                format!("{}(_{})", function.signature().name, arguments.collect::<String>())
            }
            Self::Format(format) => format!("is {}", format.name()),
            Self::Match(expression) => format!("matches /{}/", expression.as_str()),
            Self::Key(kind) => format!("key of {}", kind.name()),
        }
    }

    /// The fact about a text, which is written as in the table of values.
    #[must_use]
    pub fn answer<'t>(&self, name: &'t str, text: &'t str) -> Fact<'t> {
        let bytes = unwritten(text);
        let truth = |holds: bool| (holds.to_string(), None, None);
        let (result, folded, key) = match self {
            Self::Function(function, arguments) => {
                let made = Step::Function(*function, arguments.clone()).apply(&bytes);
                let kind = result_type(*function);
                (written(&made).into_owned(), Some(folded_text(&made)), Some(key_text(kind, &made)))
            }
            Self::Format(format) => truth(format.holds(&bytes)),
            Self::Match(expression) => truth(expression.is_match(&bytes)),
            Self::Key(kind) => (String::new(), None, Some(key_text(*kind, &bytes))),
        };
        Fact { function: name, text, result, folded, key }
    }
}

/// As what the result of a function of one text is read.
pub(super) fn result_type(function: Function) -> Type {
    match function.signature().gives {
        Gives::Name => Type::Dn,
        Gives::Number | Gives::Duration => Type::Number,
        Gives::Text | Gives::Same => Type::Text,
    }
}

/// A row of the table of facts.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Fact<'t> {
    /// The question.
    pub function: &'t str,
    /// The text.
    pub text: &'t str,
    /// The answer: a text, or `true` or `false`.
    pub result: String,
    /// The answer without regard to case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folded: Option<String>,
    /// The key of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// Where texts come from that something is asked of: the values of fields, and what functions make of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The attributes, or the name or class of the object.
    pub fields: Vec<Field>,
    /// Applied to each value, in this order.
    pub steps: Vec<Step>,
    /// What is asked.
    pub question: Question,
}

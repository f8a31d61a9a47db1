//! The syntax tree of a rule. Every node that a message may point at carries the range of bytes that it came from. It can be
//! written down, so that built-in rules are read when the program is built.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A range of bytes of the rule's text.
pub type Span = Range<usize>;

/// Something with the place that it came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct At<T> {
    /// The thing.
    pub node: T,
    /// Its place in the text of the rule.
    pub span: Span,
}

/// One rule: one sentence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Sentence {
    /// `each SUBJECT [where C] must PREDICATE`, `each SUBJECT [where C]: C`.
    Each {
        /// Whom the rule is about.
        subject: Subject,
        /// Which of them.
        filter: Option<Condition>,
        /// What must hold.
        must: Condition,
    },
    /// `no SUBJECT [where C]`.
    No {
        /// Whom the rule is about.
        subject: Subject,
        /// Which of them must not be.
        filter: Option<Condition>,
    },
    /// `only CLASSES may have ATTRIBUTES [where C]`.
    Only {
        /// Who may.
        classes: Vec<At<Class>>,
        /// Have what.
        attributes: Vec<At<Attribute>>,
        /// Which values, of which others, count.
        filter: Option<Condition>,
    },
    /// `unique [exact] KEYS across CLASSES [where C] [within KEY]`.
    Unique {
        /// Compared to the letter.
        exact: bool,
        /// The keys, which share one namespace.
        keys: Vec<At<Key>>,
        /// Among whom.
        classes: Vec<At<Class>>,
        /// Which objects and values.
        filter: Option<Condition>,
        /// Unique among the objects that share this key.
        within: Option<At<Key>>,
    },
    /// `acyclic ATTRIBUTE of CLASSES [where C]`.
    Acyclic {
        /// The reference that is followed.
        attribute: At<Attribute>,
        /// Whose.
        classes: Vec<At<Class>>,
        /// Which of them.
        filter: Option<Condition>,
    },
    /// `at most N CLASSES [where C]`, `at least N CLASSES [where C]`.
    Count {
        /// The bound; `Exactly` and `Between` do not occur.
        amount: Amount,
        /// Who is counted.
        classes: Vec<At<Class>>,
        /// Which of them.
        filter: Option<Condition>,
    },
}

/// Whom an `each` or `no` sentence is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Subject {
    /// Objects.
    Objects(Vec<At<Class>>),
    /// Single values of objects; `it` is the value.
    Values {
        /// The values.
        keys: Vec<At<Key>>,
        /// Of whom.
        classes: Vec<At<Class>>,
    },
}

/// A class as written: `user`, `tenant.user`, `object`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Class {
    /// The source; none means the objects under check.
    pub source: Option<String>,
    /// The class or object class; `object` means all.
    pub name: String,
}

/// An attribute as written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// The name without options, and without backquotes.
    pub name: String,
    /// The options (`binary`), joined by `;`; none means any.
    pub options: Option<String>,
}

/// What `unique`, `each .. of`, `have` and `equal any` speak of: a path, a selection, or a function of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Key {
    /// `mail`, `manager.company`.
    Path(Path),
    /// `(proxyAddresses where C)`.
    Selection(Box<Selection>),
    /// `address(proxyAddresses where C)`.
    Call(Box<Call>),
}

/// `it`, `self` or nothing, and the names that are followed from there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Path {
    /// Where it starts.
    pub root: Root,
    /// The names: empty only for `it`.
    pub steps: Vec<At<Attribute>>,
}

/// Where a path starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Root {
    /// The object that the condition is about.
    Here,
    /// The innermost value.
    It,
    /// The object that the sentence is about.
    Itself,
}

/// The values of a path that meet a condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Selection {
    /// The values.
    pub path: At<Path>,
    /// What they must meet.
    pub filter: Condition,
}

/// A function with its arguments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// The name.
    pub function: At<String>,
    /// The arguments. `f(x where C)` has one argument, a selection.
    pub arguments: Vec<At<Operand>>,
}

/// Something that has values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Operand {
    /// A path, a selection or a call.
    Key(Key),
    /// `"text"`, with its escapes resolved.
    Text(String),
    /// A number.
    Number(i64),
    /// `true`, `false`.
    Boolean(bool),
    /// A duration in seconds.
    Duration(i64),
    /// `$name`, without the sign.
    Parameter(String),
    /// `[a, b]`: stands for several values.
    List(Vec<At<Operand>>),
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Condition {
    /// One of them holds.
    Or(Vec<Condition>),
    /// All of them hold.
    And(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// An operand, or `it` where none is written, meets a predicate.
    Test {
        /// The operand; none means `it` (for `have`, the object).
        operand: Option<At<Operand>>,
        /// The predicate.
        predicate: Predicate,
        /// The whole test.
        span: Span,
    },
    /// A condition that a pack defines.
    Named(At<String>),
    /// `has $name`.
    IsSet(At<String>),
}

/// What an operand must meet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Predicate {
    /// `be NAME`: a format, or a defined condition.
    Be(At<String>),
    /// `be under OPERAND`.
    Under(At<Operand>),
    /// `have [AMOUNT] KEY [where C]`.
    Have {
        /// How many; plain `have` is at least 1.
        amount: Amount,
        /// Of what.
        key: At<Key>,
        /// Which of them count.
        filter: Option<Box<Condition>>,
    },
    /// `have flag N`.
    Flag(At<Operand>),
    /// `= != < <= > >= equal`.
    Compare {
        /// How.
        comparator: Comparator,
        /// To the letter.
        exact: bool,
        /// With what.
        operand: At<Operand>,
    },
    /// `in OPERAND`.
    In {
        /// To the letter.
        exact: bool,
        /// The list.
        operand: At<Operand>,
    },
    /// `match /re/i`, `match $re`.
    Match(At<Pattern>),
    /// `start with`, `end with`, `contain`.
    Text {
        /// Where.
        place: TextPlace,
        /// To the letter.
        exact: bool,
        /// What.
        operand: At<Operand>,
    },
    /// `refer to CLASSES [where C]`.
    ReferTo {
        /// Which classes.
        classes: Vec<At<Class>>,
        /// Which of them.
        filter: Option<Box<Condition>>,
    },
    /// `equal any [exact] KEYS of CLASSES [where C]`.
    EqualAny {
        /// To the letter.
        exact: bool,
        /// The keys of the others.
        keys: Vec<At<Key>>,
        /// Which classes.
        classes: Vec<At<Class>>,
        /// Which of them.
        filter: Option<Box<Condition>>,
    },
}

/// A regular expression.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pattern {
    /// `/re/i`: the expression between the slashes (`\/` already a slash), and whether `i` stands behind.
    Regex {
        /// The expression.
        source: String,
        /// Letters match without regard to case.
        ignore_case: bool,
    },
    /// `$name`.
    Parameter(String),
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Comparator {
    /// `=`, `equal`.
    Equal,
    /// `!=`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    AtMost,
    /// `>`.
    Greater,
    /// `>=`.
    AtLeast,
}

impl Comparator {
    /// Whether it asks for the same, or for something else.
    #[must_use]
    pub fn is_equality(self) -> bool {
        matches!(self, Self::Equal | Self::NotEqual)
    }

    /// Whether two things stand in this order.
    #[must_use]
    pub fn holds<T: Ord>(self, one: T, other: T) -> bool {
        match self {
            Self::Equal => one == other,
            Self::NotEqual => one != other,
            Self::Less => one < other,
            Self::AtMost => one <= other,
            Self::Greater => one > other,
            Self::AtLeast => one >= other,
        }
    }
}

/// Where a text must stand in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TextPlace {
    /// `start with`.
    Start,
    /// `end with`.
    End,
    /// `contain`.
    Anywhere,
}

/// How many.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Amount {
    /// `no`.
    None,
    /// `at most N`.
    AtMost(At<Figure>),
    /// `at least N`.
    AtLeast(At<Figure>),
    /// `exactly N`.
    Exactly(At<Figure>),
    /// `N to M`.
    Between(At<Figure>, At<Figure>),
}

/// A number, or a parameter that holds one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Figure {
    /// A number.
    Number(i64),
    /// `$name`.
    Parameter(String),
}

/// A message with operands in it: `a {class} has the user principal name {it}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Template {
    /// Its parts.
    pub parts: Vec<TemplatePart>,
}

/// A part of a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum TemplatePart {
    /// As written.
    Text(String),
    /// `{operand}`.
    Operand(At<Operand>),
}

/// How a fault may be mended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fix {
    /// What is done.
    pub remedy: Remedy,
    /// It cannot change who somebody is, or where mail goes.
    pub safe: bool,
}

/// What is done about a fault.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Remedy {
    /// `set: OPERAND`: what the value that is judged becomes.
    Set(At<Operand>),
    /// `set: { KEY: OPERAND }`: what values of the object become.
    SetOf(At<Operand>, At<Operand>),
    /// `remove: OPERAND`: the values that go.
    Remove(At<Operand>),
    /// `add: { ATTRIBUTE: OPERAND }`: the value that comes.
    Add(At<Operand>, At<Operand>),
}

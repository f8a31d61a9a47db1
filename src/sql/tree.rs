//! SQL as a tree: what a statement means, before a dialect says how it is written.

/// What an expression gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text.
    Text,
    /// A number of 64 bits.
    Number,
    /// A truth value.
    Truth,
}

/// Between two expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
    Plus,
    Minus,
    /// The bits that both have.
    Bits,
}

/// A function that every dialect has under some name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    /// The number of characters, as UTF-16 counts them.
    Length16,
    /// The number of characters, as Unicode counts them.
    Length,
    /// The number of bytes in UTF-8.
    Bytes,
    /// The number of bytes that so many characters of base64 are, with those that `=` stands for.
    Quanta,
    /// Where the second text first stands in the first, from 1 on; 0 if nowhere.
    Position,
    /// The text from a character on.
    From,
    /// So many characters at the beginning.
    Left,
    /// What stands behind the last occurrence of a text; all of it if there is none.
    AfterLast,
    /// The text without the characters of the second one around it.
    Trim,
    StartsWith,
    EndsWith,
    Contains,
    /// Whether a regular expression is found. It must mean the same everywhere: a class of characters.
    Finds,
    Concat,
    Coalesce,
    Max,
    Min,
    Sum,
    /// The number of rows.
    CountAll,
    CountDistinct,
    /// A number in decimal digits.
    Digits,
    /// The texts of a group in the order of a number, with a comma between them.
    Listed,
    /// Ends the statement with this message.
    Fail,
}

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expr {
    /// A column of a relation.
    Column(String, String),
    Text(String),
    Number(i64),
    Truth(bool),
    Null(Kind),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
    Binary(Operator, Box<Expr>, Box<Expr>),
    Call(Function, Vec<Expr>),
    /// The first of the cases that holds, else the last one.
    Case(Vec<(Expr, Expr)>, Box<Expr>),
    IsNull(Box<Expr>),
    In(Box<Expr>, Vec<Expr>),
    /// Whether a query, which knows nothing of the rows around it, gives anything.
    Exists(Box<Query>),
    /// The smallest value among the rows that are the same in the second list.
    MinOver(Box<Expr>, Vec<Expr>),
    /// The number of a row among those that are the same in the first list, in the order of the second.
    RowNumber(Vec<Expr>, Vec<Expr>),
    /// A text as a column is compared by the order of its bytes.
    Ordered(Box<Expr>),
}

impl Expr {
    pub(super) fn column(relation: &str, name: &str) -> Self {
        Self::Column(relation.to_owned(), name.to_owned())
    }

    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn call(function: Function, arguments: impl Into<Vec<Expr>>) -> Self {
        Self::Call(function, arguments.into())
    }

    pub(super) fn binary(operator: Operator, left: Expr, right: Expr) -> Self {
        Self::Binary(operator, Box::new(left), Box::new(right))
    }

    pub(super) fn equals(self, other: Expr) -> Self {
        Self::binary(Operator::Equal, self, other)
    }

    pub(super) fn missing(self) -> Self {
        Self::IsNull(Box::new(self))
    }

    pub(super) fn or_else(self, other: Expr) -> Self {
        Self::call(Function::Coalesce, [self, other])
    }

    pub(super) fn case(cases: impl Into<Vec<(Expr, Expr)>>, rest: Expr) -> Self {
        Self::Case(cases.into(), Box::new(rest))
    }

    /// All of them hold. Constants are worked out.
    pub(super) fn all(parts: Vec<Expr>) -> Self {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Self::Truth(true) => {}
                Self::Truth(false) => return Self::Truth(false),
                Self::And(more) => kept.extend(more),
                part => kept.push(part),
            }
        }
        match kept.len() {
            0 => Self::Truth(true),
            1 => kept.remove(0),
            _ => Self::And(kept),
        }
    }

    /// One of them holds. Constants are worked out.
    pub(super) fn any(parts: Vec<Expr>) -> Self {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Self::Truth(false) => {}
                Self::Truth(true) => return Self::Truth(true),
                Self::Or(more) => kept.extend(more),
                part => kept.push(part),
            }
        }
        match kept.len() {
            0 => Self::Truth(false),
            1 => kept.remove(0),
            _ => Self::Or(kept),
        }
    }

    /// It does not hold.
    pub(super) fn negated(self) -> Self {
        match self {
            Self::Truth(truth) => Self::Truth(!truth),
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    /// An answer as a number: 2 is yes, 1 nobody knows, 0 no. The largest of several is the answer of "some".
    pub(super) fn graded(self) -> Self {
        match self {
            Self::Truth(truth) => Self::Number(if truth { 2 } else { 0 }),
            answer => Self::case(
                [(answer.clone(), Self::Number(2)), (answer.missing(), Self::Number(1))],
                Self::Number(0),
            ),
        }
    }

    /// The answer that such a number means; a row that is not there means no.
    pub(super) fn answered(self) -> Self {
        Self::case(
            [
                (self.clone().equals(Self::Number(2)), Self::Truth(true)),
                (self.equals(Self::Number(1)), Self::Null(Kind::Truth)),
            ],
            Self::Truth(false),
        )
    }
}

/// How a relation is joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Rows of both.
    Inner,
    /// Every row of the left side.
    Left,
}

/// What rows come from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Relation {
    /// A table, or a query that the statement names.
    Named(String),
    /// A query in place.
    Query(Box<Query>),
}

/// A relation beside others.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Join {
    pub(super) side: Side,
    pub(super) relation: Relation,
    pub(super) alias: String,
    pub(super) on: Expr,
}

/// `SELECT`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Select {
    pub(super) distinct: bool,
    /// Each with the name that it gets.
    pub(super) columns: Vec<(Expr, String)>,
    pub(super) from: (Relation, String),
    pub(super) joins: Vec<Join>,
    pub(super) filter: Expr,
    pub(super) group: Vec<Expr>,
    pub(super) having: Expr,
}

impl Select {
    pub(super) fn from(relation: &str, alias: &str) -> Self {
        Self::of(Relation::Named(relation.to_owned()), alias)
    }

    pub(super) fn of(relation: Relation, alias: &str) -> Self {
        Self {
            distinct: false,
            columns: Vec::new(),
            from: (relation, alias.to_owned()),
            joins: Vec::new(),
            filter: Expr::Truth(true),
            group: Vec::new(),
            having: Expr::Truth(true),
        }
    }

    pub(super) fn column(mut self, expr: Expr, name: &str) -> Self {
        self.columns.push((expr, name.to_owned()));
        self
    }

    /// The same with other columns.
    pub(super) fn with(mut self, columns: Vec<(Expr, String)>) -> Self {
        self.columns = columns;
        self
    }

    pub(super) fn join(mut self, side: Side, relation: &str, alias: &str, on: Expr) -> Self {
        self.add(side, Relation::Named(relation.to_owned()), alias, on);
        self
    }

    pub(super) fn add(&mut self, side: Side, relation: Relation, alias: &str, on: Expr) {
        self.joins.push(Join { side, relation, alias: alias.to_owned(), on });
    }

    /// Only rows for which this holds, too.
    pub(super) fn keep(mut self, condition: Expr) -> Self {
        self.filter = Expr::all(vec![self.filter, condition]);
        self
    }

    pub(super) fn distinct(mut self) -> Self {
        self.distinct = true;
        self
    }
}

/// A query.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Query {
    Select(Box<Select>),
    /// All rows of all of them.
    All(Vec<Query>),
}

impl From<Select> for Query {
    fn from(select: Select) -> Self {
        Self::Select(Box::new(select))
    }
}

/// A query that the statement names.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    /// A query over what stands before it.
    Plain(String, Query),
    /// Rows to begin with, and rows that follow from those that are there already, which it names; each is there once.
    Closure(String, Query, Query),
}

impl Step {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Plain(name, _) | Self::Closure(name, ..) => name,
        }
    }
}

/// A statement that adds rows to a table.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Statement {
    /// What it is for, in a few words.
    pub(super) about: String,
    /// Where the rows go.
    pub(super) table: &'static str,
    /// Queries that those behind them name.
    pub(super) steps: Vec<Step>,
    /// The rows.
    pub(super) query: Query,
}

//! From the plan of the engine to queries: each condition becomes an answer beside the rows that it is about.
//!
//! A *scene* is a query whose rows are what conditions speak of: objects, or values of objects. A condition over it is an expression;
//! what needs other rows (several values, other objects) is worked out in a query of its own for all rows of the scene at once, and
//! joined by the columns that tell them apart. Nothing is asked row by row, which is what lets an engine spread the work.
//!
//! Answers have three values, as in the engine: true, false, and NULL where nobody knows.

mod clue;
mod compare;
mod finding;
mod index;
mod loaded;
mod lookup;
mod message;
mod operand;
mod reference;
mod scalar;
mod scene;
mod test;

use std::collections::BTreeMap;

use super::fact::{Asked, Question};
use super::tree::{Expr, Function, Kind, Query, Select, Side, Statement, Step};
use crate::language::plan::{Field, Plan};
use crate::snapshot::Slot;

pub(super) use finding::Judged;

/// Why a rule cannot be said in SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Obstacle(pub(super) String);

pub(super) type Lowered<T> = Result<T, Obstacle>;

fn obstacle<T>(reason: impl Into<String>) -> Lowered<T> {
    Err(Obstacle(reason.into()))
}

/// What the statements are made for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    /// The time that counts as now, in seconds since 1970.
    pub(super) now: i64,
    /// The rows hold the whole directory.
    pub(super) complete: bool,
}

/// Makes the statements of a plan.
#[derive(Debug)]
pub(super) struct Lowering<'p> {
    plan: &'p Plan,
    terms: Terms,
    /// Queries of the statement at hand.
    steps: Vec<Step>,
    /// How many names the statement at hand has given.
    names: usize,
    /// What is asked of texts.
    pub(super) asked: Vec<Asked>,
    /// Numbered conditions, and why some cannot be said.
    conditions: BTreeMap<u16, Lowered<()>>,
    /// Keys of indexes, and why some cannot be collected.
    indexes: BTreeMap<usize, Lowered<()>>,
    /// Statements that those of the rules need.
    pub(super) prepared: Vec<Statement>,
}

impl<'p> Lowering<'p> {
    pub(super) fn new(plan: &'p Plan, terms: Terms) -> Self {
        Self {
            plan,
            terms,
            steps: Vec::new(),
            names: 0,
            asked: Vec::new(),
            conditions: BTreeMap::new(),
            indexes: BTreeMap::new(),
            prepared: Vec::new(),
        }
    }

    /// A name that the statement has not given yet.
    fn fresh(&mut self, stem: &str) -> String {
        self.names += 1;
        format!("{stem}{}", self.names)
    }

    /// Gives a query a name.
    fn step(&mut self, stem: &str, query: impl Into<Query>) -> String {
        let name = self.fresh(stem);
        self.steps.push(Step::Plain(name.clone(), query.into()));
        name
    }

    /// Makes a statement of its own while another one is being made.
    fn statement(
        &mut self,
        about: String,
        table: &'static str,
        make: impl FnOnce(&mut Self) -> Lowered<Query>,
    ) -> Lowered<Statement> {
        let outer = (std::mem::take(&mut self.steps), std::mem::take(&mut self.names));
        let made = make(self);
        let (outer_steps, names) = outer;
        let steps = std::mem::replace(&mut self.steps, outer_steps);
        self.names = names;
        Ok(Statement { about, table, steps, query: made? })
    }

    /// Joins the table of facts, and gives one column of the answer to a question about a text. That there is no answer is told
    /// aloud: the facts were written for other rules, or for other rows.
    fn fact(&mut self, asked: Asked, text: &Expr, column: &str, select: &mut Select) -> Expr {
        let name = asked.question.name();
        if !self.asked.contains(&asked) {
            self.asked.push(asked);
        }
        let on = |alias: &str| {
            let function = Expr::column(alias, "function").equals(Expr::text(name.clone()));
            Expr::all(vec![function, Expr::column(alias, "text").equals(text.clone())])
        };
        let known =
            select.joins.iter().find(|join| join.on == on(&join.alias)).map(|join| join.alias.clone());
        let alias = known.unwrap_or_else(|| {
            let alias = self.fresh("f");
            select.add(
                Side::Left,
                super::tree::Relation::Named("presync_fact".to_owned()),
                &alias,
                on(&alias),
            );
            alias
        });
        let complaint = format!("presync: write the facts again, there is none for `{name}` of ");
        let fail =
            Expr::call(Function::Fail, [Expr::call(Function::Concat, [Expr::text(complaint), text.clone()])]);
        let missing =
            Expr::all(vec![Expr::column(&alias, "function").missing(), text.clone().missing().negated()]);
        Expr::case([(missing, fail)], Expr::column(&alias, column))
    }

    /// Whether a fact about a text holds.
    fn fact_holds(
        &mut self,
        from: &scalar::Scalar,
        question: Question,
        select: &mut Select,
    ) -> Lowered<Expr> {
        let asked = from.asked(question)?;
        let text = from.text()?;
        Ok(self.fact(asked, &text, "result", select).equals(Expr::text("true")))
    }

    fn attribute(&self, slot: Slot) -> &str {
        self.plan.names.name(slot)
    }

    /// The rows of some fields in the table of values, under an alias. Of several, all are attributes.
    fn is_field(&self, fields: &[Field], alias: &str) -> Lowered<Expr> {
        let mut kind = "value";
        let mut names = Vec::new();
        for field in fields {
            let (of, name) = match field {
                Field::Slot(slot) => ("value", self.attribute(*slot)),
                Field::Dn => ("own", "dn"),
                Field::Class => ("own", "class"),
                Field::Source => return obstacle("asks for the name of the source"),
                Field::File => return obstacle("asks for the name of the file"),
            };
            kind = of;
            names.push(Expr::text(name));
        }
        Ok(is_row_of(alias, kind, names))
    }

    /// The name of a source.
    fn source(&self, number: u16) -> &str {
        self.plan.sources.get(usize::from(number)).map_or("main", String::as_str)
    }
}

/// Rows of a kind and an attribute in the table of values, under an alias.
fn is_row(alias: &str, kind: &str, attribute: &str) -> Expr {
    is_row_of(alias, kind, vec![Expr::text(attribute)])
}

/// Rows of a kind and of one of some attributes.
fn is_row_of(alias: &str, kind: &str, attributes: Vec<Expr>) -> Expr {
    let attribute = Expr::column(alias, "attribute");
    let is_named = match attributes.as_slice() {
        [only] => attribute.equals(only.clone()),
        _ => Expr::In(Box::new(attribute), attributes),
    };
    Expr::all(vec![Expr::column(alias, "kind").equals(Expr::text(kind)), is_named])
}

/// The number of an index or a condition.
fn number_of(number: usize) -> Expr {
    Expr::Number(i64::try_from(number).unwrap_or(i64::MAX))
}

/// Whether the same columns of two relations are equal.
fn same(one: &str, other: &str, columns: &[String]) -> Expr {
    Expr::all(
        columns.iter().map(|column| Expr::column(one, column).equals(Expr::column(other, column))).collect(),
    )
}

/// Whether an expression may be NULL because nobody knows the answer.
fn may_be_unknown(expr: &Expr) -> bool {
    match expr {
        Expr::Null(Kind::Truth) => true,
        Expr::And(parts) | Expr::Or(parts) => parts.iter().any(may_be_unknown),
        Expr::Not(inner) => may_be_unknown(inner),
        Expr::Case(cases, rest) => {
            may_be_unknown(rest)
                || cases.iter().any(|(when, then)| may_be_unknown(when) || may_be_unknown(then))
        }
        _ => false,
    }
}

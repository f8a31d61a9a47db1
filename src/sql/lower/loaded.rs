//! Whether the tables hold what rules judge. Over tables that lack it, rules would find nothing, or the wrong thing, without a word.

use super::super::tree::{Expr, Function as F, Operator, Relation, Select, Statement, Step};
use super::{Lowering, is_row};

impl Lowering<'_> {
    /// Statements that end with an error where a source was not loaded, or where an object was loaded twice.
    pub(in crate::sql) fn loaded(&self) -> Vec<Statement> {
        let is_source = |source: &String| {
            let of_source = Expr::column("v", "source").equals(Expr::text(source));
            let rows = Select::from("presync_value", "v").keep(of_source);
            let told = format!("presync: load the rows of the source `{source}`; there are ");
            refused(&format!("source {source}"), rows, Operator::Equal, &told)
        };
        let sources = self.plan.sources.iter().map(is_source);
        sources.chain([is_loaded_once()]).collect()
    }
}

/// The rows of an earlier load are gone: no object has two names.
fn is_loaded_once() -> Statement {
    let column = |name: &str| Expr::column("v", name);
    let count = Expr::call(F::CountAll, []);
    let mut twice =
        Select::from("presync_value", "v").column(column("record"), "record").keep(is_row("v", "own", "dn"));
    twice.group = vec![column("record")];
    twice.having = Expr::binary(Operator::Greater, count, Expr::Number(1));
    let rows = Select::of(Relation::Query(Box::new(twice.into())), "v");
    let told = "presync: empty presync_value before rows are loaded again; objects that are there twice: ";
    refused("objects once", rows, Operator::Greater, told)
}

/// Adds nothing, and fails where the number of some rows compares so with 0.
fn refused(about: &str, rows: Select, operator: Operator, told: &str) -> Statement {
    let number = Expr::column("n", "number");
    let is_wrong = Expr::binary(operator, number.clone(), Expr::Number(0));
    // told with the number, since what is known beforehand some engines work out in any case
    let told = Expr::call(F::Concat, [Expr::text(told), Expr::call(F::Digits, [number])]);
    let fail = Expr::case([(is_wrong.clone(), Expr::call(F::Fail, [told]))], Expr::text(""));
    let query =
        Select::from("n", "n").column(fail.clone(), "source").column(fail, "attribute").keep(is_wrong);
    Statement {
        about: about.to_owned(),
        table: "presync_exported",
        steps: vec![Step::Plain("n".to_owned(), rows.column(Expr::call(F::CountAll, []), "number").into())],
        query: query.into(),
    }
}

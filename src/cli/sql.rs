//! `presync sql`: the rules as statements for another engine.

use std::io::{self, Write};

use super::arguments::{Common, Sql, SqlDialect};
use super::rulebook::{Sources, rulebook};
use super::session::{FAILED, fail, now, settings, standard_output};
use crate::finding::printable;
use crate::language::did_you_mean;
use crate::pack::Rulebook;
use crate::source::Store;
use crate::sql::{Dialect, Files, Target, compile, create, load};

pub(super) fn run(options: &Sql, common: &Common, store: &mut Store) -> io::Result<u8> {
    let settings = match settings(store, common, &[]) {
        Ok(settings) => settings,
        Err(problems) => return fail(&problems, store, common),
    };
    let now = match now(options.now.as_deref()) {
        Ok(now) => now,
        Err(problem) => return fail(&[problem], store, common),
    };
    let sources = Sources::Loaded(&options.source);
    let book = match rulebook(store, &options.chosen, common, &settings, &sources) {
        Ok((_, book)) => book,
        Err(problems) => return fail(&problems, store, common),
    };
    let dialect = options.dialect.into();
    let target = Target { dialect, now, complete: options.complete };
    let compiled = compile(&book.plan, &book.infos, target);
    let mut out = standard_output();
    if !options.no_load {
        let files = Files { rows: options.rows.clone(), facts: options.facts.clone() };
        for statement in create(dialect).iter().chain(&load(dialect, &files)) {
            writeln!(out, "{statement}")?;
        }
    }
    for statement in &compiled.statements {
        writeln!(out, "{statement}")?;
    }
    out.flush()?;
    told(&book, &compiled.left_out, common)?;
    Ok(if compiled.left_out.is_empty() || options.allow_partial { 0 } else { FAILED })
}

/// Says which rules are not among the statements, and why.
fn told(book: &Rulebook, left_out: &[(String, String)], common: &Common) -> io::Result<()> {
    let mut error = io::stderr().lock();
    for (rule, reason) in left_out {
        writeln!(error, "left out: {rule}: {}", printable(reason))?;
    }
    if !common.quiet {
        for (number, name) in book.plan.sources.iter().enumerate().skip(1) {
            if !book.plan.class_tests.iter().any(|test| usize::from(test.source) == number) {
                let meant = did_you_mean(name, book.plan.unloaded.iter().map(String::as_str));
                let meant = meant.map(|meant| format!("; {meant}")).unwrap_or_default();
                writeln!(error, "no rule is about the source `{}`{meant}", printable(name))?;
            }
        }
        for (rule, reason) in &book.not_evaluated {
            writeln!(error, "not evaluated: {rule}: {}", printable(reason))?;
        }
        let all = book.infos.len();
        writeln!(error, "{} of {all} rules are said in SQL", all - left_out.len())?;
    }
    Ok(())
}

impl From<SqlDialect> for Dialect {
    fn from(dialect: SqlDialect) -> Self {
        match dialect {
            SqlDialect::Duckdb => Self::DuckDb,
            SqlDialect::Postgres => Self::Postgres,
            SqlDialect::Spark => Self::Spark,
        }
    }
}

//! `presync fix -i`: what is asked on the terminal, and where the answers are kept.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;

use super::dialogue::{Decided, End, Question, ask};
use super::{planned, reviewed};
use crate::cli::arguments::{Common, Fix};
use crate::cli::prepared::Prepared;
use crate::cli::session::style;
use crate::finding::{Change, Finding, Problem, printable};
use crate::fix::{Asked, Decision, review};
use crate::report;
use crate::source::{Notation, Store, shown};

/// What the dialogue goes by.
pub(super) struct Terms<'t> {
    pub(super) options: &'t Fix,
    pub(super) common: &'t Common,
    pub(super) prepared: &'t Prepared,
}

/// What earlier answers were about: object, attribute, value.
type Known = (String, String, Option<Vec<u8>>);

impl Terms<'_> {
    /// Nothing is taken but what was answered.
    pub(super) fn asked(&self) -> Asked {
        Asked { nothing: true, ..Asked::default() }
    }

    /// Whether a finding is one that was asked for.
    fn is_meant(&self, finding: &Finding) -> bool {
        let rules = &self.options.rule;
        let only = &self.options.only;
        let attribute = finding.primary.attribute.as_deref().unwrap_or_default();
        (rules.is_empty() || rules.iter().any(|id| id.trim() == finding.rule.id))
            && (only.is_empty() || only.iter().any(|name| name.trim().eq_ignore_ascii_case(attribute)))
    }
}

/// Asks, and gives what was decided; none if the person quit, whose answers are kept then.
///
/// # Errors
/// What the operating system says of the terminal; within, what is wrong with the answers of an earlier run.
#[allow(clippy::type_complexity)]
pub(super) fn decide(
    terms: &Terms<'_>,
    store: &mut Store,
) -> io::Result<Result<Option<Vec<Decision>>, Vec<Problem>>> {
    if !io::stdin().is_terminal() {
        let problem = Problem::error("bad-usage", "`-i` asks on a terminal, and standard input is none");
        let help = "leave `-i` out, or write `--csv FILE`, fill its column ACTION, and hand it back with `--from-csv FILE`";
        return Ok(Err(vec![problem.help(help)]));
    }
    let path = terms.options.plan.as_path();
    let (earlier, known, rows) = match taken_up(path, terms, store) {
        Ok(taken) => taken,
        Err(problems) => return Ok(Err(problems)),
    };
    let plan = planned(terms.options, &terms.asked(), Vec::new(), terms.prepared, store);
    let fixes = plan.before.findings.iter().filter(|finding| finding.fix.is_some()).cloned();
    let questions = fixes.map(Question::Fix).chain(plan.choices.into_iter().map(Question::Choice));
    let is_open = |question: &Question| {
        let is_known = |change: &&Arc<Change>| known.contains(&about(change));
        terms.is_meant(question.finding()) && !question.changes().iter().all(is_known)
    };
    let questions: Vec<Question> = questions.filter(is_open).collect();
    let secret = |name: &str| terms.prepared.book.secrets.contains(&name.to_ascii_lowercase());
    let style = style(terms.common, &secret);
    let show = |finding: &Finding| report::finding(finding, store, &style);
    let mut decided = Decided { decisions: earlier, rows };
    let mut out = io::stdout().lock();
    let mut keep = |decided: &Decided| kept(path, decided);
    let ended = ask(&questions, (&mut io::stdin().lock(), &mut out), &show, &mut decided, &mut keep)?;
    let name = printable(&shown(path)).into_owned();
    if ended == End::Quit {
        if decided.rows.is_empty() {
            writeln!(out, "nothing was decided")?;
        } else {
            writeln!(out, "what was decided is in `{name}`; `presync fix -i` goes on with it")?;
        }
        return Ok(Ok(None));
    }
    Ok(Ok(Some(decided.decisions)))
}

fn about(change: &Change) -> Known {
    let old = change.old.as_ref().and_then(|old| old.value.clone());
    (change.object.clone(), change.attribute.to_ascii_lowercase(), old)
}

/// What was decided in an earlier run: the changes, what they are about, and the rows of the table.
#[allow(clippy::type_complexity)]
fn taken_up(
    path: &Path,
    terms: &Terms<'_>,
    store: &mut Store,
) -> Result<(Vec<Decision>, Vec<Known>, Vec<review::Row>), Vec<Problem>> {
    if !path.exists() {
        return Ok(Default::default());
    }
    let decisions = reviewed(path, terms.prepared, store)?;
    let table = store.open(path).map_err(|complaint| vec![complaint.into()])?;
    store.set_notation(table, Notation::Table);
    let said = review::read(store, table);
    let changes = decisions.iter().flat_map(|decision| &decision.changes);
    let mut known: Vec<Known> = changes.map(|change| about(change)).collect();
    known.extend(said.left.iter().map(|(name, attribute, value)| {
        let value = (!value.is_empty()).then(|| value.clone());
        (name.clone(), attribute.to_ascii_lowercase(), value)
    }));
    Ok((decisions, known, said.decided()))
}

/// Writes what was decided so far, in one step.
fn kept(path: &Path, decided: &Decided) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".presync-").tempfile_in(folder)?;
    review::table(&decided.rows, &mut file)?;
    file.as_file().sync_all()?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

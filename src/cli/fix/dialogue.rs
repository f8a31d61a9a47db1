//! The dialogue of `presync fix -i`: one finding at a time. It reads lines and writes text, and knows nothing of terminals.

use std::collections::HashSet;
use std::io::{self, BufRead, Write};
use std::sync::Arc;

use crate::finding::{Change, Finding, printable};
use crate::fix::review::{Action, Row};
use crate::fix::{Choice, Decision};

/// Something to decide.
pub(super) enum Question {
    /// Whether a fix is done.
    Fix(Arc<Finding>),
    /// Who keeps a value.
    Choice(Choice),
}

impl Question {
    pub(super) fn finding(&self) -> &Arc<Finding> {
        match self {
            Self::Fix(finding) => finding,
            Self::Choice(choice) => &choice.finding,
        }
    }

    /// All changes that are in question.
    pub(super) fn changes(&self) -> Vec<&Arc<Change>> {
        match self {
            Self::Fix(finding) => finding.fix.iter().flat_map(|fix| &fix.changes).collect(),
            Self::Choice(choice) => choice.holders.iter().flat_map(|holder| &holder.gives_up).collect(),
        }
    }
}

/// What was decided so far.
#[derive(Debug, Default)]
pub(super) struct Decided {
    /// The changes that are to be made.
    pub(super) decisions: Vec<Decision>,
    /// Everything that was decided, as rows of a table.
    pub(super) rows: Vec<Row>,
}

/// How a dialogue ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// Everything was decided.
    Done,
    /// The person has enough, or is gone.
    Quit,
}

enum Answer {
    Do(Vec<Arc<Change>>),
    All,
    Skip,
    Quit,
}

/// Asks all questions; `show` draws a finding, and `keep` is called after each answer, so that nothing is lost.
///
/// # Errors
/// What the operating system says of reading or writing.
pub(super) fn ask(
    questions: &[Question],
    (input, out): (&mut dyn BufRead, &mut dyn Write),
    show: &dyn Fn(&Finding) -> io::Result<String>,
    decided: &mut Decided,
    keep: &mut dyn FnMut(&Decided) -> io::Result<()>,
) -> io::Result<End> {
    let mut all: HashSet<&str> = HashSet::new();
    for (number, question) in questions.iter().enumerate() {
        let rule = question.finding().rule.id.as_str();
        let answer = if all.contains(rule) && matches!(question, Question::Fix(_)) {
            Answer::All
        } else {
            writeln!(out, "{}", show(question.finding())?)?;
            offered(question, out)?;
            answer(question, (number + 1, questions.len()), (&mut *input, &mut *out))?
        };
        match answer {
            Answer::Quit => return Ok(End::Quit),
            Answer::Skip => decided.leave(question),
            Answer::Do(changes) => decided.take(question, changes),
            Answer::All => {
                all.insert(rule);
                decided.take(question, question.changes().into_iter().cloned().collect());
            }
        }
        keep(decided)?;
    }
    Ok(End::Done)
}

/// Says what there is to choose from.
fn offered(question: &Question, out: &mut dyn Write) -> io::Result<()> {
    let Question::Choice(choice) = question else { return Ok(()) };
    for (number, holder) in choice.holders.iter().enumerate() {
        let claims =
            if holder.claims.is_empty() { String::new() } else { format!(" ({})", holder.claims.join(", ")) };
        writeln!(out, "  {} {} keeps it{claims}", number + 1, printable(&holder.object))?;
        for change in &holder.gives_up {
            writeln!(out, "      else {}", crate::report::change_in_words(change))?;
        }
    }
    Ok(())
}

/// Asks until the answer is one.
fn answer(
    question: &Question,
    (number, of): (usize, usize),
    (input, out): (&mut dyn BufRead, &mut dyn Write),
) -> io::Result<Answer> {
    let offer = match question {
        Question::Fix(_) => "[y] do it, [s] skip, [a] do all of this rule, [q] quit".to_owned(),
        Question::Choice(choice) => format!("[1-{}] who keeps it, [s] skip, [q] quit", choice.holders.len()),
    };
    loop {
        write!(out, "{number} of {of}: {offer}: ")?;
        out.flush()?;
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            writeln!(out)?;
            return Ok(Answer::Quit);
        }
        let said = line.trim().to_ascii_lowercase();
        match (question, said.as_str()) {
            (_, "q" | "quit") => return Ok(Answer::Quit),
            (_, "s" | "n" | "skip" | "no") => return Ok(Answer::Skip),
            (Question::Fix(_), "y" | "yes") => {
                return Ok(Answer::Do(question.changes().into_iter().cloned().collect()));
            }
            (Question::Fix(_), "a" | "all") => return Ok(Answer::All),
            (Question::Choice(choice), number) => {
                let number = number.parse::<usize>().ok().filter(|number| *number <= choice.holders.len());
                if let Some(keeper) = number.and_then(|number| number.checked_sub(1)) {
                    let others = choice.holders.iter().enumerate().filter(|(other, _)| *other != keeper);
                    let changes = others.flat_map(|(_, holder)| holder.gives_up.clone());
                    return Ok(Answer::Do(changes.collect()));
                }
            }
            _ => {}
        }
        writeln!(out, "`{}` is no answer", printable(line.trim()))?;
    }
}

impl Decided {
    fn take(&mut self, question: &Question, changes: Vec<Arc<Change>>) {
        let finding = question.finding();
        for change in question.changes() {
            let taken = changes.contains(change);
            let action = match (taken, &change.new) {
                (false, _) => Action::Complete,
                (true, Some(_)) => Action::Edit,
                (true, None) => Action::Remove,
            };
            self.rows.push(row(finding, change, action));
        }
        self.decisions.push(Decision { finding: Some(Arc::clone(finding)), changes });
    }

    fn leave(&mut self, question: &Question) {
        let rows =
            question.changes().into_iter().map(|change| row(question.finding(), change, Action::Complete));
        self.rows.extend(rows);
    }
}

fn row(finding: &Finding, change: &Change, action: Action) -> Row {
    Row {
        name: change.object.clone(),
        class: finding.primary.class.clone(),
        attribute: change.attribute.clone(),
        rules: finding.rule.id.clone(),
        value: change.old.as_ref().and_then(|old| old.value.clone()),
        update: change.new.clone(),
        proposed: Some(if change.new.is_some() { Action::Edit } else { Action::Remove }),
        action: Some(action),
    }
}

//! Facts about texts, for rules that an engine of SQL runs.

use std::io::{self, Write};

use rustc_hash::FxHashSet;

use super::super::arguments::{Common, Show};
use super::super::rulebook::{Sources, rulebook};
use super::class_name;
use crate::config::Settings;
use crate::finding::Problem;
use crate::language::plan::Field;
use crate::snapshot::{Change, Classes, Health, Kind, Names, Record, Slot, Snapshot};
use crate::source::Store;
use crate::sql::{self, Dialect, Target, compile, written};

/// What rules ask of texts.
pub(super) struct Asked {
    questions: Vec<(Place, sql::Asked, String)>,
}

/// Where texts stand.
enum Place {
    Attribute(String),
    Name,
    Class,
}

impl Asked {
    /// What the chosen rules ask.
    pub(super) fn of(
        store: &mut Store,
        options: &Show,
        common: &Common,
        settings: &Settings,
    ) -> Result<Self, Vec<Problem>> {
        let (_, book) = rulebook(store, &options.chosen, common, settings, &Sources::Named)?;
        // every dialect asks the same of single texts
        let target = Target { dialect: Dialect::DuckDb, now: 0, complete: false };
        let asked = compile(&book.plan, &book.infos, target).asked;
        let mut questions = Vec::new();
        for asked in asked {
            let name = asked.question.name();
            for field in &asked.fields {
                let place = match field {
                    Field::Slot(slot) => Place::Attribute(book.plan.names.name(*slot).to_owned()),
                    Field::Dn => Place::Name,
                    Field::Class => Place::Class,
                    Field::Source | Field::File => continue,
                };
                questions.push((place, asked.clone(), name.clone()));
            }
        }
        Ok(Self { questions })
    }
}

/// Writes each fact once.
pub(super) struct Writer<'a> {
    asked: &'a Asked,
    /// The questions about the values of each slot, about names, and about classes.
    of_slots: Vec<(Slot, Vec<usize>)>,
    of_names: Vec<usize>,
    of_classes: Vec<usize>,
    told: FxHashSet<(usize, u128)>,
}

impl<'a> Writer<'a> {
    /// For files whose attributes have these names.
    pub(super) fn new(asked: &'a Asked, names: &Names) -> Self {
        let mut writer = Self {
            asked,
            of_slots: Vec::new(),
            of_names: Vec::new(),
            of_classes: Vec::new(),
            told: FxHashSet::default(),
        };
        for (number, (place, ..)) in asked.questions.iter().enumerate() {
            match place {
                Place::Name => writer.of_names.push(number),
                Place::Class => writer.of_classes.push(number),
                Place::Attribute(name) => {
                    let Some(slot) = names.slot(name.as_bytes()) else { continue };
                    match writer.of_slots.iter_mut().find(|(known, _)| *known == slot) {
                        Some((_, questions)) => questions.push(number),
                        None => writer.of_slots.push((slot, vec![number])),
                    }
                }
            }
        }
        writer
    }

    /// Writes the facts about the texts of a file.
    pub(super) fn write(
        &mut self,
        store: &Store,
        snapshot: &Snapshot,
        (names, classes): (&Names, &Classes),
        out: &mut dyn Write,
    ) -> io::Result<Vec<Problem>> {
        let mut problems = Vec::new();
        let mut health: Health = snapshot.health.clone();
        let (mut record, mut block) = (Record::default(), Vec::new());
        for part in 0..snapshot.parts() {
            let offset = snapshot.read(part, store, &mut block)?;
            let mut reader = snapshot.reader(part, &block, offset, names);
            while reader.next(&mut record, &mut problems) {
                if matches!(record.kind, Kind::Content | Kind::Change(Change::Add)) {
                    self.object(&record, &block, classes, out)?;
                }
            }
            health += reader.health();
        }
        problems.extend(health.problems());
        Ok(problems)
    }

    fn object(
        &mut self,
        record: &Record,
        block: &[u8],
        classes: &Classes,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        if !self.of_classes.is_empty() {
            let class = class_name(record, block, classes);
            for number in self.of_classes.clone() {
                self.text(number, class.as_bytes(), out)?;
            }
        }
        for number in self.of_names.clone() {
            self.text(number, record.bytes(block, record.dn), out)?;
        }
        for (slot, questions) in self.of_slots.clone() {
            for (_, entry) in record.values(slot) {
                for number in &questions {
                    self.text(*number, record.bytes(block, entry.value), out)?;
                }
            }
        }
        Ok(())
    }

    /// The fact about a text, unless it was told.
    fn text(&mut self, number: usize, text: &[u8], out: &mut dyn Write) -> io::Result<()> {
        let Some((_, asked, name)) = self.asked.questions.get(number) else { return Ok(()) };
        let made = asked.steps.iter().fold(text.to_vec(), |text, step| step.apply(&text));
        // the same question may be asked of several fields
        let of = self.asked.questions.iter().position(|(.., known)| known == name).unwrap_or(number);
        if !self.told.insert((of, xxhash_rust::xxh3::xxh3_128(&made))) {
            return Ok(());
        }
        let text = written(&made);
        let fact = asked.question.answer(name, &text);
        let line = serde_json::to_string(&fact)?;
        writeln!(out, "{}", crate::finding::printable_json(&line))
    }
}

//! Facts of the tenant: what answers of Microsoft Graph say of the tenant as a whole, and not of an object in it. Which field of which
//! answer is which parameter is data: the shapes with `parameters: true` in `rules/schema/shapes.yaml`.

use std::sync::Arc;

use rayon::prelude::*;
use regex::bytes::{Regex, RegexBuilder};

use super::files::{Files, Input};
use super::read::opened;
use crate::finding::{Problem, printable};
use crate::pack::{Library, RawParameterType};
use crate::snapshot::shape::{Mappings, Shape};
use crate::snapshot::value::Type;
use crate::snapshot::{Described, Format, Names, Record, STRIDE, Slot, Snapshot};
use crate::source::{FileId, Location, Store};

/// The name of the source that holds the tenant.
pub const TENANT: &str = "tenant";

/// One value that an answer gives a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The parameter.
    pub parameter: String,
    /// The value.
    pub value: String,
    /// Where it stands.
    pub location: Location,
}

/// What the answers of a run say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TenantFacts {
    /// The values, in file order; also those of parameters that no pack declares.
    pub facts: Vec<Fact>,
    /// What is wrong with the answers. What is wrong with the files is told by whoever reads the objects in them.
    pub problems: Vec<Problem>,
}

/// What was found so far of the answers that set parameters.
#[derive(Default)]
struct Answers {
    facts: Vec<Fact>,
    problems: Vec<Problem>,
    /// The first member of a list.
    first: Option<Location>,
    /// The first page of each list: what it lists, and the parameters that its members set.
    lists: Vec<(Location, String, Vec<String>)>,
    /// A file could not be read to its end.
    broken: bool,
}

impl TenantFacts {
    /// Reads the answers among the files of the source with this number.
    #[must_use]
    pub fn read(store: &Store, files: &Files, source: u16, library: &Library) -> Self {
        let shapes = library.shapes();
        let telling: Vec<&Shape> = shapes.iter().filter(|shape| shape.parameters).collect();
        let Some(marks) = marks(&telling) else { return Self::default() };
        let mut names = Names::projected();
        for parameter in telling.iter().flat_map(|shape| shape.attributes.keys()) {
            names.add(parameter, Described { kind: Type::Text, single: false });
        }
        let mappings = Arc::new(Mappings::of_parameters(&shapes, &names));
        let mut answers = Answers::default();
        let nested = |input: &&Input| matches!(input.format, Format::Json | Format::Yaml);
        for input in files.inputs.iter().filter(|input| input.source == source).filter(nested) {
            if !mentions(store, input.file, &marks) {
                continue;
            }
            let mut problems = Vec::new();
            let snapshot = opened(store, input, &names, &mappings, &mut problems);
            answers.broken |= snapshot.is_none() || !problems.is_empty();
            if let Some(snapshot) = snapshot {
                answers.read(&snapshot, store, &names, &telling);
            }
        }
        answers.judged(library)
    }

    /// The values as `--set` takes them, of parameters that packs declare.
    #[must_use]
    pub fn settings(&self, library: &Library) -> Vec<(String, String)> {
        let mut settings: Vec<(String, String)> = Vec::new();
        for fact in self.facts.iter().filter(|fact| library.declaration(&fact.parameter).is_some()) {
            match settings.iter_mut().find(|(known, _)| *known == fact.parameter) {
                None => settings.push((fact.parameter.clone(), fact.value.clone())),
                Some((_, values)) => {
                    if !values.split(',').any(|known| known.eq_ignore_ascii_case(&fact.value)) {
                        values.push(',');
                        values.push_str(&fact.value);
                    }
                }
            }
        }
        settings
    }

    /// Where what was set says something else than the answers: what is set counts, and that is said. `set` is in the order of
    /// precedence, the last one wins.
    #[must_use]
    pub fn overruled(&self, set: &[(String, String)], library: &Library) -> Vec<Problem> {
        let differs = |(name, said): (String, String)| {
            let (_, given) = set.iter().rev().find(|(known, _)| *known == name)?;
            if members(given) == members(&said) {
                return None;
            }
            let place = self.facts.iter().find(|fact| fact.parameter == name)?.location;
            let message =
                format!("`{name}` was set to `{}`, and the tenant says `{}`", shown(given), shown(&said));
            let problem = Problem::info("tenant-overruled", message).at(place).label("what the tenant says");
            Some(problem.help(format!("what was set counts; without it the tenant sets `{name}`")))
        };
        self.settings(library).into_iter().filter_map(differs).collect()
    }
}

/// The members of a list, whatever their order and case.
fn members(list: &str) -> Vec<String> {
    let mut members: Vec<String> = list.split(',').map(|item| item.trim().to_lowercase()).collect();
    members.sort_unstable();
    members
}

/// Some members of a list that may be long.
fn shown(list: &str) -> String {
    let mut parts: Vec<&str> = list.split(',').collect();
    let rest = parts.len().saturating_sub(5);
    parts.truncate(5);
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    format!("{}{more}", printable(&parts.join(", ")))
}

/// What at least one stands of in every file that tells something: the longest field of each shape, or the list.
fn marks(shapes: &[&Shape]) -> Option<Regex> {
    let fields = shapes.iter().filter_map(|shape| shape.has.iter().max_by_key(|field| field.len()).cloned());
    let lists = shapes.iter().flat_map(|shape| shape.list.iter());
    let lists = lists.map(|list| if list.starts_with('#') { list.to_owned() } else { format!("#{list}") });
    let marks: Vec<String> = fields.chain(lists).map(|mark| regex::escape(&mark)).collect();
    RegexBuilder::new(&marks.join("|")).case_insensitive(true).build().ok().filter(|_| !marks.is_empty())
}

/// How many bytes of the next block are looked at too, so that no mark is cut.
const OVERLAP: u64 = 256;

/// Whether a file mentions anything: most files of a tenant hold its objects only, and are not read twice.
fn mentions(store: &Store, file: FileId, marks: &Regex) -> bool {
    let (start, length) = (store.start(file), store.length(file));
    let blocks = length.div_ceil(STRIDE);
    (0..blocks).into_par_iter().any(|block| {
        let offset = block * STRIDE;
        let wanted = usize::try_from((STRIDE + OVERLAP).min(length - offset)).unwrap_or(usize::MAX);
        let mut bytes = Vec::new();
        let read = store.read(file, start + offset, wanted, &mut bytes);
        read.is_ok() && marks.is_match(&bytes)
    })
}

impl Answers {
    fn read(&mut self, snapshot: &Snapshot, store: &Store, names: &Names, shapes: &[&Shape]) {
        for page in &snapshot.health.pages {
            let of_list = |shape: &&&Shape| shape.list.iter().any(|list| list == page.collection);
            let parameters = shapes.iter().filter(of_list).flat_map(|shape| shape.attributes.keys().cloned());
            let parameters: Vec<String> = parameters.collect();
            let known =
                parameters.is_empty() || self.lists.iter().any(|(_, list, _)| *list == page.collection);
            if let Some(list) = page.list.filter(|_| !known) {
                self.lists.push((list, page.collection.clone(), parameters));
            }
        }
        let (mut block, mut record) = (Vec::new(), Record::default());
        for part in 0..snapshot.parts() {
            let Ok(offset) = snapshot.read(part, store, &mut block) else {
                self.broken = true;
                continue;
            };
            let mut problems = Vec::new();
            let mut reader = snapshot.reader(part, &block, offset, names);
            while reader.next(&mut record, &mut problems) {
                self.member(&record, &block, (snapshot.file, offset), names);
            }
            self.broken |= !problems.is_empty();
        }
    }

    fn member(&mut self, record: &Record, block: &[u8], (file, offset): (FileId, u64), names: &Names) {
        let place = |start: u64, length: u64| Location::new(file, offset + start, length);
        let whole = place(record.start as u64, 1);
        self.first.get_or_insert(whole);
        if record.bytes(block, record.dn).is_empty() {
            let problem = Problem::error("tenant-no-name", "what the tenant says here has no name");
            let help = "ask for it again, without `$select`";
            self.problems.push(problem.at(whole).label("`id` is missing").help(help));
            return;
        }
        let values = |slot: Slot| record.values(slot).map(move |(_, entry)| (slot, entry));
        for (slot, entry) in names.slots().flat_map(values) {
            self.facts.push(Fact {
                parameter: names.name(slot).to_owned(),
                value: String::from_utf8_lossy(record.bytes(block, entry.value)).into_owned(),
                location: place(u64::from(entry.place.start), u64::from(entry.place.length)),
            });
        }
    }

    /// The facts, and what is wrong with them.
    fn judged(self, library: &Library) -> TenantFacts {
        let mut problems = self.problems;
        if problems.is_empty() && !self.broken {
            let is_set = |parameter: &String| self.facts.iter().any(|fact| fact.parameter == *parameter);
            let silent = self.lists.iter().filter(|(_, _, parameters)| !parameters.iter().any(is_set));
            problems
                .extend(silent.map(|(list, what, _)| nothing_said(&format!("the list of {what}"), *list)));
            let first = self.first.filter(|_| self.facts.is_empty() && self.lists.is_empty());
            problems.extend(first.map(|first| nothing_said("the answer", first)));
        }
        for (number, fact) in self.facts.iter().enumerate() {
            let Some(raw) = library.declaration(&fact.parameter) else { continue };
            let earlier = |other: &&Fact| other.parameter == fact.parameter;
            let earlier = self.facts.iter().take(number).find(earlier);
            if let Some(fault) = library.bad_setting(&fact.parameter, &fact.value) {
                // a domain that is no domain is told once, not as each of the parameters that it sets
                if !problems.iter().any(|problem| problem.location == Some(fact.location)) {
                    let message = format!("`{}`: {}", fact.parameter, printable(&fault.message));
                    let problem = Problem::error("tenant-bad-value", message).at(fact.location);
                    let help = "is this the answer of Microsoft Graph as it came?";
                    problems
                        .push(problem.label("cannot be").help(fault.help.unwrap_or_else(|| help.to_owned())));
                }
            } else if let Some(earlier) = earlier.filter(|earlier| {
                raw.kind != RawParameterType::List && !earlier.value.eq_ignore_ascii_case(&fact.value)
            }) {
                let message = format!("the answers say two things of `{}`", fact.parameter);
                let problem = Problem::error("tenant-contradiction", message).at(fact.location);
                let problem = problem.label("the second one").also(earlier.location, "the first one");
                problems.push(problem.help("give the answers of one tenant"));
            }
        }
        TenantFacts { facts: self.facts, problems }
    }
}

/// Of a list that is empty, or of which nothing counts.
fn nothing_said(what: &str, place: Location) -> Problem {
    let message = format!("nothing in {what} tells anything of the tenant");
    let help = "a domain that is not verified does not count; sign in to the tenant and ask again, without `$select` and `$filter`: \
                `presync export-command graph` prints a command that does";
    Problem::error("tenant-says-nothing", message)
        .at(place)
        .label("it is empty, or nothing in it counts")
        .help(help)
}

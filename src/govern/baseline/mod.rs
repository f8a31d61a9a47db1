//! Findings that were recorded: they are known, and only new ones fail.

mod file;

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::config::day;
use crate::finding::Finding;

pub use file::{NAME, read, text, write};

/// Who answers for a recorded finding, why it stays, and how long.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    /// Who answers for it.
    pub owner: Option<String>,
    /// Why it stays.
    pub reason: Option<String>,
    /// The last day on which it counts: `2027-01-31`.
    pub expires: Option<String>,
}

/// A recorded finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The rule.
    pub rule: String,
    /// The object; none if several are at fault together.
    pub object: Option<String>,
    /// The attribute.
    pub attribute: Option<String>,
    /// The value; none if it is secret, very long, or no text.
    pub value: Option<String>,
    /// The objects that are at fault together.
    pub holders: Vec<String>,
    /// Who answers for it, why, and how long.
    pub terms: Terms,
    /// What tells it from all others.
    pub fingerprint: String,
}

/// The longest value that is written, in characters.
const LONGEST: usize = 200;

impl Recorded {
    /// A finding to be recorded.
    #[must_use]
    pub fn of(finding: &Finding, terms: &Terms) -> Self {
        let site = &finding.primary;
        let text = site.value.as_deref().and_then(|value| std::str::from_utf8(value).ok());
        let is_short = |text: &&str| text.chars().count() <= LONGEST && !text.chars().any(char::is_control);
        let shared = finding.shared.as_ref();
        Self {
            rule: finding.rule.id.clone(),
            object: shared.is_none().then(|| site.object.clone()),
            attribute: site.attribute.clone(),
            value: text.filter(is_short).filter(|_| site.attribute.is_some()).map(str::to_owned),
            holders: shared.map(|shared| shared.objects.clone()).unwrap_or_default(),
            terms: terms.clone(),
            fingerprint: finding.fingerprint.clone(),
        }
    }

    fn order(&self) -> (&str, &str, &str, &str, &str) {
        let object = self.object.as_deref().or(self.holders.first().map(String::as_str));
        let (attribute, value) = (self.attribute.as_deref(), self.value.as_deref());
        let text = Option::unwrap_or_default;
        (&self.rule, text(object), text(attribute), text(value), &self.fingerprint)
    }
}

/// All recorded findings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    /// The findings, in order.
    pub entries: Vec<Recorded>,
}

/// What a baseline says of findings.
#[derive(Debug, Default)]
pub struct Compared {
    /// Findings that it does not know.
    pub new: Vec<Arc<Finding>>,
    /// How many it knows.
    pub known: u64,
}

impl Baseline {
    /// The baseline of findings.
    #[must_use]
    pub fn of<'f>(findings: impl IntoIterator<Item = &'f Arc<Finding>>, terms: &Terms) -> Self {
        let mut baseline = Self::default();
        baseline.add(findings, terms);
        baseline
    }

    /// Records findings as well; of those that are at fault together, the objects that are new.
    pub fn add<'f>(&mut self, findings: impl IntoIterator<Item = &'f Arc<Finding>>, terms: &Terms) {
        let mut known: FxHashMap<String, usize> = FxHashMap::default();
        for (number, entry) in self.entries.iter().enumerate() {
            known.insert(entry.fingerprint.clone(), number);
        }
        for finding in findings {
            let recorded = Recorded::of(finding, terms);
            match known.get(&recorded.fingerprint).and_then(|number| self.entries.get_mut(*number)) {
                Some(entry) => {
                    entry.holders.extend(recorded.holders);
                    entry.holders.sort_unstable();
                    entry.holders.dedup();
                    entry.terms = recorded.terms;
                }
                None => {
                    known.insert(recorded.fingerprint.clone(), self.entries.len());
                    self.entries.push(recorded);
                }
            }
        }
        self.entries.sort_by(|one, other| one.order().cmp(&other.order()));
    }

    /// Tells new findings from known ones. `may_know` says which rules it can speak of; what has expired is new again.
    #[must_use]
    pub fn compare(
        &self,
        findings: Vec<Arc<Finding>>,
        now: i64,
        may_know: &dyn Fn(&str) -> bool,
    ) -> Compared {
        let ended =
            |entry: &Recorded| entry.terms.expires.as_deref().and_then(day).is_some_and(|end| now >= end);
        let known: FxHashMap<&str, &Recorded> =
            self.entries.iter().map(|entry| (entry.fingerprint.as_str(), entry)).collect();
        let mut compared = Compared::default();
        for mut finding in findings {
            let entry = known.get(finding.fingerprint.as_str()).filter(|_| may_know(&finding.rule.id));
            let Some(entry) = entry else {
                compared.new.push(finding);
                continue;
            };
            let said = if ended(entry) {
                let until = entry.terms.expires.as_deref().unwrap_or_default();
                Some(format!("it was recorded until {until}"))
            } else {
                let held: FxHashSet<&str> = entry.holders.iter().map(String::as_str).collect();
                let objects = finding.shared.iter().flat_map(|shared| &shared.objects);
                let more: Vec<&str> =
                    objects.map(String::as_str).filter(|name| !held.contains(name)).take(4).collect();
                (!more.is_empty()).then(|| match more.as_slice() {
                    [one, two, three, _] => format!("new among them: `{one}`, `{two}`, `{three}` and others"),
                    few => format!("new among them: `{}`", few.join("`, `")),
                })
            };
            match said {
                Some(said) => {
                    let help = &mut Arc::make_mut(&mut finding).help;
                    *help = Some(help.take().map_or(said.clone(), |help| format!("{help}\n{said}")));
                    compared.new.push(finding);
                }
                None => compared.known += 1,
            }
        }
        compared
    }

    /// Leaves out what is not found any more; `ran` says which rules can tell. How many entries, and objects of entries, these
    /// are.
    pub fn prune(&mut self, findings: &[Arc<Finding>], ran: &dyn Fn(&str) -> bool) -> (usize, usize) {
        let found: FxHashMap<&str, &Finding> =
            findings.iter().map(|finding| (finding.fingerprint.as_str(), &**finding)).collect();
        let (before, mut objects) = (self.entries.len(), 0);
        self.entries.retain(|entry| !ran(&entry.rule) || found.contains_key(entry.fingerprint.as_str()));
        for entry in &mut self.entries {
            let shared = found.get(entry.fingerprint.as_str()).and_then(|finding| finding.shared.as_ref());
            if let Some(shared) = shared {
                let held = entry.holders.len();
                entry.holders.retain(|name| shared.objects.contains(name));
                objects += held - entry.holders.len();
            }
        }
        (before - self.entries.len(), objects)
    }
}

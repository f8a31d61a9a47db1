//! What the object classes of an object say: its class, which rules judge it, which keys it gives. A directory of a
//! million objects has a few dozen different answers, so each is worked out once.

use std::sync::{Arc, RwLock};

use rustc_hash::FxHashMap;

use super::program::Programs;
use super::roles::Cast;
use super::strategy::{self, Strategy};
use crate::language::plan::{ClassKind, ClassSet, Judgement, Plan};

/// What one set of object classes says in one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The number of the signature.
    pub number: u32,
    /// The number of the source.
    pub source: u16,
    /// The class that people are told: a mapped one, else the last object class; empty if the object has none.
    pub class: String,
    /// Which class tests of the plan it meets.
    pub tests: Vec<bool>,
    /// The rules that judge it, by number.
    pub rules: Vec<u16>,
    /// The indexes that its keys go to, by number.
    pub indexes: Vec<u16>,
}

impl Signature {
    /// Whether it is of one of the classes.
    #[must_use]
    pub fn is_of(&self, classes: &ClassSet) -> bool {
        classes.iter().any(|test| self.tests.get(usize::from(*test)).copied().unwrap_or(false))
    }
}

#[derive(Debug, Default)]
struct Known {
    by_classes: FxHashMap<(u16, Vec<u8>), Arc<Signature>>,
    in_order: Vec<Arc<Signature>>,
}

/// All signatures of a run.
#[derive(Debug)]
pub struct Signatures<'p> {
    plan: &'p Plan,
    known: RwLock<Known>,
    pub(super) programs: Programs<'p>,
    strategies: Vec<Strategy>,
    /// What rules cost is measured.
    pub(super) is_metered: bool,
}

impl<'p> Signatures<'p> {
    /// None yet.
    #[must_use]
    pub fn new(plan: &'p Plan) -> Self {
        let strategies = strategy::of_all(plan);
        Self { plan, known: RwLock::default(), programs: Programs::new(plan), strategies, is_metered: false }
    }

    /// The same; what rules cost is measured while records are scanned.
    #[must_use]
    pub fn metered(self, is_metered: bool) -> Self {
        Self { is_metered, ..self }
    }

    /// The signature of objects of a source with these object classes, each followed by a NUL.
    #[must_use]
    pub fn of(&self, source: u16, object_classes: &[u8]) -> Arc<Signature> {
        let key = (source, object_classes.to_ascii_lowercase());
        if let Ok(known) = self.known.read()
            && let Some(signature) = known.by_classes.get(&key)
        {
            return Arc::clone(signature);
        }
        let mut known = match self.known.write() {
            Ok(known) => known,
            Err(poisoned) => poisoned.into_inner(),
        };
        if let Some(signature) = known.by_classes.get(&key) {
            return Arc::clone(signature);
        }
        let number = u32::try_from(known.in_order.len()).unwrap_or(u32::MAX);
        let signature = Arc::new(self.make(number, source, object_classes));
        known.by_classes.insert(key, Arc::clone(&signature));
        known.in_order.push(Arc::clone(&signature));
        signature
    }

    /// All of them, by number.
    #[must_use]
    pub fn all(&self) -> Vec<Arc<Signature>> {
        match self.known.read() {
            Ok(known) => known.in_order.clone(),
            Err(poisoned) => poisoned.into_inner().in_order.clone(),
        }
    }

    /// How each rule is decided, by its number.
    pub(super) fn strategies(&self) -> &[Strategy] {
        &self.strategies
    }

    /// The roles that marks have.
    pub(super) fn cast(&self) -> Cast {
        self.programs.cast()
    }

    fn make(&self, number: u32, source: u16, object_classes: &[u8]) -> Signature {
        let values: Vec<&[u8]> =
            object_classes.split(|byte| *byte == 0).filter(|value| !value.is_empty()).collect();
        let class = self.plan.classes.class_of(&values).unwrap_or_default();
        let class = String::from_utf8_lossy(class).into_owned();
        let has = |name: &str| values.iter().any(|value| value.eq_ignore_ascii_case(name.as_bytes()));
        let tests = self.plan.class_tests.iter().map(|test| {
            test.source == source
                && match test.kind {
                    ClassKind::Any => true,
                    ClassKind::Mapped => class.eq_ignore_ascii_case(&test.name),
                    ClassKind::ObjectClass => has(&test.name),
                }
        });
        let mut signature = Signature {
            number,
            source,
            class: class.clone(),
            tests: tests.collect(),
            rules: Vec::new(),
            indexes: Vec::new(),
        };
        let judges = |judgement: &Judgement| match judgement {
            Judgement::Values { classes, others: true, .. } => {
                source == self.plan.source_of(classes) && !class.is_empty() && !signature.is_of(classes)
            }
            Judgement::Objects { classes, .. }
            | Judgement::Values { classes, .. }
            | Judgement::Acyclic { classes, .. }
            | Judgement::Count { classes, .. } => signature.is_of(classes),
            Judgement::Unique { .. } => false,
        };
        let number = |n: usize| u16::try_from(n).ok();
        let rules = self.plan.rules.iter().enumerate();
        let rules =
            rules.filter(|(_, rule)| judges(&rule.judgement)).filter_map(|(n, _)| number(n)).collect();
        let indexes = self.plan.indexes.iter().enumerate();
        let indexes = indexes
            .filter(|(_, index)| signature.is_of(&index.classes))
            .filter_map(|(n, _)| number(n))
            .collect();
        signature.rules = rules;
        signature.indexes = indexes;
        signature
    }
}

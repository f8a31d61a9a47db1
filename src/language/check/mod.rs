//! From syntax tree to plan: every name is looked up, every type is proven, every constant is made ready. Whatever can be
//! wrong with a rule is found here, before a single object is read.

mod call;
mod compare;
mod condition;
mod fix;
mod growth;
mod named;
mod names;
mod needs;
mod operand;
mod own;
mod predicate;
mod sentence;

use regex::bytes::Regex;
use rustc_hash::{FxHashMap, FxHashSet};

use super::fault::Fault;
use super::plan::{Message, MessagePart, Operand, OperandKind, Plan, Reads, Rule};
use super::symbols::Symbols;
use super::syntax::{At, Condition, Fix, Root, Sentence, Span, Template, TemplatePart};
use crate::snapshot::{Names, Slot};

/// Makes the plan of a run, rule by rule.
#[derive(Debug)]
pub struct Compiler<'a> {
    symbols: &'a Symbols,
    plan: Plan,
    /// Faults of the text that is being checked.
    faults: Vec<Fault>,
    /// Why the rule that is being checked cannot be evaluated in this run.
    obstacles: Vec<String>,
    /// Parameters that the rule tests with `has $name`: it may be evaluated without them.
    tested: FxHashSet<String>,
    /// Conditions that are being put in place of their names, outermost first.
    inlining: Vec<String>,
    /// Numbers of conditions that speak only of the object at hand.
    numbers: FxHashMap<String, u16>,
    /// The attributes that the text at hand names.
    named: Vec<Slot>,
    /// Conditions that are the same wherever they are asked, by name.
    known: FxHashMap<String, Vec<named::Known>>,
    /// How often something was met that varies with the rule: a parameter of which it matters whether it was tested before.
    varies: usize,
    /// Regular expressions by their texts.
    regexes: FxHashMap<String, Regex>,
}

/// The texts of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The sentence.
    Rule,
    /// The message.
    Message,
    /// The remedy.
    Help,
    /// What the fix with this number makes.
    Fix(usize),
    /// The values, or the attribute, that the fix with this number changes.
    FixTarget(usize),
}

/// The texts of a rule, read.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'t> {
    /// The sentence.
    pub rule: &'t At<Sentence>,
    /// The message.
    pub message: &'t Template,
    /// The remedy.
    pub help: Option<&'t Template>,
    /// How a fault may be mended.
    pub fixes: &'t [Fix],
}

/// What became of a rule.
#[derive(Debug)]
pub enum Compiled {
    /// It will be evaluated.
    Rule,
    /// It is right, but cannot be evaluated in this run: the reasons.
    NotEvaluated(Vec<String>),
    /// It is wrong.
    Faulty(Vec<(Part, Fault)>),
}

/// Where a name stands: what it may mean there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Scope {
    /// How the innermost value is read; none where there is no `it`.
    it: Option<Reads>,
    /// The source of the object that names mean.
    here: u16,
    /// The source of the object that the sentence is about.
    itself: u16,
}

type Checked<T> = Option<T>;

impl<'a> Compiler<'a> {
    /// A compiler that knows `symbols`, and a plan without rules.
    #[must_use]
    pub fn new(symbols: &'a Symbols) -> Self {
        let plan = Plan {
            names: Names::projected(),
            classes: symbols.classes.clone(),
            sources: symbols.sources.clone(),
            ..Plan::default()
        };
        let mut compiler = Self {
            symbols,
            plan,
            faults: Vec::new(),
            obstacles: Vec::new(),
            tested: FxHashSet::default(),
            inlining: Vec::new(),
            numbers: FxHashMap::default(),
            named: Vec::new(),
            known: FxHashMap::default(),
            varies: 0,
            regexes: FxHashMap::default(),
        };
        compiler.slot("objectClass");
        compiler
    }

    /// Checks a rule and adds it to the plan.
    pub fn rule(&mut self, texts: Texts<'_>) -> Compiled {
        let indexes = self.plan.indexes.len();
        self.obstacles.clear();
        self.tested.clear();
        let checked = self.sentence(&texts.rule.node);
        let mut faults = self.take_faults(Part::Rule);
        let (message, help, fixes) = match &checked {
            Some((judgement, scope)) => {
                let message = self.template(texts.message, *scope);
                faults.extend(self.take_faults(Part::Message));
                let help = texts.help.map(|help| self.template(help, *scope));
                faults.extend(self.take_faults(Part::Help));
                let fixes = self.fixes(texts.fixes, judgement, *scope, &mut faults);
                (message, help, fixes)
            }
            None => Default::default(),
        };
        match checked {
            Some((judgement, _)) if faults.is_empty() && self.obstacles.is_empty() => {
                let (subjects, needs) = needs::of(&judgement, &self.plan);
                self.plan.rules.push(Rule { judgement, message, help, fixes, subjects, needs });
                Compiled::Rule
            }
            _ => {
                self.forget_indexes(indexes);
                if faults.is_empty() {
                    let mut reasons = std::mem::take(&mut self.obstacles);
                    reasons.dedup();
                    Compiled::NotEvaluated(reasons)
                } else {
                    Compiled::Faulty(faults)
                }
            }
        }
    }

    /// What is slow about a rule; nothing about most.
    #[must_use]
    pub fn slow(&self, rule: &Sentence) -> Vec<Fault> {
        growth::slow(rule, self.symbols)
    }

    /// The faults of a condition that a pack defines.
    pub fn definition(&mut self, name: &str, condition: &Condition) -> Vec<Fault> {
        let indexes = self.plan.indexes.len();
        self.inlining.push(name.to_owned());
        let scope = Scope { it: Some(Reads::As(crate::snapshot::value::Type::Text)), here: 0, itself: 0 };
        self.condition(condition, scope);
        self.inlining.pop();
        self.forget_indexes(indexes);
        std::mem::take(&mut self.faults)
    }

    /// Takes out indexes that only a text without a place in the plan asked for, with all conditions that may speak of them.
    fn forget_indexes(&mut self, from: usize) {
        if self.plan.indexes.len() > from {
            self.plan.indexes.truncate(from);
            self.known.clear();
        }
    }

    /// The plan of all rules that were added.
    #[must_use]
    pub fn finish(self) -> Plan {
        self.plan
    }

    fn take_faults(&mut self, part: Part) -> Vec<(Part, Fault)> {
        self.faults.drain(..).map(|fault| (part, fault)).collect()
    }

    fn template(&mut self, template: &Template, scope: Scope) -> Message {
        let parts = template.parts.iter().filter_map(|part| match part {
            TemplatePart::Text(text) => Some(MessagePart::Text(text.clone())),
            TemplatePart::Operand(operand) if names::is_holders(&operand.node) => Some(MessagePart::Holders),
            TemplatePart::Operand(operand) => self.operand(operand, scope).map(MessagePart::Operand),
        });
        Message { parts: parts.collect() }
    }

    fn fault<T>(
        &mut self,
        code: &'static str,
        span: &Span,
        message: String,
        label: &str,
        help: Option<String>,
    ) -> Checked<T> {
        self.faults.push(Fault { code, message, label: label.to_owned(), help, span: span.clone() });
        None
    }
}

/// The innermost value itself.
fn it(reads: Reads) -> Operand {
    Operand {
        kind: OperandKind::Path { root: Root::It, references: Vec::new(), field: None, options: None },
        reads,
    }
}

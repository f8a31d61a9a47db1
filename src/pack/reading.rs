//! The texts of a rule, read: the first half of compiling it, and the one that needs nothing but the rule.

use super::fix;
use super::raw::RawRule;
use super::ready;
use crate::language::syntax::{At, Fix, Sentence, Template};
use crate::language::{Compiled, Compiler, Fault, Part, Texts};

/// What the texts of a rule say, or what is wrong with them.
pub(super) struct Reading {
    sentence: Option<At<Sentence>>,
    message: Option<Template>,
    help: Option<Template>,
    fixes: Vec<Fix>,
    faults: Vec<(Part, Fault)>,
}

impl Reading {
    /// Reads the texts of a rule.
    pub(super) fn of(rule: &RawRule) -> Self {
        let mut faults = Vec::new();
        let mut note = |part: Part, fault: Box<Fault>| faults.push((part, *fault));
        let sentence = ready::sentence(&rule.rule).map_err(|fault| note(Part::Rule, fault)).ok();
        let message = ready::template(&rule.message).map_err(|fault| note(Part::Message, fault)).ok();
        let help = rule.help.as_deref().map(ready::template).transpose();
        let help = help.map_err(|fault| note(Part::Help, fault)).unwrap_or_default();
        let fixes = fix::parse_all(&rule.fix).map_err(|(part, fault)| note(part, fault)).unwrap_or_default();
        Self { sentence, message, help, fixes, faults }
    }

    /// The rule compiled, or its faults.
    pub(super) fn compiled(&mut self, compiler: &mut Compiler<'_>) -> Compiled {
        match (&self.sentence, &self.message) {
            (Some(sentence), Some(message)) if self.faults.is_empty() => {
                compiler.rule(Texts { rule: sentence, message, help: self.help.as_ref(), fixes: &self.fixes })
            }
            _ => Compiled::Faulty(std::mem::take(&mut self.faults)),
        }
    }

    /// What is slow about the rule.
    pub(super) fn slow(&self, compiler: &Compiler<'_>) -> Vec<Fault> {
        self.sentence.as_ref().map(|sentence| compiler.slow(&sentence.node)).unwrap_or_default()
    }
}

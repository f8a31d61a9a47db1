//! Predicates.

use regex::bytes::{Regex, RegexBuilder};

use super::compare::Sides;
use super::{Checked, Compiler, Scope, it};
use crate::language::format::Format;
use crate::language::plan::{Expression, Operand, OperandKind, Range, Reads, Test};
use crate::language::suggest::nearest;
use crate::language::symbols::ParameterType;
use crate::language::syntax::{
    self, Amount, At, Class, Condition, Key, Path, Pattern, Predicate, Root, Span, TextPlace,
};
use crate::snapshot::value::Type;

/// The largest compiled regular expression, in bytes.
const REGEX_SIZE: usize = 1 << 20;

impl Compiler<'_> {
    pub(super) fn predicate(
        &mut self,
        operand: Option<&At<syntax::Operand>>,
        predicate: &Predicate,
        span: &Span,
        scope: Scope,
    ) -> Checked<Test> {
        match predicate {
            Predicate::Be(name) => self.be(operand, name, span, scope),
            Predicate::Under(parent) => self.under(operand, parent, scope),
            Predicate::Have { amount, key, filter } => {
                self.have(operand, amount, key, filter.as_deref(), scope)
            }
            Predicate::Flag(figure) => self.flag(operand, figure, span, scope),
            Predicate::Compare { comparator, exact, operand: right } => {
                let left = self.subject(operand, span, scope)?;
                let place = &right.span;
                let right = self.operand(right, scope)?;
                self.comparison(Sides { left, right, place }, *comparator, *exact, span)
            }
            Predicate::In { exact, operand: right } => {
                let left = self.subject(operand, span, scope)?;
                let place = &right.span;
                let right = self.operand(right, scope)?;
                self.comparison(Sides { left, right, place }, syntax::Comparator::Equal, *exact, span)
            }
            Predicate::Match(pattern) => {
                let left = self.subject(operand, span, scope)?;
                Some(Test::Match(left, Expression::new(self.regex(pattern, false)?)))
            }
            Predicate::Text { place, exact, operand: right } => {
                self.text(operand, *place, *exact, right, span, scope)
            }
            Predicate::ReferTo { classes, filter } => {
                self.refer(operand, classes, filter.as_deref(), span, scope)
            }
            Predicate::EqualAny { exact, keys, classes, filter } => {
                let operand = self.subject(operand, span, scope)?;
                let asker = Some((operand.reads, scope));
                let (index, _) = self.index(*exact, keys, classes, filter.as_deref(), asker)?;
                Some(Test::EqualAny { operand, index: self.add_index(index) })
            }
        }
    }

    /// The operand of a predicate: the one that is written, else `it`.
    fn subject(
        &mut self,
        operand: Option<&At<syntax::Operand>>,
        span: &Span,
        scope: Scope,
    ) -> Checked<Operand> {
        match (operand, scope.it) {
            (Some(operand), _) => self.operand(operand, scope),
            (None, Some(reads)) => Some(it(reads)),
            (None, None) => self.fault(
                "rule-no-it",
                span,
                "this does not say which attribute it speaks of".to_owned(),
                "about which value?",
                Some("write the attribute in front of it, behind `:` in place of `must`".to_owned()),
            ),
        }
    }

    fn be(
        &mut self,
        operand: Option<&At<syntax::Operand>>,
        name: &At<String>,
        span: &Span,
        scope: Scope,
    ) -> Checked<Test> {
        if self.symbols.conditions.contains_key(&name.node) {
            let Some(operand) = operand else { return self.named(name, scope) };
            let values = self.operand(operand, scope)?;
            let inner = self.named(name, Scope { it: Some(values.reads), ..scope })?;
            return Some(Test::Have(Range { least: 1, most: u64::MAX }, values, Some(Box::new(inner))));
        }
        if let Some(format) = Format::from_name(&name.node) {
            let values = self.subject(operand, span, scope)?;
            return Some(Test::Format(values, format));
        }
        if let Some(pattern) = self.symbols.formats.get(&name.node) {
            let values = self.subject(operand, span, scope)?;
            let regex = self.regex(&pattern.clone(), true)?;
            return Some(Test::Defined(values, Expression::new(regex), name.node.clone()));
        }
        self.unknown_format(name)
    }

    fn unknown_format<T>(&mut self, name: &At<String>) -> Checked<T> {
        let symbols = self.symbols;
        let known = Format::all()
            .map(|(_, known, _)| known)
            .chain(symbols.conditions.keys().map(String::as_str))
            .chain(symbols.formats.keys().map(String::as_str));
        let help = match nearest(&name.node, known) {
            _ if matches!(name.node.as_str(), "null" | "empty" | "set") => {
                "write `has no ATTRIBUTE`, or `is blank` for white space".to_owned()
            }
            Some(near) => format!("did you mean `{near}`?"),
            None => "a pack defines one under `formats:` or `define:`".to_owned(),
        };
        self.fault(
            "rule-unknown-format",
            &name.span,
            format!("unknown format or condition `{}`", name.node),
            "no pack defines it",
            Some(help),
        )
    }

    fn under(
        &mut self,
        operand: Option<&At<syntax::Operand>>,
        parent: &At<syntax::Operand>,
        scope: Scope,
    ) -> Checked<Test> {
        let child = match (operand, scope.it) {
            (Some(operand), _) => self.operand(operand, scope)?,
            (None, Some(reads @ Reads::As(Type::Dn))) => it(reads),
            (None, _) => Operand { kind: name_of_object(), reads: Reads::As(Type::Dn) },
        };
        if child.reads != Reads::As(Type::Dn) {
            let span = operand.map_or(&parent.span, |operand| &operand.span);
            return self.fault(
                "rule-type",
                span,
                "only a distinguished name lies under another".to_owned(),
                "no distinguished name",
                Some("write `dn is under ..` for the object itself".to_owned()),
            );
        }
        let place = &parent.span;
        let parent = self.operand(parent, scope)?;
        let parent = self.comparand(parent, Type::Dn, false, place)?;
        Some(Test::Under(child, parent))
    }

    fn have(
        &mut self,
        operand: Option<&At<syntax::Operand>>,
        amount: &Amount,
        key: &At<Key>,
        filter: Option<&Condition>,
        scope: Scope,
    ) -> Checked<Test> {
        let range = self.amount(amount)?;
        let values = match operand {
            None => self.key(&key.node, &key.span, scope)?,
            Some(owner) => {
                let key = self.of_owner(owner, key)?;
                self.key(&key.node, &key.span, scope)?
            }
        };
        let filter = match filter {
            None => None,
            Some(filter) => {
                Some(Box::new(self.condition(filter, Scope { it: Some(values.reads), ..scope })?))
            }
        };
        Some(Test::Have(range, values, filter))
    }

    /// `manager has mail` speaks of `manager.mail`.
    fn of_owner(&mut self, owner: &At<syntax::Operand>, key: &At<Key>) -> Checked<At<Key>> {
        if let (syntax::Operand::Key(Key::Path(owner)), Key::Path(path)) = (&owner.node, &key.node)
            && path.root == Root::Here
        {
            let steps = owner.steps.iter().chain(&path.steps).cloned().collect();
            return Some(At { node: Key::Path(Path { root: owner.root, steps }), span: key.span.clone() });
        }
        self.fault(
            "rule-type",
            &owner.span,
            "only an object has attributes".to_owned(),
            "no reference to an object",
            Some(
                "leave it out to speak of the object itself, or name a reference such as `manager`"
                    .to_owned(),
            ),
        )
    }

    fn flag(
        &mut self,
        operand: Option<&At<syntax::Operand>>,
        figure: &At<syntax::Operand>,
        span: &Span,
        scope: Scope,
    ) -> Checked<Test> {
        let values = self.subject(operand, span, scope)?;
        if values.reads != Reads::As(Type::Number) {
            return self.fault(
                "rule-type",
                operand.map_or(span, |operand| &operand.span),
                "only a number has flags".to_owned(),
                "no number",
                None,
            );
        }
        let bits = match &figure.node {
            syntax::Operand::Number(number) => *number,
            syntax::Operand::Parameter(name) => {
                self.figure(&At { node: syntax::Figure::Parameter(name.clone()), span: figure.span.clone() })?
            }
            _ => return None,
        };
        Some(Test::Flag(values, bits))
    }

    fn text(
        &mut self,
        operand: Option<&At<syntax::Operand>>,
        place: TextPlace,
        exact: bool,
        right: &At<syntax::Operand>,
        span: &Span,
        scope: Scope,
    ) -> Checked<Test> {
        let left = self.subject(operand, span, scope)?;
        let right_place = &right.span;
        let right = self.operand(right, scope)?;
        if left.reads == Reads::As(Type::Dn) {
            return self.fault(
                "rule-type",
                operand.map_or(span, |operand| &operand.span),
                "a distinguished name is no text: spaces and escapes in it differ without a meaning"
                    .to_owned(),
                "a distinguished name",
                Some("write `is under \"OU=..\"`, or speak of `rdn(..)`".to_owned()),
            );
        }
        for (reads, place) in [(left.reads, span), (right.reads, right_place)] {
            if matches!(reads, Reads::Duration | Reads::As(Type::Number | Type::Time | Type::Boolean)) {
                return self.fault(
                    "rule-type",
                    place,
                    "only text starts with, ends with or contains something".to_owned(),
                    "no text",
                    None,
                );
            }
        }
        Some(Test::Text { left, place, right, exact })
    }

    fn refer(
        &mut self,
        operand: Option<&At<syntax::Operand>>,
        classes: &[At<Class>],
        filter: Option<&Condition>,
        span: &Span,
        scope: Scope,
    ) -> Checked<Test> {
        let values = self.subject(operand, span, scope)?;
        if values.reads != Reads::As(Type::Dn) {
            return self.fault(
                "rule-type",
                operand.map_or(span, |operand| &operand.span),
                "only a distinguished name refers to an object".to_owned(),
                "no distinguished name",
                Some("declare the attribute with `type: dn` if it holds names".to_owned()),
            );
        }
        let classes = self.classes(classes)?;
        let here = self.plan.source_of(&classes);
        let filter = match filter {
            None => None,
            Some(filter) => {
                let inner = Scope { it: Some(values.reads), here, ..scope };
                Some(Box::new(self.condition(filter, inner)?))
            }
        };
        Some(Test::Refer { operand: values, classes, filter })
    }

    /// A regular expression ready to run; of a format, one that matches the whole value.
    fn regex(&mut self, pattern: &At<Pattern>, whole: bool) -> Checked<Regex> {
        let (source, ignore_case) = self.pattern(pattern)?;
        let text = if whole { format!("^(?:{source})$") } else { source };
        // in the text, so that expressions that are written alike mean the same
        let text = if ignore_case { format!("(?i){text}") } else { text };
        if let Some(known) = self.regexes.get(&text) {
            return Some(known.clone());
        }
        match RegexBuilder::new(&text).size_limit(REGEX_SIZE).build() {
            Ok(built) => {
                self.regexes.insert(text, built.clone());
                Some(built)
            }
            Err(error) => self.bad_regex(pattern, &error),
        }
    }

    fn bad_regex<T>(&mut self, pattern: &At<Pattern>, error: &regex::Error) -> Checked<T> {
        let text = error.to_string();
        let reason = text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
        let help = if reason.contains("look-around") {
            "look-ahead and look-behind are not supported: write two tests joined by `and`"
        } else if reason.contains("backreference") {
            "back-references are not supported"
        } else if matches!(error, regex::Error::CompiledTooBig(_)) {
            "make the repetitions in it smaller"
        } else {
            "the syntax is that of the Rust crate `regex`"
        };
        self.fault(
            "rule-regex",
            &pattern.span,
            format!("this regular expression is not valid: {reason}"),
            "cannot be used",
            Some(help.to_owned()),
        )
    }

    /// The fault of a format that a pack defines, if it has one.
    pub fn format(&mut self, pattern: &At<Pattern>) -> Vec<crate::language::Fault> {
        self.regex(pattern, true);
        std::mem::take(&mut self.faults)
    }

    /// Whether a parameter may hold a value of this kind; used for settings of the command line.
    #[must_use]
    pub fn parameter_kind(&self, name: &str) -> Option<ParameterType> {
        self.symbols.parameters.get(name).map(|parameter| parameter.kind)
    }
}

/// `dn` of the object at hand.
fn name_of_object() -> OperandKind {
    OperandKind::Path {
        root: Root::Here,
        references: Vec::new(),
        field: Some(crate::language::plan::Field::Dn),
        options: None,
    }
}

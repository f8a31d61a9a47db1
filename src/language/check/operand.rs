//! Operands: paths, selections, literals and lists.

use super::names::truth_text;
use super::{Checked, Compiler, Scope, it};
use crate::language::plan::{ClassKind, Field, Operand, OperandKind, Reads};
use crate::language::syntax::{self, At, Attribute, Key, Path, Root, Selection, Span};
use crate::snapshot::value::Type;

impl Compiler<'_> {
    pub(super) fn operand(&mut self, operand: &At<syntax::Operand>, scope: Scope) -> Checked<Operand> {
        let text = Reads::As(Type::Text);
        let (kind, reads) = match &operand.node {
            syntax::Operand::Key(key) => return self.key(key, &operand.span, scope),
            syntax::Operand::Text(value) => (OperandKind::Texts(vec![value.clone()]), text),
            syntax::Operand::Number(number) => (OperandKind::Numbers(vec![*number]), Reads::As(Type::Number)),
            syntax::Operand::Boolean(truth) => {
                (OperandKind::Texts(vec![truth_text(*truth)]), Reads::As(Type::Boolean))
            }
            syntax::Operand::Duration(seconds) => (OperandKind::Numbers(vec![*seconds]), Reads::Duration),
            syntax::Operand::Parameter(name) => self.parameter_operand(name, &operand.span)?,
            syntax::Operand::List(items) => return self.list(items, &operand.span, scope),
        };
        Some(Operand { kind, reads })
    }

    /// A list holds constants of one kind; numbers among texts are read as texts.
    fn list(&mut self, items: &[At<syntax::Operand>], span: &Span, scope: Scope) -> Checked<Operand> {
        let mut texts = Vec::new();
        let mut numbers = Vec::new();
        let mut reads = None;
        for item in items {
            let constant = self.operand(item, scope)?;
            let same = *reads.get_or_insert(constant.reads) == constant.reads;
            match constant.kind {
                OperandKind::Texts(more) => texts.extend(more),
                OperandKind::Numbers(more) => {
                    texts.extend(more.iter().map(i64::to_string));
                    numbers.extend(more);
                }
                _ => {
                    return self.fault(
                        "rule-list",
                        &item.span,
                        "a list holds texts, numbers and parameters".to_owned(),
                        "this has to be read from an object",
                        Some("join two tests with `or`".to_owned()),
                    );
                }
            }
            if !same {
                reads = Some(Reads::As(Type::Text));
            }
        }
        let Some(reads) = reads else {
            return self.fault("rule-list", span, "the list is empty".to_owned(), "nothing is in it", None);
        };
        let all_numbers = texts.len() == numbers.len() && reads != Reads::As(Type::Text);
        let kind = if all_numbers { OperandKind::Numbers(numbers) } else { OperandKind::Texts(texts) };
        Some(Operand { kind, reads })
    }

    pub(super) fn key(&mut self, key: &Key, span: &Span, scope: Scope) -> Checked<Operand> {
        match key {
            Key::Path(path) => self.path(path, span, scope),
            Key::Selection(selection) => self.selection(selection, scope),
            Key::Call(call) => self.call(call, span, scope),
        }
    }

    fn selection(&mut self, selection: &Selection, scope: Scope) -> Checked<Operand> {
        let path = self.path(&selection.path.node, &selection.path.span, scope)?;
        let reads = path.reads;
        let filter = self.condition(&selection.filter, Scope { it: Some(reads), ..scope })?;
        Some(Operand { kind: OperandKind::Selection(Box::new(path), Box::new(filter)), reads })
    }

    fn path(&mut self, path: &Path, span: &Span, scope: Scope) -> Checked<Operand> {
        let mut steps = path.steps.as_slice();
        let mut references = Vec::new();
        if path.root == Root::It {
            let Some(reads) = scope.it else {
                return self.fault(
                    "rule-no-it",
                    span,
                    "there is no `it` here".to_owned(),
                    "the sentence is about objects, not about values",
                    Some("name the attribute that is meant, or say `each ATTRIBUTE of ..`".to_owned()),
                );
            };
            if steps.is_empty() {
                return Some(it(reads));
            }
            if reads != Reads::As(Type::Dn) {
                return self.fault(
                    "rule-no-reference",
                    span,
                    "`it` is no reference to another object here".to_owned(),
                    "only a distinguished name can be followed",
                    Some("an attribute of the object itself is named without `it.`".to_owned()),
                );
            }
        }
        while let Some((first, rest)) = steps.split_first() {
            if let Some(nested) = self.nested_field(steps) {
                return self.leaf(path.root, references, &nested, span);
            }
            if rest.is_empty() {
                return self.leaf(path.root, references, first, span);
            }
            let (field, reads) = self.field(&first.node.name, &first.span)?;
            if reads != Reads::As(Type::Dn) {
                return self.not_a_reference(first, scope);
            }
            references.push(field);
            steps = rest;
        }
        None
    }

    /// `signInActivity.lastSignInDateTime`: a field of nested JSON, known by its whole name.
    fn nested_field(&self, steps: &[At<Attribute>]) -> Option<At<Attribute>> {
        let (first, rest) = steps.split_first()?;
        let last = rest.last()?;
        let names: Vec<&str> = steps.iter().map(|step| step.node.name.as_str()).collect();
        let known = ["/", "."].iter().find_map(|joint| self.symbols.attribute(&names.join(joint)))?;
        let node = Attribute { name: known.name.clone(), options: last.node.options.clone() };
        Some(At { node, span: first.span.start..last.span.end })
    }

    fn not_a_reference<T>(&mut self, step: &At<Attribute>, scope: Scope) -> Checked<T> {
        let name = &step.node.name;
        let here = self.symbols.sources.get(usize::from(scope.here));
        let help = match here {
            Some(_) if !self.symbols.sources.contains(name) => {
                format!("only an attribute of type `dn` can be followed; `{name}` holds other values")
            }
            _ => format!("a source stands before a class: `{name}.user`"),
        };
        self.fault(
            "rule-no-reference",
            &step.span,
            format!("`{name}` is no reference to another object"),
            "cannot be followed",
            Some(help),
        )
    }

    fn leaf(
        &mut self,
        root: Root,
        references: Vec<Field>,
        step: &At<Attribute>,
        span: &Span,
    ) -> Checked<Operand> {
        let (field, reads) = self.field(&step.node.name, &step.span)?;
        let options = step.node.options.clone();
        if options.is_some() && !matches!(field, Field::Slot(_)) {
            return self.fault(
                "rule-options",
                span,
                format!("`{}` has no options", step.node.name),
                "not an attribute of the file",
                None,
            );
        }
        Some(Operand { kind: OperandKind::Path { root, references, field: Some(field), options }, reads })
    }

    /// Whether a set of classes holds every object of the source under check.
    pub(super) fn is_everything(&self, classes: &[u16]) -> bool {
        self.plan.tests_of(classes).any(|test| test.kind == ClassKind::Any && test.source == 0)
    }
}

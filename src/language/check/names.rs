//! Looking up attributes, classes and parameters.

use super::{Checked, Compiler};
use crate::language::plan::{ClassKind, ClassSet, ClassTest, Field, OperandKind, Reads};
use crate::language::suggest::nearest;
use crate::language::symbols::{Attribute, ParameterType, Setting};
use crate::language::syntax::{At, Class, Figure, Key, Operand, Path, Pattern, Root, Span};
use crate::snapshot::value::Type;
use crate::snapshot::{Described, Slot};

/// The word of messages that stands for the number of objects that share a fault.
const HOLDERS: &str = "holders";

pub(super) fn is_holders(operand: &Operand) -> bool {
    matches!(operand, Operand::Key(Key::Path(Path { root: Root::Here, steps }))
        if matches!(steps.as_slice(), [only] if only.node.name == HOLDERS))
}

impl Compiler<'_> {
    /// The slot of an attribute that the schema knows.
    pub(super) fn slot(&mut self, name: &str) -> Option<Slot> {
        let known = self.symbols.attribute(name);
        let described = known.map_or(Described { kind: Type::Text, single: false }, |attribute| Described {
            kind: attribute.kind,
            single: attribute.single,
        });
        let slot = self.plan.names.add(name, described)?;
        if usize::from(slot.0) == self.plan.attributes.len() {
            let known = self.symbols.attribute(name).cloned();
            self.plan.attributes.push(known.unwrap_or_else(|| Attribute {
                name: name.to_owned(),
                kind: Type::Text,
                single: false,
                secret: false,
                identifies: false,
                label: None,
            }));
        }
        self.named.push(slot);
        Some(slot)
    }

    /// What a name means, and how its values are read.
    pub(super) fn field(&mut self, name: &str, span: &Span) -> Checked<(Field, Reads)> {
        let special = match name.to_ascii_lowercase().as_str() {
            "dn" => Some((Field::Dn, Type::Dn)),
            "class" => Some((Field::Class, Type::Text)),
            "source" => Some((Field::Source, Type::Text)),
            "file" => Some((Field::File, Type::Text)),
            _ => None,
        };
        if let Some((field, kind)) = special {
            return Some((field, Reads::As(kind)));
        }
        let Some(known) = self.symbols.attribute(name) else {
            return self.unknown_attribute(name, span);
        };
        let (name, kind) = (known.name.clone(), known.kind);
        match self.slot(&name) {
            Some(slot) => Some((Field::Slot(slot), Reads::As(kind))),
            None => self.fault(
                "rule-too-many-attributes",
                span,
                "the rules of a run may speak of 65,534 attributes".to_owned(),
                "one too many",
                None,
            ),
        }
    }

    fn unknown_attribute<T>(&mut self, name: &str, span: &Span) -> Checked<T> {
        let symbols = self.symbols;
        let near = nearest(name, symbols.attributes.values().map(|attribute| attribute.name.as_str()));
        let help = if symbols.conditions.contains_key(name) {
            format!("`{name}` is a condition: it stands alone, without a predicate")
        } else if symbols.parameters.contains_key(name) {
            format!("`{name}` is a parameter: write `${name}`")
        } else if let Some(near) = near {
            format!("did you mean `{near}`?")
        } else {
            format!("declare it in a pack: `attributes: {{ {name}: {{ type: text }} }}`")
        };
        self.fault(
            "rule-unknown-attribute",
            span,
            format!("unknown attribute `{name}`"),
            "no schema or pack declares it",
            Some(help),
        )
    }

    /// The numbers of the tests for classes.
    pub(super) fn classes(&mut self, classes: &[At<Class>]) -> Checked<ClassSet> {
        let tests: Vec<Option<u16>> = classes.iter().map(|class| self.class(class)).collect();
        let mut set: ClassSet = tests.into_iter().collect::<Option<_>>()?;
        set.sort_unstable();
        set.dedup();
        Some(set)
    }

    fn class(&mut self, class: &At<Class>) -> Checked<u16> {
        let source = match &class.node.source {
            None => 0,
            Some(name) => match self.symbols.sources.iter().position(|known| known == name) {
                Some(number) => u16::try_from(number).ok()?,
                None => {
                    self.obstacles.push(format!("the source `{name}` is not loaded"));
                    if !self.plan.unloaded.contains(name) {
                        self.plan.unloaded.push(name.clone());
                    }
                    0
                }
            },
        };
        let name = class.node.name.as_str();
        let mapped = self.symbols.classes.names().find(|known| known.eq_ignore_ascii_case(name));
        let (kind, name) = if name.eq_ignore_ascii_case("object") {
            (ClassKind::Any, "object".to_owned())
        } else if let Some(mapped) = mapped {
            (ClassKind::Mapped, mapped.to_owned())
        } else if self.is_object_class(name) {
            (ClassKind::ObjectClass, name.to_owned())
        } else {
            return self.unknown_class(name, &class.span);
        };
        let test = ClassTest { source, kind, name };
        let number = self.plan.class_tests.iter().position(|known| *known == test).unwrap_or_else(|| {
            self.plan.class_tests.push(test);
            self.plan.class_tests.len() - 1
        });
        u16::try_from(number).ok()
    }

    fn is_object_class(&self, name: &str) -> bool {
        self.symbols.object_classes.contains_key(&name.to_ascii_lowercase())
            || self.symbols.classes.pairs().any(|(object_class, _)| object_class.eq_ignore_ascii_case(name))
    }

    fn unknown_class<T>(&mut self, name: &str, span: &Span) -> Checked<T> {
        let symbols = self.symbols;
        let known = symbols
            .classes
            .names()
            .chain(["object"])
            .chain(symbols.classes.pairs().map(|(object_class, _)| object_class))
            .chain(symbols.object_classes.values().map(String::as_str));
        let help = match nearest(name, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("declare it in a pack: `classes: {{ {name}: [{name}] }}`"),
        };
        self.fault(
            "rule-unknown-class",
            span,
            format!("unknown class `{name}`"),
            "no schema or pack declares it",
            Some(help),
        )
    }

    /// A parameter, its type and its value; none is a value that is not set.
    pub(super) fn parameter(&mut self, name: &str, span: &Span) -> Checked<(ParameterType, Option<Setting>)> {
        let symbols = self.symbols;
        let Some(parameter) = symbols.parameters.get(name) else {
            let near = nearest(name, symbols.parameters.keys().map(String::as_str));
            let help = match near {
                Some(near) => format!("did you mean `${near}`?"),
                None => format!("declare it in a pack: `params: {{ {name}: {{ type: list }} }}`"),
            };
            return self.fault(
                "rule-unknown-parameter",
                span,
                format!("unknown parameter `${name}`"),
                "no pack declares it",
                Some(help),
            );
        };
        if !parameter.is_set() && !parameter.may_be_empty {
            self.varies += 1;
            if !self.tested.contains(name) {
                self.obstacles
                    .push(format!("the parameter `{name}` is not set; set it with `--set {name}=VALUE`"));
            }
        }
        Some((parameter.kind, parameter.value.clone()))
    }

    /// The operand that a parameter stands for.
    pub(super) fn parameter_operand(&mut self, name: &str, span: &Span) -> Checked<(OperandKind, Reads)> {
        let (kind, value) = self.parameter(name, span)?;
        let reads = match kind {
            ParameterType::One(kind) => Reads::As(kind),
            ParameterType::List => Reads::As(Type::Text),
            ParameterType::Duration => Reads::Duration,
            ParameterType::Regex => {
                return self.fault(
                    "rule-type",
                    span,
                    format!("the parameter `${name}` is a regular expression"),
                    "a value is expected here",
                    Some(format!("write `matches ${name}`")),
                );
            }
        };
        let operand = match value {
            None => OperandKind::Texts(Vec::new()),
            Some(Setting::Text(text)) => OperandKind::Texts(vec![text]),
            Some(Setting::List(list)) => OperandKind::Texts(list),
            Some(Setting::Number(number)) => OperandKind::Numbers(vec![number]),
            Some(Setting::Boolean(truth)) => OperandKind::Texts(vec![truth_text(truth)]),
            Some(Setting::Regex(_)) => return None,
        };
        Some((operand, reads))
    }

    /// A number, or the value of a parameter that is one.
    pub(super) fn figure(&mut self, figure: &At<Figure>) -> Checked<i64> {
        let name = match &figure.node {
            Figure::Number(number) => return Some(*number),
            Figure::Parameter(name) => name,
        };
        match self.parameter(name, &figure.span)? {
            (ParameterType::One(Type::Number), Some(Setting::Number(number))) => Some(number),
            (ParameterType::One(Type::Number), _) => Some(0),
            _ => self.fault(
                "rule-type",
                &figure.span,
                format!("the parameter `${name}` is no number"),
                "a number is expected here",
                None,
            ),
        }
    }

    /// The expression that a pattern stands for.
    pub(super) fn pattern(&mut self, pattern: &At<Pattern>) -> Checked<(String, bool)> {
        let name = match &pattern.node {
            Pattern::Regex { source, ignore_case } => return Some((source.clone(), *ignore_case)),
            Pattern::Parameter(name) => name,
        };
        match self.parameter(name, &pattern.span)? {
            (ParameterType::Regex, Some(Setting::Regex(Pattern::Regex { source, ignore_case }))) => {
                Some((source, ignore_case))
            }
            (ParameterType::Regex, _) => Some((String::new(), false)),
            _ => self.fault(
                "rule-type",
                &pattern.span,
                format!("the parameter `${name}` is no regular expression"),
                "a regular expression is expected here",
                Some("declare it with `type: regex`".to_owned()),
            ),
        }
    }
}

/// A truth value as directories write it (RFC 4517, 3.3.3).
pub(super) fn truth_text(truth: bool) -> String {
    if truth { "TRUE".to_owned() } else { "FALSE".to_owned() }
}

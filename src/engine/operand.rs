//! The values of operands.

use rustc_hash::FxHashSet;

use super::evaluate::{Evaluator, Scene};
use super::object::{Content, Object, Origin, Value};
use super::world::{Followed, World};
use crate::language::function::{self, Function, Outcome, Takes};
use crate::language::plan::{Field, Operand, OperandKind, Reads};
use crate::language::syntax::Root;
use crate::snapshot::value::{Type, dn, key_into};

/// Called for each value; false ends the visit.
pub(super) type Visit<'f> = dyn FnMut(&Value<'_>) -> bool + 'f;

/// How far a visit came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// All values were shown.
    All,
    /// The visitor had enough.
    Ended,
    /// There may be values that nobody knows.
    Unknown,
}

impl Reach {
    fn and(self, later: Self) -> Self {
        match (self, later) {
            (_, Self::Ended) | (Self::Ended, _) => Self::Ended,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            _ => Self::All,
        }
    }
}

/// How many objects `chain` follows at most: more than any directory nests, less than a run can bear.
const CHAIN: usize = 1_000_000;
/// How many combinations `concat` makes at most.
const COMBINATIONS: usize = 10_000;

impl<W: World> Evaluator<'_, W> {
    /// Shows the values of an operand, in file order.
    pub(super) fn values(&self, operand: &Operand, scene: &Scene<'_>, visit: &mut Visit<'_>) -> Reach {
        match &operand.kind {
            OperandKind::Path { root, references, field, options } => {
                self.path(*root, references, *field, options.as_deref(), scene, visit)
            }
            OperandKind::Selection(inner, filter) => {
                let mut unknown = false;
                let reach =
                    self.values(inner, scene, &mut |value| match self.test(filter, &scene.with(value)) {
                        super::object::Answer::Yes => visit(value),
                        super::object::Answer::No => true,
                        super::object::Answer::Unknown => {
                            unknown = true;
                            true
                        }
                    });
                if unknown { reach.and(Reach::Unknown) } else { reach }
            }
            OperandKind::Call(function, arguments) => self.call(*function, arguments, scene, visit),
            OperandKind::Texts(texts) => {
                constants(texts.iter().map(|text| Content::Text(text.as_bytes())), visit)
            }
            OperandKind::Numbers(numbers) => constants(numbers.iter().map(|n| Content::Number(*n)), visit),
        }
    }

    fn path(
        &self,
        root: Root,
        references: &[Field],
        field: Option<Field>,
        options: Option<&str>,
        scene: &Scene<'_>,
        visit: &mut Visit<'_>,
    ) -> Reach {
        let object = match root {
            Root::Here => scene.here,
            Root::Itself => match scene.itself {
                Some(object) => object,
                None => return Reach::Unknown,
            },
            Root::It => {
                let Some(it) = scene.it else { return Reach::Unknown };
                let Some(field) = field else { return if visit(it) { Reach::All } else { Reach::Ended } };
                return self.followed(
                    scene.here.signature.source,
                    it.text(),
                    references,
                    field,
                    options,
                    visit,
                );
            }
        };
        match field {
            Some(field) => self.steps(object, references, field, options, visit),
            None => Reach::All,
        }
    }

    /// References from an object on, and then a field.
    fn steps(
        &self,
        object: &Object<'_>,
        references: &[Field],
        field: Field,
        options: Option<&str>,
        visit: &mut Visit<'_>,
    ) -> Reach {
        let Some((first, rest)) = references.split_first() else {
            return self.field(object, field, options, visit);
        };
        let mut whole = Reach::All;
        let source = object.signature.source;
        let reach = self.field(object, *first, None, &mut |value| {
            whole = whole.and(self.followed(source, value.text(), rest, field, options, visit));
            whole != Reach::Ended
        });
        whole.and(if reach == Reach::Ended { Reach::All } else { reach })
    }

    fn followed(
        &self,
        source: u16,
        name: &[u8],
        references: &[Field],
        field: Field,
        options: Option<&str>,
        visit: &mut Visit<'_>,
    ) -> Reach {
        if name.is_empty() {
            return Reach::All;
        }
        let mut reach = Reach::All;
        let followed = self.world.follow(source, name, &mut |object| {
            reach = self.steps(object, references, field, options, visit);
        });
        if followed == Followed::Unknown { Reach::Unknown } else { reach }
    }

    /// The values of a field of one object.
    pub(super) fn field(
        &self,
        object: &Object<'_>,
        field: Field,
        options: Option<&str>,
        visit: &mut Visit<'_>,
    ) -> Reach {
        let text = match field {
            Field::Slot(slot) => {
                for (number, entry) in object.record.values(slot) {
                    if let Some(wanted) = options
                        && !has_options(object.record.bytes(object.block, entry.name), wanted)
                    {
                        continue;
                    }
                    let text = object.record.bytes(object.block, entry.value);
                    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
                    let entry = u32::try_from(number).unwrap_or(Origin::NAME);
                    let origin = Origin { object: object.number, entry, part: Some((0, length)) };
                    if !visit(&Value { content: Content::Text(text), origin: Some(origin) }) {
                        return Reach::Ended;
                    }
                }
                return if object.record.partial.contains(&slot) { Reach::Unknown } else { Reach::All };
            }
            Field::Dn => {
                let name = object.name();
                let length = u32::try_from(name.len()).unwrap_or(u32::MAX);
                let origin = Origin { object: object.number, entry: Origin::NAME, part: Some((0, length)) };
                let value = Value { content: Content::Text(name), origin: Some(origin) };
                return if visit(&value) { Reach::All } else { Reach::Ended };
            }
            Field::Class => object.signature.class.as_str(),
            Field::Source => {
                self.plan.sources.get(usize::from(object.signature.source)).map_or("", String::as_str)
            }
            Field::File => object.file_name,
        };
        if text.is_empty() {
            return Reach::All;
        }
        constants(std::iter::once(Content::Text(text.as_bytes())), visit)
    }

    fn call(
        &self,
        function: Function,
        arguments: &[Operand],
        scene: &Scene<'_>,
        visit: &mut Visit<'_>,
    ) -> Reach {
        let Some((first, more)) = arguments.split_first() else { return Reach::All };
        match function {
            Function::Count => self.count(first, scene, visit),
            Function::First => {
                let mut reach = Reach::All;
                let inner = self.values(first, scene, &mut |value| {
                    if !visit(value) {
                        reach = Reach::Ended;
                    }
                    false
                });
                if inner == Reach::Unknown { Reach::Unknown } else { reach }
            }
            Function::Distinct => {
                let mut seen = FxHashSet::default();
                self.values(first, scene, &mut |value| {
                    !seen.insert(key_of(value, first.reads)) || visit(value)
                })
            }
            Function::Chain => self.chain(first, scene, visit),
            Function::Concat => self.concat(arguments, scene, visit),
            Function::Age => self.values(first, scene, &mut |value| {
                let Some(age) = function::age(value.text(), self.now) else { return true };
                visit(&Value { content: Content::Number(age), origin: value.origin })
            }),
            _ => {
                debug_assert!(!matches!(function.signature().takes, Takes::Set | Takes::Reference));
                self.each(function, first, more, scene, visit)
            }
        }
    }

    fn count(&self, operand: &Operand, scene: &Scene<'_>, visit: &mut Visit<'_>) -> Reach {
        let mut count = 0;
        let mut origin = None;
        let reach = self.values(operand, scene, &mut |value| {
            origin = origin.or(value.origin);
            count += 1;
            true
        });
        if reach == Reach::Unknown {
            return Reach::Unknown;
        }
        let origin = origin.map(|origin| Origin { part: None, ..origin });
        let value = Value { content: Content::Number(count), origin };
        if visit(&value) { Reach::All } else { Reach::Ended }
    }

    /// A function of each value; further arguments are taken by their first value.
    fn each(
        &self,
        function: Function,
        first: &Operand,
        more: &[Operand],
        scene: &Scene<'_>,
        visit: &mut Visit<'_>,
    ) -> Reach {
        let mut owned: Vec<Vec<u8>> = Vec::new();
        for argument in more {
            let mut text = None;
            let reach = self.values(argument, scene, &mut |value| {
                text = Some(text_of(value));
                false
            });
            match text {
                Some(text) => owned.push(text),
                None if reach == Reach::Unknown => return Reach::Unknown,
                None => return Reach::All,
            }
        }
        let borrowed: Vec<&[u8]> = owned.iter().map(Vec::as_slice).collect();
        self.values(first, scene, &mut |value| {
            let number;
            let text = match value.content {
                Content::Text(text) => text,
                Content::Number(n) => {
                    number = n.to_string();
                    number.as_bytes()
                }
            };
            match function.apply(text, &borrowed) {
                Outcome::Part(range) if matches!(value.content, Content::Text(_)) => {
                    visit(&value.part(range))
                }
                Outcome::Part(range) => visit(&made(text.get(range).unwrap_or_default(), value)),
                Outcome::Made(text) => visit(&made(&text, value)),
                Outcome::Number(number) => {
                    visit(&Value { content: Content::Number(number), origin: value.origin })
                }
            }
        })
    }

    /// The texts stand where the first of their values stands that has a place.
    fn concat(&self, arguments: &[Operand], scene: &Scene<'_>, visit: &mut Visit<'_>) -> Reach {
        let mut texts: Vec<(Vec<u8>, Option<Origin>)> = vec![(Vec::new(), None)];
        for argument in arguments {
            let mut parts: Vec<(Vec<u8>, Option<Origin>)> = Vec::new();
            let reach = self.values(argument, scene, &mut |value| {
                parts.push((text_of(value), value.origin.map(|origin| Origin { part: None, ..origin })));
                true
            });
            if reach == Reach::Unknown {
                return Reach::Unknown;
            }
            let joined = texts.iter().flat_map(|(head, origin)| {
                parts.iter().map(move |(tail, next)| ([head.as_slice(), tail].concat(), origin.or(*next)))
            });
            texts = joined.take(COMBINATIONS).collect();
        }
        for (text, origin) in &texts {
            if !visit(&Value { content: Content::Text(text), origin: *origin }) {
                return Reach::Ended;
            }
        }
        Reach::All
    }

    /// Follows a reference again and again; every name that is met is shown once.
    fn chain(&self, operand: &Operand, scene: &Scene<'_>, visit: &mut Visit<'_>) -> Reach {
        let OperandKind::Path { field: Some(field), .. } = &operand.kind else { return Reach::All };
        let source = scene.here.signature.source;
        let mut seen: FxHashSet<Vec<u8>> = FxHashSet::default();
        let mut waiting: Vec<Vec<u8>> = Vec::new();
        let mut ended = false;
        let reach = self.values(operand, scene, &mut |value| {
            if seen.insert(dn::normalized(value.text())) {
                waiting.push(value.text().to_vec());
                ended = !visit(value);
            }
            !ended
        });
        let mut unknown = reach == Reach::Unknown;
        while let Some(name) = waiting.pop() {
            if ended || seen.len() > CHAIN {
                break;
            }
            let followed = self.world.follow(source, &name, &mut |object| {
                let reach = self.field(object, *field, None, &mut |value| {
                    if seen.insert(dn::normalized(value.text())) {
                        waiting.push(value.text().to_vec());
                        ended = !visit(value);
                    }
                    !ended
                });
                unknown |= reach == Reach::Unknown;
            });
            unknown |= followed == Followed::Unknown;
        }
        match (ended, unknown) {
            (true, _) => Reach::Ended,
            (false, true) => Reach::Unknown,
            (false, false) => Reach::All,
        }
    }
}

fn constants<'c>(contents: impl Iterator<Item = Content<'c>>, visit: &mut Visit<'_>) -> Reach {
    for content in contents {
        if !visit(&Value { content, origin: None }) {
            return Reach::Ended;
        }
    }
    Reach::All
}

/// A value that was made from the whole of another.
fn made<'m>(text: &'m [u8], from: &Value<'_>) -> Value<'m> {
    let origin = from.origin.map(|origin| Origin { part: None, ..origin });
    Value { content: Content::Text(text), origin }
}

/// Whether the name of an attribute has all of the wanted options (`;`-joined, in lower case).
fn has_options(name: &[u8], wanted: &str) -> bool {
    let given: Vec<Vec<u8>> =
        name.split(|byte| *byte == b';').skip(1).map(<[u8]>::to_ascii_lowercase).collect();
    wanted.split(';').all(|option| given.iter().any(|known| known == option.as_bytes()))
}

/// A value as text; a number in decimal digits.
pub(super) fn text_of(value: &Value<'_>) -> Vec<u8> {
    match value.content {
        Content::Text(text) => text.to_vec(),
        Content::Number(number) => number.to_string().into_bytes(),
    }
}

/// The key of a value, read as what it is.
pub(super) fn key_of(value: &Value<'_>, reads: Reads) -> Vec<u8> {
    let kind = match reads {
        Reads::As(kind) => kind,
        Reads::Duration => Type::Number,
    };
    let mut key = Vec::new();
    append_key(value, kind, false, &mut key);
    key
}

/// Appends the key of a value: to the letter, or by its type.
pub(super) fn append_key(value: &Value<'_>, kind: Type, exact: bool, into: &mut Vec<u8>) {
    match value.content {
        Content::Text(text) if exact => into.extend_from_slice(text),
        Content::Text(text) => key_into(kind, text, into),
        Content::Number(number) if exact || kind == Type::Text => {
            into.extend_from_slice(number.to_string().as_bytes());
        }
        Content::Number(number) => into.extend_from_slice(&number.to_be_bytes()),
    }
}

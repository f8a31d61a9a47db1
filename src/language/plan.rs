//! What the engine runs: rules with every name resolved, every type proven, and every constant made ready.

use std::sync::Arc;

pub use super::expression::Expression;
use super::format::Format;
use super::function::Function;
use super::symbols::Attribute;
use super::syntax::{Comparator, Root, TextPlace};
use crate::snapshot::value::Type;
use crate::snapshot::{Classes, Names, Slot};

/// All rules of a run.
#[derive(Debug, Default)]
pub struct Plan {
    /// The attributes that readers keep.
    pub names: Names,
    /// What the schema says of them, by slot.
    pub attributes: Vec<Attribute>,
    /// Object classes to classes.
    pub classes: Classes,
    /// The classes that rules test for; a [`ClassSet`] counts them.
    pub class_tests: Vec<ClassTest>,
    /// The sources; the first is the one under check.
    pub sources: Vec<String>,
    /// Sources that rules name and that are not loaded.
    pub unloaded: Vec<String>,
    /// How many conditions have a number.
    pub numbered: u16,
    /// Keys that are collected over all objects.
    pub indexes: Vec<Index>,
    /// The rules, in the order of the packs.
    pub rules: Vec<Rule>,
}

/// What makes an object one of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassTest {
    /// The number of the source among [`Plan::sources`].
    pub source: u16,
    /// How the class is told.
    pub kind: ClassKind,
    /// The class as rules write it.
    pub name: String,
}

/// How a class is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClassKind {
    /// Every object.
    Any,
    /// The object classes of an object are mapped to this class.
    Mapped,
    /// The name is among the object classes.
    ObjectClass,
}

/// Numbers of class tests, one of which an object must meet.
pub type ClassSet = Vec<u16>;

impl Plan {
    /// The class tests with these numbers.
    pub fn tests_of(&self, classes: &[u16]) -> impl Iterator<Item = &ClassTest> {
        classes.iter().filter_map(|test| self.class_tests.get(usize::from(*test)))
    }

    /// The sources of class tests, each once where tests of one source follow each other: nearly always there is but one.
    pub fn sources_of(&self, classes: &[u16]) -> impl Iterator<Item = u16> {
        let mut last = None;
        let sources = self.tests_of(classes).map(|test| test.source);
        sources.filter(move |source| last.replace(*source) != Some(*source))
    }

    /// The source of the first of some class tests; the one under check if there is none.
    #[must_use]
    pub fn source_of(&self, classes: &[u16]) -> u16 {
        self.sources_of(classes).next().unwrap_or(0)
    }
}

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// What must hold.
    pub judgement: Judgement,
    /// The message, with the operands to fill in.
    pub message: Message,
    /// The remedy.
    pub help: Option<Message>,
    /// How a fault may be mended: the first that has something to propose is proposed.
    pub fixes: Vec<Fix>,
    /// What the rule is about: of each group, one attribute must have been exported, else the rule says nothing. A source
    /// goes with each.
    pub subjects: Vec<Vec<(u16, Slot)>>,
    /// Attributes that must have been exported, lest their absence be taken for a fault. A source goes with each.
    pub needs: Vec<(u16, Slot)>,
}

/// What a rule judges, and what is wrong.
#[derive(Debug)]
pub enum Judgement {
    /// Objects that meet the condition are at fault.
    Objects {
        /// Which objects.
        classes: ClassSet,
        /// The fault.
        fault: Test,
        /// The last part of the fault is that something does not hold which must.
        must: bool,
    },
    /// Values that meet the condition are at fault.
    Values {
        /// Of which objects.
        classes: ClassSet,
        /// Of all other objects of the source under check instead.
        others: bool,
        /// Which values.
        keys: Vec<Operand>,
        /// The fault; `it` is the value.
        fault: Test,
        /// The last part of the fault is that something does not hold which must.
        must: bool,
    },
    /// Keys that two objects share are at fault.
    Unique {
        /// The number of the index of the keys.
        index: usize,
    },
    /// Circles are at fault.
    Acyclic {
        /// Of which objects.
        classes: ClassSet,
        /// Which of them.
        filter: Test,
        /// The reference that is followed.
        reference: Field,
    },
    /// Too many, or too few, objects that meet the condition are at fault.
    Count {
        /// Which objects.
        classes: ClassSet,
        /// Which of them count.
        filter: Test,
        /// The number of objects that is right.
        range: Range,
    },
}

/// An inclusive range of counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// At least so many.
    pub least: u64,
    /// At most so many.
    pub most: u64,
}

/// Keys of objects, collected to be compared.
#[derive(Debug, PartialEq)]
pub struct Index {
    /// The keys.
    pub keys: Vec<Operand>,
    /// Of which objects.
    pub classes: ClassSet,
    /// Of which of them; names mean the object whose keys are collected, `it` the key, `self` the object that asks.
    pub filter: Option<Test>,
    /// What else must be the same.
    pub within: Option<Operand>,
    /// Compared to the letter.
    pub exact: bool,
    /// How keys are read.
    pub kind: Type,
    /// Whether the filter speaks of the object that asks, and so cannot be decided when keys are collected.
    pub correlated: bool,
}

/// Something of an object that has values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// An attribute.
    Slot(Slot),
    /// The distinguished name.
    Dn,
    /// The class.
    Class,
    /// The name of the source.
    Source,
    /// The name of the file.
    File,
}

/// Something that has values.
#[derive(Debug, PartialEq)]
pub struct Operand {
    /// What.
    pub kind: OperandKind,
    /// How its values are read.
    pub reads: Reads,
}

/// How the values of an operand are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// By this type.
    As(Type),
    /// A time span, in seconds.
    Duration,
}

/// The kinds of operands.
#[derive(Debug, PartialEq)]
pub enum OperandKind {
    /// References that are followed from a root, and a field of what they lead to.
    Path {
        /// Where it starts.
        root: Root,
        /// References, in order.
        references: Vec<Field>,
        /// The field; none is the value `it` itself, or the references alone.
        field: Option<Field>,
        /// The option that the attribute must have; none is any.
        options: Option<String>,
    },
    /// The values of a path that meet a condition.
    Selection(Box<Operand>, Box<Test>),
    /// A function of operands.
    Call(Function, Vec<Operand>),
    /// Texts written in the rule, or set.
    Texts(Vec<String>),
    /// Numbers; of durations, seconds.
    Numbers(Vec<i64>),
}

/// Values made ready for a comparison.
#[derive(Debug, PartialEq)]
pub enum Comparand {
    /// Values known beforehand: their keys, sorted.
    Keys(Vec<Vec<u8>>),
    /// Values of the objects at hand.
    Operand(Operand),
}

/// A condition.
#[derive(Debug, PartialEq)]
pub enum Test {
    /// It always holds, or never.
    Constant(bool),
    /// All of them hold.
    And(Vec<Test>),
    /// One of them holds.
    Or(Vec<Test>),
    /// It does not hold.
    Not(Box<Test>),
    /// A condition that a pack defines holds. One that speaks only of the object at hand has a number: its answer is the
    /// same wherever it stands.
    Named(Arc<Test>, Option<u16>),
    /// Some value has the format.
    Format(Operand, Format),
    /// Some value as a whole matches the expression of a format that a pack defines.
    Defined(Operand, Expression, String),
    /// The expression is found in some value.
    Match(Operand, Expression),
    /// Some value is a distinguished name strictly below one of the others.
    Under(Operand, Comparand),
    /// The number of values (for which the condition holds) is in the range.
    Have(Range, Operand, Option<Box<Test>>),
    /// All bits are set in some value.
    Flag(Operand, i64),
    /// Some value equals some other (`=`), or both have values and none are equal (`!=`).
    Equal {
        /// The one.
        left: Operand,
        /// The other.
        right: Comparand,
        /// As what they compare.
        kind: Type,
        /// To the letter.
        exact: bool,
        /// None may be equal.
        negated: bool,
    },
    /// Some value stands in an order to some other.
    Order {
        /// The one.
        left: Operand,
        /// How.
        comparator: Comparator,
        /// The other.
        right: Operand,
        /// As what they compare.
        kind: Reads,
    },
    /// Some value starts with, ends with or contains some other.
    Text {
        /// The one.
        left: Operand,
        /// Where the other must stand.
        place: TextPlace,
        /// The other.
        right: Operand,
        /// To the letter.
        exact: bool,
    },
    /// Some value names an object of one of the classes.
    Refer {
        /// The distinguished names.
        operand: Operand,
        /// The classes.
        classes: ClassSet,
        /// Which objects; `it` is the name.
        filter: Option<Box<Test>>,
    },
    /// Some value is among the keys of another object.
    EqualAny {
        /// The values.
        operand: Operand,
        /// The number of the index of the keys.
        index: usize,
    },
}

impl Test {
    /// The operands that it asks about itself; parts and filters have their own.
    pub fn operands(&self) -> impl Iterator<Item = &Operand> {
        let (first, second) = match self {
            Self::Constant(_) | Self::And(_) | Self::Or(_) | Self::Not(_) | Self::Named(..) => (None, None),
            Self::Format(operand, _)
            | Self::Defined(operand, ..)
            | Self::Match(operand, _)
            | Self::Flag(operand, _)
            | Self::Have(_, operand, _)
            | Self::Refer { operand, .. }
            | Self::EqualAny { operand, .. } => (Some(operand), None),
            Self::Under(left, right) | Self::Equal { left, right, .. } => match right {
                Comparand::Operand(right) => (Some(left), Some(right)),
                Comparand::Keys(_) => (Some(left), None),
            },
            Self::Order { left, right, .. } | Self::Text { left, right, .. } => (Some(left), Some(right)),
        };
        first.into_iter().chain(second)
    }
}

/// A message with operands to fill in.
#[derive(Debug, Default)]
pub struct Message {
    /// Its parts.
    pub parts: Vec<MessagePart>,
}

/// A part of a message.
#[derive(Debug)]
pub enum MessagePart {
    /// As written.
    Text(String),
    /// The values of an operand.
    Operand(Operand),
    /// The number of objects that share the key, or are counted.
    Holders,
}

/// How a fault may be mended.
#[derive(Debug)]
pub struct Fix {
    /// What is done.
    pub action: Action,
    /// It cannot change who somebody is, or where mail goes.
    pub safe: bool,
    /// The attributes that it asks for. Where one of them was not exported, nothing is proposed.
    pub asks: Vec<Slot>,
}

/// What is done about a fault. An operand without a value, or with several, proposes nothing.
#[derive(Debug)]
pub enum Action {
    /// The value that is judged, or the part of it that is judged, becomes the value of the operand.
    Set(Operand),
    /// Each value of the first operand, a selection of an attribute of the object, becomes the value of the second one, in
    /// which `it` is the value.
    SetEach(Operand, Operand),
    /// The attribute, which holds at most one value, has the value of the operand; it may have had none.
    SetAttribute(Slot, Operand),
    /// The value that is judged goes, as a whole, if the operand, some of its values, has one.
    RemoveIt(Operand),
    /// The values of the operand go: those of an attribute of the object, or some of them.
    Remove(Operand),
    /// The attribute has the value of the operand, too.
    Add(Slot, Operand),
}

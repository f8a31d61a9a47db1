//! The names that rules may use, as the packs and the command line declare them. The language knows this table, never a
//! pack.

use rustc_hash::FxHashMap;

use super::syntax::{At, Condition, Pattern};
use crate::snapshot::Classes;
use crate::snapshot::value::Type;

/// What the schema says of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// The name as the schema spells it.
    pub name: String,
    /// How values are read and compared.
    pub kind: Type,
    /// At most one value.
    pub single: bool,
    /// Values never come out.
    pub secret: bool,
    /// A value belongs to one object, or to few: whoever looks for its holders finds hardly any.
    pub identifies: bool,
    /// What people call it: `user principal name`.
    pub label: Option<String>,
}

/// The type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterType {
    /// One value of the type.
    One(Type),
    /// Several texts.
    List,
    /// A time span; its value is in seconds.
    Duration,
    /// A regular expression.
    Regex,
}

/// The value of a parameter: the default, or what was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    /// A text, or one in the form of its type.
    Text(String),
    /// A number; of a duration, its seconds.
    Number(i64),
    /// A truth value.
    Boolean(bool),
    /// Several texts.
    List(Vec<String>),
    /// A regular expression.
    Regex(Pattern),
}

impl Setting {
    /// Whether it says nothing: an empty text or list.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::List(list) => list.is_empty(),
            Self::Number(_) | Self::Boolean(_) | Self::Regex(_) => false,
        }
    }
}

/// A parameter that packs declare and an administrator sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// The type.
    pub kind: ParameterType,
    /// The value; none if it was neither set nor has a default.
    pub value: Option<Setting>,
    /// A rule that uses it runs even when it is empty.
    pub may_be_empty: bool,
}

impl Parameter {
    /// Whether it has a value that says something.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.value.as_ref().is_some_and(|value| !value.is_empty())
    }
}

/// All names that rules may use.
#[derive(Debug, Clone, Default)]
pub struct Symbols {
    /// Attributes by their names in lower case.
    pub attributes: FxHashMap<String, Attribute>,
    /// The map from object classes to classes.
    pub classes: Classes,
    /// Object classes that are known without being mapped, in lower case.
    pub object_classes: FxHashMap<String, String>,
    /// Parameters by name.
    pub parameters: FxHashMap<String, Parameter>,
    /// Defined conditions by name.
    pub conditions: FxHashMap<String, Condition>,
    /// Formats by name: each a regular expression that the whole value must match.
    pub formats: FxHashMap<String, At<Pattern>>,
    /// The names of the sources that are loaded; the first is the one under check.
    pub sources: Vec<String>,
}

impl Symbols {
    /// Declares an attribute; an earlier declaration is replaced.
    pub fn declare(&mut self, attribute: Attribute) {
        self.attributes.insert(attribute.name.to_ascii_lowercase(), attribute);
    }

    /// What the schema says of an attribute.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.get(&name.to_ascii_lowercase())
    }

    /// Whether values of the attribute never come out. Options do not matter.
    #[must_use]
    pub fn is_secret(&self, name: &str) -> bool {
        let name = name.split_once(';').map_or(name, |(name, _)| name);
        self.attribute(name).is_some_and(|attribute| attribute.secret)
    }
}

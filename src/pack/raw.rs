//! A pack file as it is written.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use rustc_hash::FxHashSet;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use super::fix::RawFixes;
use crate::snapshot::shape::Shape;

/// A mapping in the order of the file; a key that stands twice is an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entries<T>(pub Vec<(String, T)>);

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Entries<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Pairs<T> {
            type Value = Entries<T>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("names with values")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries: Vec<(String, T)> = Vec::new();
                let mut seen = FxHashSet::default();
                while let Some(name) = map.next_key::<String>()? {
                    if !seen.insert(name.clone()) {
                        return Err(A::Error::custom(format!("duplicate name `{name}`")));
                    }
                    entries.push((name, map.next_value()?));
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Pairs(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for Entries<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Entries_of_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        <BTreeMap<String, T>>::json_schema(generator)
    }
}

/// A whole file.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawPack {
    /// The version of the language.
    pub language: Option<u32>,
    /// The profiles that the rules belong to.
    pub profiles: Option<Vec<String>>,
    /// Classes, each with its object classes.
    pub classes: Entries<Vec<String>>,
    /// Object classes that are known and not mapped.
    pub object_classes: Vec<String>,
    /// Attributes.
    pub attributes: Entries<RawAttribute>,
    /// Parameters.
    pub params: Entries<RawParameter>,
    /// Shapes of objects in JSON, YAML and CSV; the first that an object has counts.
    pub shapes: Vec<Shape>,
    /// Conditions.
    pub define: Entries<String>,
    /// Formats.
    pub formats: Entries<String>,
    /// Rules.
    pub rules: Vec<RawRule>,
}

/// An attribute.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawAttribute {
    /// The type.
    #[serde(rename = "type")]
    pub kind: RawType,
    /// At most one value.
    #[serde(default)]
    pub single: bool,
    /// Values never come out.
    #[serde(default)]
    pub secret: bool,
    /// A value belongs to one object, or to few.
    #[serde(default)]
    pub identifies: bool,
    /// What people call it.
    #[serde(default)]
    pub name: Option<String>,
}

/// The types of attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum RawType {
    Text,
    Number,
    Boolean,
    Time,
    Dn,
    Guid,
    Sid,
    Binary,
}

/// The types of parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum RawParameterType {
    Text,
    Number,
    Boolean,
    Time,
    Dn,
    Guid,
    Sid,
    List,
    Duration,
    Regex,
    Attribute,
}

/// A parameter.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawParameter {
    /// The type.
    #[serde(rename = "type")]
    pub kind: RawParameterType,
    /// The value where none is set.
    #[serde(default)]
    #[schemars(with = "Option<serde_json::Value>")]
    pub default: Option<serde_yaml::Value>,
    /// What it is for.
    #[serde(default)]
    pub about: Option<String>,
    /// A rule that uses it runs even when it is empty.
    #[serde(default)]
    pub may_be_empty: bool,
    /// The only values that it takes; any if there are none.
    #[serde(default)]
    pub one_of: Vec<String>,
    /// The format that its values have: one of the language, or of a pack.
    #[serde(default)]
    pub format: Option<String>,
}

impl RawParameter {
    /// Its type, what it is for, and its default, in words.
    #[must_use]
    pub fn shown(&self) -> String {
        let kind = format!("{:?}", self.kind).to_lowercase();
        let about = self.about.as_ref().map(|about| format!(": {about}")).unwrap_or_default();
        let default = match &self.default {
            None | Some(serde_yaml::Value::Null) => "not set by default".to_owned(),
            Some(value) => format!("default `{}`", shown(value)),
        };
        let choice = match self.one_of.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!(" (`{}` or `{last}`)", rest.join("`, `")),
            _ => String::new(),
        };
        format!("{kind}{choice}{about}; {default}")
    }
}

/// A default as `--set` takes it.
fn shown(value: &serde_yaml::Value) -> String {
    match value {
        serde_yaml::Value::String(text) => text.clone(),
        serde_yaml::Value::Number(number) => number.to_string(),
        serde_yaml::Value::Bool(truth) => truth.to_string(),
        serde_yaml::Value::Sequence(items) => items.iter().map(shown).collect::<Vec<_>>().join(","),
        _ => String::new(),
    }
}

/// How bad a fault is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum RawSeverity {
    #[default]
    Error,
    Warning,
    Info,
}

impl RawSeverity {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// How far a rule is to be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RawStatus {
    /// It may still change; it runs only if it is asked for.
    Preview,
    /// It stays as it is.
    #[default]
    Stable,
    /// Another rule has taken its place; it runs only if it is named.
    Deprecated,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawRule {
    /// The id, in kebab-case; it names the fault.
    pub id: String,
    /// What must hold, in a few words; the id serves where there is none.
    #[serde(default)]
    pub title: Option<String>,
    /// How bad a fault is.
    #[serde(default)]
    pub severity: RawSeverity,
    /// How far it is to be relied on.
    #[serde(default)]
    pub status: RawStatus,
    /// The rule that has taken its place.
    #[serde(default)]
    pub successor: Option<String>,
    /// The sentence.
    pub rule: String,
    /// What is said of a fault.
    pub message: String,
    /// The remedy.
    #[serde(default)]
    pub help: Option<String>,
    /// Words to select it by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Why, in Markdown.
    #[serde(default)]
    pub rationale: Option<String>,
    /// Sources.
    #[serde(default)]
    pub see: Vec<String>,
    /// The place in the order of harm: smaller ones are shown first.
    #[serde(default)]
    pub order: Option<u32>,
    /// How a fault may be mended.
    #[serde(default)]
    pub fix: RawFixes,
    /// Examples, which are tests.
    #[serde(default)]
    pub examples: Vec<RawExample>,
}

impl RawRule {
    /// The title, or the words of the id.
    #[must_use]
    pub fn shown_title(&self) -> String {
        self.title.clone().unwrap_or_else(|| self.id.replace('-', " "))
    }
}

/// A faulty directory, or one in order, or both.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawExample {
    /// A directory with the fault.
    #[serde(default)]
    pub bad: Option<String>,
    /// One without it.
    #[serde(default)]
    pub good: Option<String>,
    /// Parameters that are set for it.
    #[serde(default)]
    pub set: Entries<String>,
}

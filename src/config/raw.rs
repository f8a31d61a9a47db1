//! A configuration as it is written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::raw_policy::{RawLevel, RawOutput, RawOverride, RawSuppression};
use crate::pack::Entries;
use crate::snapshot::shape::{Shape, Texts};

/// A whole file.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawConfig {
    /// Configurations that this one builds on: files, folders, or profiles of packs.
    pub extends: Texts,
    /// The files that are checked, and how they are read.
    pub sources: Vec<RawSource>,
    /// Packs, and folders of packs.
    pub rules: Texts,
    /// The profiles of which the rules run.
    pub profiles: Option<Texts>,
    /// Values of parameters.
    pub params: Entries<RawValue>,
    /// Which objects synchronise, beyond what the service leaves out by itself.
    pub scope: RawScope,
    /// Only these rules run: ids, tags, packs or `all`.
    pub select: Option<Texts>,
    /// These rules do not run.
    pub ignore: Texts,
    /// How bad findings of rules are, by id, tag or pack.
    pub severity: Entries<RawLevel>,
    /// Findings of this severity or worse fail.
    #[serde(rename = "fail-level")]
    pub fail_level: Option<RawLevel>,
    /// What differs for some of the files.
    pub overrides: Vec<RawOverride>,
    /// Rules that whoever extends this configuration cannot weaken.
    pub locked: Texts,
    /// The file of recorded findings.
    pub baseline: Option<String>,
    /// Reports that are written beside the one on standard output.
    pub outputs: Vec<RawOutput>,
    /// Findings that are left out on purpose.
    pub suppressions: Vec<RawSuppression>,
}

/// Which objects synchronise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawScope {
    /// Only objects under one of these names.
    pub include: Texts,
    /// No objects under one of these names.
    pub exclude: Texts,
    /// No objects for which this condition holds.
    pub filtered: Option<String>,
}

/// The value of a parameter.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a parameter is a text, a number, `true` or `false`, or a list of texts")]
#[allow(missing_docs)]
pub enum RawValue {
    Several(Vec<RawScalar>),
    One(RawScalar),
}

/// One value, as YAML reads it.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
#[allow(missing_docs)]
pub enum RawScalar {
    Boolean(bool),
    Number(i64),
    Text(String),
}

impl RawValue {
    /// The value as `--set` takes it.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Several(items) => items.iter().map(RawScalar::text).collect::<Vec<_>>().join(","),
            Self::One(scalar) => scalar.text(),
        }
    }
}

impl RawScalar {
    /// The value as `--set` takes it.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Boolean(truth) => truth.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

/// Some of the files, and how they are read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawSource {
    /// Which files: patterns, relative to the configuration.
    pub files: Texts,
    /// The name by which rules address these objects; the source under check if none is given.
    pub source: Option<String>,
    /// The format, where the files do not show it.
    pub format: Option<String>,
    /// Where the objects stand.
    pub objects: Option<String>,
    /// Only objects with these texts in these fields.
    pub when: BTreeMap<String, String>,
    /// The class of the objects.
    pub class: Option<String>,
    /// The fields that name an object.
    pub name: Texts,
    /// The field that people know it by.
    pub title: Texts,
    /// Attributes, each with the fields that hold its values.
    pub attributes: BTreeMap<String, Texts>,
    /// Fields that are named nowhere here are no attributes.
    pub only: bool,
}

impl RawSource {
    /// Whether it says how objects are read, and not only which files there are.
    #[must_use]
    pub fn is_mapping(&self) -> bool {
        let plain = Self {
            files: self.files.clone(),
            source: self.source.clone(),
            format: self.format.clone(),
            ..Self::default()
        };
        *self != plain
    }

    /// The shape that it gives objects.
    #[must_use]
    pub fn shape(&self) -> Shape {
        Shape {
            when: self.when.clone(),
            class: self.class.clone(),
            name: self.name.clone(),
            title: self.title.clone(),
            attributes: self.attributes.clone(),
            only: self.only,
            ..Shape::default()
        }
    }
}

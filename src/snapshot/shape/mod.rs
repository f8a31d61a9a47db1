//! Shapes of objects in formats that have no attributes of their own: which fields are which attributes. Shapes are data:
//! the built-in ones stand in `rules/schema/shapes.yaml`, a repository adds its own in `presync.yaml`.

mod mapping;
mod path;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::source::Location;

pub use mapping::{Mapping, Mappings, Rest, Target};
pub use path::{BadPath, Path, Step};

/// One text, or several.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Texts {
    /// None.
    #[default]
    None,
    /// One.
    One(String),
    /// Several.
    Several(Vec<String>),
}

impl Texts {
    /// The texts, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let slice = match self {
            Self::None => &[],
            Self::One(text) => std::slice::from_ref(text),
            Self::Several(texts) => texts.as_slice(),
        };
        slice.iter().map(String::as_str)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

/// The shape of an object.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Shape {
    /// What writes such objects: `Microsoft Graph user`.
    pub shape: String,
    /// Every such object has these fields.
    pub has: Vec<String>,
    /// No such object has one of these.
    pub lacks: Vec<String>,
    /// Such an object has these texts in these fields.
    pub when: BTreeMap<String, String>,
    /// The list that it comes from says so: `@odata.context` ends with `#users`, `meta.type` is `users`, the type of PowerShell
    /// ends with `ADUser`.
    pub list: Texts,
    /// The class of the objects; none if they have an object class.
    pub class: Option<String>,
    /// The fields that name an object: the first that it has is its name, the others are known to references.
    pub name: Texts,
    /// The field that people know it by.
    pub title: Texts,
    /// Attributes, each with the fields that hold its values.
    pub attributes: BTreeMap<String, Texts>,
    /// Fields, each with the attribute that it is unless a field has the attribute's own name.
    pub aliases: BTreeMap<String, String>,
    /// A field that is absent was not asked for; without this it has no value.
    pub selected: bool,
    /// Fields that are named nowhere here are no attributes.
    pub only: bool,
    /// Such an object is none of a directory: it tells of the tenant, and its attributes are values of parameters.
    pub parameters: bool,
}

/// Where the objects of a file stand, and which fields are which attributes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileMapping {
    /// Where the objects stand; the whole document is one if nothing is said.
    pub objects: Option<Path>,
    /// Which fields are which attributes.
    pub shape: Shape,
    /// Where the configuration says so.
    pub location: Option<Location>,
}

impl Shape {
    /// The paths of the shape that are none.
    #[must_use]
    pub fn bad_paths(&self) -> Vec<BadPath> {
        let texts = self.name.iter().chain(self.title.iter());
        let texts = texts.chain(self.attributes.values().flat_map(Texts::iter));
        texts.filter_map(|text| text.parse::<Path>().err()).collect()
    }
}

//! Shapes, made ready for the attributes that a run asks for.

use std::sync::{Arc, Mutex};

use rustc_hash::{FxHashMap, FxHashSet};

use super::path::{Path, Step};
use super::{FileMapping, Shape, Texts};
use crate::snapshot::names::{Names, Slot};

/// The attribute that a field is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The name of the attribute.
    pub attribute: Box<str>,
    /// Its slot; none if nobody asked for it.
    pub slot: Option<Slot>,
    /// Which part of the field holds the values; nothing if it is the whole.
    pub rest: Rest,
    /// What is put before each value.
    pub prefix: Box<[u8]>,
}

/// The steps behind the first field.
pub type Rest = Box<[Step]>;

/// A shape, ready.
#[derive(Debug, Clone, Default)]
pub struct Mapping {
    /// What writes such objects.
    pub shape: String,
    /// The class of the objects; none if they have an object class.
    pub class: Option<Box<str>>,
    /// Texts that such an object has in certain fields.
    pub when: Vec<(Path, String)>,
    /// Where their names stand.
    pub names: Vec<Path>,
    /// Where stands what people know them by.
    pub titles: Vec<Path>,
    /// A field that is absent was not asked for.
    pub selected: bool,
    /// Fields without a target are no attributes.
    pub only: bool,
    /// The object is none of a directory: its attributes are values of parameters.
    pub parameters: bool,
    /// Attributes whose paths begin with the object itself: `[isVerified=true].id`.
    pub whole: Vec<Target>,
    targets: FxHashMap<Box<[u8]>, Vec<Target>>,
    aliases: FxHashMap<Box<[u8]>, Box<str>>,
}

impl Mapping {
    /// Makes a shape ready. Paths that are none are left out; [`Shape::bad_paths`] tells of them.
    #[must_use]
    pub fn new(shape: &Shape, names: &Names) -> Self {
        let paths = |texts: &Texts| texts.iter().filter_map(|text| text.parse().ok()).collect::<Vec<Path>>();
        let mut mapping = Self {
            shape: shape.shape.clone(),
            class: shape.class.as_deref().map(Box::from),
            when: shape
                .when
                .iter()
                .filter_map(|(field, text)| Some((field.parse().ok()?, text.clone())))
                .collect(),
            names: paths(&shape.name),
            titles: paths(&shape.title),
            selected: shape.selected,
            only: shape.only,
            parameters: shape.parameters,
            ..Self::default()
        };
        for (attribute, fields) in &shape.attributes {
            for path in paths(fields) {
                let target = |steps: &[Step]| Target {
                    attribute: attribute.as_str().into(),
                    slot: names.slot(attribute.as_bytes()),
                    rest: steps.into(),
                    prefix: path.prefix.as_bytes().into(),
                };
                let Some(field) = path.first_field() else {
                    mapping.whole.push(target(&path.steps));
                    continue;
                };
                let target = target(path.steps.get(1..).unwrap_or_default());
                mapping.targets.entry(field.into_bytes().into()).or_default().push(target);
            }
        }
        for (field, attribute) in &shape.aliases {
            let field = field.to_ascii_lowercase().into_bytes();
            mapping.aliases.insert(field.into(), attribute.as_str().into());
        }
        mapping
    }

    /// The attributes of a field, whose name is in lower case; nothing if the shape says nothing of it.
    #[must_use]
    pub fn targets(&self, field: &[u8]) -> &[Target] {
        self.targets.get(field).map_or(&[], Vec::as_slice)
    }

    /// The attribute that a field, whose name is in lower case, is unless another field has the attribute's own name.
    #[must_use]
    pub fn alias(&self, field: &[u8]) -> Option<&str> {
        self.aliases.get(field).map(AsRef::as_ref)
    }
}

/// All shapes of a run.
#[derive(Debug, Default)]
pub struct Mappings {
    known: Vec<(Recognition, Arc<Mapping>)>,
    other: Arc<Mapping>,
    telling: Vec<String>,
    /// Fields of objects, in lower case, that shapes look into, or compare.
    inner: FxHashSet<String>,
    /// Some shape looks into all of them.
    all_inner: bool,
    about: About,
    /// The shapes of a configuration, as far as files of theirs were met: thousands of files may have one.
    own: Mutex<Vec<(Arc<FileMapping>, Arc<Mapping>)>>,
}

/// Which objects are read, by what they are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum About {
    #[default]
    Directory,
    Tenant,
    Both,
}

#[derive(Debug, Clone)]
struct Recognition {
    has: Vec<String>,
    lacks: Vec<String>,
    when: Vec<(String, String)>,
    lists: Vec<String>,
}

impl Mappings {
    /// The shape that a configuration gives to files, made ready once.
    #[must_use]
    pub fn of_file(&self, mapping: &Arc<FileMapping>, names: &Names) -> Arc<Mapping> {
        let mut own = match self.own.lock() {
            Ok(own) => own,
            Err(poisoned) => poisoned.into_inner(),
        };
        if let Some((_, ready)) = own.iter().find(|(known, _)| Arc::ptr_eq(known, mapping)) {
            return Arc::clone(ready);
        }
        let ready = Arc::new(Mapping::new(&mapping.shape, names));
        own.push((Arc::clone(mapping), Arc::clone(&ready)));
        ready
    }

    /// Makes shapes ready; the first that an object has counts.
    #[must_use]
    pub fn new(shapes: &[Shape], names: &Names) -> Self {
        let lower = |texts: &[String]| texts.iter().map(|text| text.to_ascii_lowercase()).collect();
        let known = shapes.iter().map(|shape| {
            let recognition = Recognition {
                has: lower(&shape.has),
                lacks: lower(&shape.lacks),
                when: shape
                    .when
                    .iter()
                    .map(|(field, text)| (field.to_ascii_lowercase(), text.clone()))
                    .collect(),
                lists: shape.list.iter().map(str::to_ascii_lowercase).collect(),
            };
            (recognition, Arc::new(Mapping::new(shape, names)))
        });
        let known: Vec<_> = known.collect();
        let fields = known.iter().flat_map(|(recognition, _): &(Recognition, _)| &recognition.when);
        let mut telling: Vec<String> = fields.map(|(field, _)| field.clone()).collect();
        telling.sort_unstable();
        telling.dedup();
        let mut made = Self { known, telling, ..Self::default() };
        for shape in shapes {
            let texts = [&shape.name, &shape.title].into_iter().chain(shape.attributes.values());
            let paths = texts.flat_map(Texts::iter).chain(shape.when.keys().map(String::as_str));
            paths.filter_map(|text| text.parse().ok()).for_each(|path: Path| made.look_into(&path));
            made.inner.extend(shape.when.keys().map(|field| field.to_ascii_lowercase()));
        }
        made
    }

    /// Takes note of the fields that a path looks into or compares.
    fn look_into(&mut self, path: &Path) {
        self.all_inner |= matches!(path.steps.first(), Some(Step::Values | Step::Nested));
        for (number, step) in (1..).zip(&path.steps) {
            match step {
                Step::Field(name) if number < path.steps.len() => {
                    self.inner.insert(name.to_ascii_lowercase());
                }
                Step::Where { field, .. } => {
                    self.inner.insert(field.to_ascii_lowercase());
                }
                _ => {}
            }
        }
    }

    /// Whether some shape looks into a field of an object, or compares it, instead of taking its values as they are.
    #[must_use]
    pub fn looks_into(&self, field: &[u8]) -> bool {
        let is_it = |name: &String| name.as_bytes().eq_ignore_ascii_case(field);
        self.all_inner || self.inner.iter().any(is_it)
    }

    /// The same for a reader that wants only the objects that set parameters, and passes over those of a directory.
    #[must_use]
    pub fn of_parameters(shapes: &[Shape], names: &Names) -> Self {
        Self { about: About::Tenant, ..Self::new(shapes, names) }
    }

    /// The same for a reader that wants either.
    #[must_use]
    pub fn of_everything(shapes: &[Shape], names: &Names) -> Self {
        Self { about: About::Both, ..Self::new(shapes, names) }
    }

    /// Whether an object of this mapping is read.
    #[must_use]
    pub fn wants(&self, mapping: &Mapping) -> bool {
        match self.about {
            About::Directory => !mapping.parameters,
            About::Tenant => mapping.parameters,
            About::Both => true,
        }
    }

    /// The fields, in lower case, whose texts tell shapes from each other.
    #[must_use]
    pub fn telling(&self) -> &[String] {
        &self.telling
    }

    /// What the shapes that are told by the texts of fields ask for: fields in lower case, each with its text.
    pub fn cases(&self) -> impl Iterator<Item = &[(String, String)]> {
        self.known.iter().map(|(recognition, _)| recognition.when.as_slice()).filter(|when| !when.is_empty())
    }

    /// The mapping of an object. `list` is what its list says of its members, in lower case; `field` gives the text of a
    /// field whose name is in lower case: none if there is no such field, an empty one if it has no text.
    #[must_use]
    pub fn of<'t>(&self, list: Option<&str>, field: &dyn Fn(&str) -> Option<&'t [u8]>) -> &Arc<Mapping> {
        let found = self.known.iter().find(|(recognition, _)| {
            let listed = list.is_some_and(|list| recognition.lists.iter().any(|known| list == known));
            let named = recognition.has.iter().all(|name| field(name).is_some())
                && !recognition.lacks.iter().any(|name| field(name).is_some())
                && recognition.when.iter().all(|(name, text)| {
                    field(name).is_some_and(|given| given.eq_ignore_ascii_case(text.as_bytes()))
                });
            let says = !recognition.has.is_empty() || !recognition.when.is_empty();
            listed || (named && says)
        });
        found.map_or(&self.other, |(_, mapping)| mapping)
    }
}

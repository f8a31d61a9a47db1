//! Object classes are mapped to the classes that rules speak of by data: the `classes` of packs.

/// The map from object classes to classes, in order: the first one that an object has decides.
#[derive(Debug, Clone, Default)]
pub struct Classes {
    mapped: Vec<(String, String)>,
}

impl Classes {
    /// No object class is mapped.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Objects of `object_class` are of `class`, unless one mapped before is among their object classes.
    pub fn map(&mut self, object_class: &str, class: &str) {
        self.mapped.push((object_class.to_owned(), class.to_owned()));
    }

    /// The names of the mapped classes, each once, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let mut seen: Vec<&str> = Vec::new();
        self.mapped.iter().filter_map(move |(_, class)| {
            let new = !seen.contains(&class.as_str());
            if new {
                seen.push(class);
            }
            new.then_some(class.as_str())
        })
    }

    /// The object classes that are mapped, with their classes, in order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.mapped.iter().map(|(object_class, class)| (object_class.as_str(), class.as_str()))
    }

    /// The class of an object with these object classes, in file order: the mapped one, else the last object class as
    /// it stands, else nothing.
    #[must_use]
    pub fn class_of<'a>(&'a self, object_classes: &[&'a [u8]]) -> Option<&'a [u8]> {
        self.mapped
            .iter()
            .find(|(name, _)| object_classes.iter().any(|value| value.eq_ignore_ascii_case(name.as_bytes())))
            .map(|(_, class)| class.as_bytes())
            .or_else(|| object_classes.last().copied())
    }
}

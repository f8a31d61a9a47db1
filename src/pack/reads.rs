//! What rules read besides the objects: parameters, and conditions that packs define.

use std::collections::BTreeSet;

use super::library::Library;
use super::load::Pack;
use super::raw::RawRule;
use crate::source::Store;

/// What a rule reads besides the objects, by itself or through conditions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reads {
    /// Parameters.
    pub parameters: BTreeSet<String>,
    /// Conditions.
    pub conditions: BTreeSet<String>,
}

impl Library {
    /// What a rule reads. A name in a text counts as well: nothing that is read is left out.
    #[must_use]
    pub fn reads(&self, rule: &RawRule) -> Reads {
        let mut reads = Reads::default();
        let mut texts = vec![rule.rule.as_str()];
        while let Some(text) = texts.pop() {
            for word in text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '$'))) {
                if let Some(name) = word.strip_prefix('$') {
                    if self.declaration(name).is_some() {
                        reads.parameters.insert(name.to_owned());
                    }
                } else if let Some(text) = self.condition(word)
                    && reads.conditions.insert(word.to_owned())
                {
                    texts.push(text);
                }
            }
        }
        reads
    }

    /// The text of a condition that a pack defines.
    fn condition(&self, name: &str) -> Option<&str> {
        let all = self.packs().iter().flat_map(|pack| &pack.content.define.0);
        all.into_iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }
}

impl Pack {
    /// The names by which its rules are selected together: its file below `rules` without the extension, and the folder of
    /// that; of a pack of one's own the name of the file.
    #[must_use]
    pub fn names(&self, store: &Store) -> Vec<String> {
        let path = store.name(self.file);
        let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
        if let Some(name) = stem.strip_prefix("rules/").filter(|_| self.built_in) {
            let folder = name.split_once('/').map(|(folder, _)| folder.to_owned());
            return [Some(name.to_owned()), folder].into_iter().flatten().collect();
        }
        vec![stem.rsplit(['/', '\\']).next().unwrap_or(stem).to_owned()]
    }
}

//! Profiles: which packs' rules run together. Names that packs declare are known whatever is chosen; only their rules are
//! left out.

use super::library::{Library, RuleOrigin};
use super::load::{Pack, Place};
use super::raw::RawRule;
use crate::finding::Problem;
use crate::source::Store;

/// The profile of the packs that name none.
pub const DEFAULT_PROFILE: &str = "default";

impl Pack {
    /// The profiles that its rules belong to. Packs of a user belong to every one unless they say otherwise.
    pub fn profiles(&self) -> impl Iterator<Item = &str> {
        let named = self.content.profiles.iter().flatten().map(String::as_str);
        named.chain((self.content.profiles.is_none() && self.built_in).then_some(DEFAULT_PROFILE))
    }
}

impl Library {
    /// The same packs, of which only the rules of these profiles run.
    #[must_use]
    pub fn choose(mut self, profiles: Vec<String>) -> Self {
        self.chosen = Some(profiles);
        self
    }

    /// The profiles that were chosen; none if all rules run.
    #[must_use]
    pub fn chosen(&self) -> Option<&[String]> {
        self.chosen.as_deref()
    }

    /// Every profile that there is: `default`, and those that packs name, in their order.
    #[must_use]
    pub fn profiles(&self) -> Vec<&str> {
        let mut all = vec![DEFAULT_PROFILE];
        for name in self.packs().iter().flat_map(Pack::profiles) {
            if !all.contains(&name) {
                all.push(name);
            }
        }
        all
    }

    /// Whether the rules of a pack run.
    #[must_use]
    pub fn takes(&self, pack: &Pack) -> bool {
        let Some(chosen) = &self.chosen else { return true };
        let everywhere = pack.content.profiles.is_none() && !pack.built_in;
        everywhere || pack.profiles().any(|name| chosen.iter().any(|one| one == name))
    }

    /// The rules of the chosen profiles, each with where it stands.
    pub fn chosen_rules(&self) -> impl Iterator<Item = (RuleOrigin, &RawRule)> {
        let taken: Vec<bool> = self.packs().iter().map(|pack| self.takes(pack)).collect();
        self.rules().filter(move |(origin, _)| taken.get(origin.pack).copied().unwrap_or_default())
    }

    /// What is wrong with the names of profiles in packs.
    pub(super) fn profile_faults(&self, store: &Store) -> Vec<Problem> {
        let mut problems = Vec::new();
        for pack in self.packs() {
            let place = Place { store, file: pack.file };
            let Some(names) = &pack.content.profiles else { continue };
            if names.is_empty() {
                let message = "`profiles` names none, so the rules of this pack would never run";
                let mut problem = Problem::error("pack-profile", message).label("here");
                problem.location = place.scalar("profiles:key");
                problems.push(problem.help("name one, or leave `profiles` out"));
            }
            for (number, name) in names.iter().enumerate().filter(|(_, name)| !is_kebab_case(name)) {
                let problem = Problem::error("pack-profile", format!("`{name}` is no name of a profile"));
                let mut problem = problem.label("here");
                problem.location = place.scalar(&format!("profiles/{number}"));
                problems.push(problem.help("a name is lower-case words with hyphens: `before-migration`"));
            }
        }
        problems
    }
}

/// Whether a name is lower-case words with hyphens.
#[must_use]
pub fn is_kebab_case(name: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    name.split('-').all(word) && name.starts_with(|c: char| c.is_ascii_lowercase())
}

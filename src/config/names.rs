//! Names in a configuration that packs must know: attributes, parameters and profiles.

use super::layer::is_profile;
use super::raw::RawValue;
use super::settings::Settings;
use crate::finding::Problem;
use crate::language::symbols::Symbols;
use crate::language::{Fault, did_you_mean};
use crate::pack::{Library, Place, RawParameterType, UNKNOWN_PARAMETER};
use crate::snapshot::shape::Texts;
use crate::source::Store;

impl Settings {
    /// Attributes that mappings name and no pack declares: they would be read and never judged.
    #[must_use]
    pub fn unknown_attributes(&self, symbols: &Symbols) -> Vec<Problem> {
        let mut problems = Vec::new();
        let layers = self.layers.iter();
        for (layer, number, source) in layers.flat_map(|layer| {
            layer.raw.sources.iter().enumerate().map(move |(number, source)| (layer, number, source))
        }) {
            for name in source.attributes.keys().filter(|name| symbols.attribute(name).is_none()) {
                let at = layer.at(&format!("sources/{number}/attributes/{name}:key"));
                let help = did_you_mean(name, symbols.attributes.values().map(|known| known.name.as_str()))
                    .unwrap_or_else(|| {
                        "declare it in a pack: `attributes: { NAME: { type: text } }`".to_owned()
                    });
                let problem = Problem::error(
                    "config-unknown-attribute",
                    format!("no pack declares the attribute `{name}`"),
                );
                problems.push(problem.at(at).label("not known").help(help));
            }
        }
        problems
    }
}

impl Settings {
    /// Parameters that no pack declares, and values that they cannot have.
    #[must_use]
    pub fn bad_params(&self, library: &Library, store: &Store) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (layer, (name, value)) in
            self.layers.iter().flat_map(|layer| layer.raw.params.0.iter().map(move |entry| (layer, entry)))
        {
            let place = Place { store, file: layer.file };
            let mut bad = |path: String, text: &str| {
                let Some(fault) = library.bad_setting(name, text) else { return false };
                let path = if fault.code == UNKNOWN_PARAMETER { format!("params/{name}:key") } else { path };
                let span = if path.ends_with(":key") { 0..name.len() } else { fault.span.clone() };
                let message = format!("`{name}`: {}", fault.message);
                problems.push(place.problem(&path, &Fault { message, span, ..fault }));
                true
            };
            let is_list = library.declaration(name).is_some_and(|raw| raw.kind == RawParameterType::List);
            match value {
                RawValue::Several(items) if is_list => {
                    for (number, item) in items.iter().enumerate() {
                        bad(format!("params/{name}/{number}"), &item.text());
                    }
                }
                // the text of several values stands nowhere in the file
                RawValue::Several(_) => _ = bad(format!("params/{name}:key"), &value.text()),
                _ => _ = bad(format!("params/{name}"), &value.text()),
            }
        }
        problems
    }

    /// Profiles that it names and no pack belongs to: their rules would quietly not run.
    #[must_use]
    pub fn unknown_profiles(&self, known: &[&str]) -> Vec<Problem> {
        let mut problems = Vec::new();
        for layer in &self.layers {
            let named = layer.raw.profiles.as_ref();
            if named.is_some_and(Texts::is_empty) {
                let problem = Problem::error("config-unknown-profile", "`profiles` names none");
                let help =
                    format!("known are `{}`; without `profiles`, `default` is chosen", known.join("`, `"));
                problems.push(problem.at(layer.at("profiles:key")).label("here").help(help));
            }
            let profiles = named.map(|names| layer.named("profiles", names)).unwrap_or_default();
            let extended = layer.named("extends", &layer.raw.extends);
            let extended = extended.into_iter().filter(|(text, _)| is_profile(text)).map(|one| (one, true));
            for ((name, at), extends) in profiles.into_iter().map(|one| (one, false)).chain(extended) {
                if known.contains(&name.as_str()) {
                    continue;
                }
                let other = if extends { "; a file or a folder has a slash: `./policy`" } else { "" };
                let help = did_you_mean(&name, known.iter().copied())
                    .unwrap_or_else(|| format!("known are `{}`{other}", known.join("`, `")));
                let message = format!("no pack belongs to the profile `{name}`");
                let problem = Problem::error("config-unknown-profile", message);
                problems.push(problem.at(at).label("not known").help(help));
            }
        }
        problems
    }
}

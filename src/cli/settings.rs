//! `presync check --show-settings` and `--show-files`: what counts, and where it is said.

use std::fmt::Write as _;

use crate::config::{Settings, Word};
use crate::finding::{Severity, printable};
use crate::run::Files;
use crate::snapshot::Format;
use crate::source::{LineIndex, Location, Store, shown};

/// The configuration that counts, as YAML; behind each part the place where it is said.
pub(super) fn settings(settings: &Settings, store: &Store) -> String {
    let list = Listing { store };
    let mut text = String::new();
    if settings.layers.is_empty() {
        text.push_str("# no configuration\n");
    }
    for layer in &settings.layers {
        let _ = writeln!(text, "# {}", printable(store.name(layer.file)));
    }
    if !settings.sources.is_empty() {
        text.push_str("sources:\n");
        for layer in &settings.layers {
            for (number, source) in layer.raw.sources.iter().enumerate() {
                let files = source.files.iter().map(quoted).collect::<Vec<_>>().join(", ");
                let at = list.place(layer.at(&format!("sources/{number}/files")));
                let _ = writeln!(text, "  - files: [{files}]  # {at}");
            }
        }
    }
    list.paths(&mut text, "rules", settings.rules.iter().map(|path| shown(path)));
    list.words(&mut text, "profiles", settings.profiles.as_deref().unwrap_or_default());
    if !settings.params.is_empty() {
        text.push_str("params:\n");
        for (word, value) in &settings.params {
            let _ = writeln!(text, "  {}: {}  # {}", word.text, quoted(value), list.place(word.location));
        }
    }
    list.words(&mut text, "select", settings.select.as_deref().unwrap_or_default());
    list.words(&mut text, "ignore", &settings.ignore);
    list.levels(&mut text, "severity:", "  ", &settings.severity);
    if let Some((word, level)) = &settings.fail_level {
        let _ = writeln!(text, "fail-level: {}  # {}", name(*level), list.place(word.location));
    }
    list.words(&mut text, "locked", &settings.locked);
    if !settings.overrides.is_empty() {
        text.push_str("overrides:\n");
        for layer in &settings.layers {
            for (number, one) in layer.raw.overrides.iter().enumerate() {
                let files = one.files.iter().map(quoted).collect::<Vec<_>>().join(", ");
                let at = list.place(layer.at(&format!("overrides/{number}/files")));
                let _ = writeln!(text, "  - files: [{files}]  # {at}");
                let ignored = one.ignore.iter().map(quoted).collect::<Vec<_>>().join(", ");
                if !ignored.is_empty() {
                    let _ = writeln!(text, "    ignore: [{ignored}]");
                }
                for (rule, level) in &one.severity.0 {
                    let _ = writeln!(text, "    severity: {{ {rule}: {} }}", name((*level).into()));
                }
            }
        }
    }
    if let Some((word, path)) = &settings.baseline {
        let _ = writeln!(text, "baseline: {}  # {}", quoted(&shown(path)), list.place(word.location));
    }
    if !settings.outputs.is_empty() {
        text.push_str("outputs:\n");
        for output in &settings.outputs {
            let (path, at) = (quoted(&shown(&output.path)), list.place(output.location));
            let _ = writeln!(text, "  - {{ format: {}, path: {path} }}  # {at}", quoted(&output.format));
        }
    }
    if !settings.suppressions.is_empty() {
        text.push_str("suppressions:\n");
        for one in &settings.suppressions {
            let rules = one.rules.iter().map(|word| quoted(&word.text)).collect::<Vec<_>>().join(", ");
            let _ = writeln!(text, "  - rule: [{rules}]  # {}", list.place(one.location));
            let fields = [
                ("object", Some(&one.object)),
                ("attribute", one.attribute.as_ref()),
                ("value", one.value.as_ref()),
                ("reason", Some(&one.reason)),
                ("until", one.until.as_ref()),
            ];
            for (field, value) in fields {
                if let Some(value) = value {
                    let _ = writeln!(text, "    {field}: {}", quoted(value));
                }
            }
        }
    }
    text
}

/// The files that are read, each with its format, and with its source where it is not the one under check.
pub(super) fn files(files: &Files, sources: &[String], store: &Store) -> String {
    let mut text = String::new();
    for input in &files.inputs {
        let format = Format::NAMES.iter().find(|(_, format)| *format == input.format);
        let format = format.map_or("", |(name, _)| name);
        let source = sources.get(usize::from(input.source)).filter(|_| input.source > 0);
        let source = source.map(|name| format!("  {name}")).unwrap_or_default();
        let mapped = if input.mapping.is_some() { "  mapped" } else { "" };
        let _ = writeln!(text, "{}  {format}{source}{mapped}", printable(store.name(input.file)));
    }
    for name in &files.not_read {
        let _ = writeln!(text, "{}  not read", printable(name));
    }
    text
}

struct Listing<'s> {
    store: &'s Store,
}

impl Listing<'_> {
    /// `presync.yaml:3`.
    fn place(&self, at: Location) -> String {
        let name = printable(self.store.name(at.file)).into_owned();
        let index = LineIndex::of(self.store, at.file);
        match index.position(self.store, at.span.offset) {
            Ok(position) => format!("{name}:{}", position.line),
            Err(_) => name,
        }
    }

    fn words(&self, text: &mut String, field: &str, words: &[Word]) {
        if words.is_empty() {
            return;
        }
        let _ = writeln!(text, "{field}:");
        for word in words {
            let _ = writeln!(text, "  - {}  # {}", quoted(&word.text), self.place(word.location));
        }
    }

    fn paths(&self, text: &mut String, field: &str, paths: impl Iterator<Item = String>) {
        let paths: Vec<String> = paths.map(|path| quoted(&path)).collect();
        if !paths.is_empty() {
            let _ = writeln!(text, "{field}: [{}]", paths.join(", "));
        }
    }

    fn levels(&self, text: &mut String, head: &str, indent: &str, levels: &[(Word, Severity)]) {
        if levels.is_empty() {
            return;
        }
        let _ = writeln!(text, "{head}");
        for (number, (word, level)) in levels.iter().enumerate() {
            // what a later file says again does not count
            let again = levels.iter().skip(number + 1).any(|(later, _)| later.text == word.text);
            if !again {
                let _ = writeln!(
                    text,
                    "{indent}{}: {}  # {}",
                    word.text,
                    name(*level),
                    self.place(word.location)
                );
            }
        }
    }
}

fn name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

/// A text as YAML and JSON both read it.
fn quoted(text: &str) -> String {
    crate::finding::printable_json(&serde_json::Value::from(text).to_string()).into_owned()
}

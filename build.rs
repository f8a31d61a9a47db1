//! Makes the built-in packs ready: every file of `rules/` is embedded as people wrote it, for places and pages, and as JSON,
//! which is read faster when the program starts, their examples apart: most commands need none. The texts of the rules are read here, by the parser of the program itself.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde::Serialize;

/// As much of the program as reads the texts of rules.
#[path = "src/language"]
#[allow(dead_code, unused_imports, unreachable_pub)]
mod language {
    pub mod fault;
    pub mod parse;
    pub mod suggest;
    pub mod syntax;
}

use language::parse::{parse_condition, parse_operand, parse_sentence, parse_template};

fn main() -> Result<(), Box<dyn Error>> {
    for path in ["rules", "grammar", "src/language"] {
        println!("cargo::rerun-if-changed={path}");
    }
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let mut files = Vec::new();
    collect(&root.join("rules"), &mut files)?;
    files.sort();
    let mut texts = String::from(
        "/// Every file under `rules/`, in byte order of the paths, with its text.\npub const BUILT_IN: &[(&str, &str)] = &[\n",
    );
    let mut ready =
        String::from("/// The same as JSON, in the same order.\npub(crate) const READY: &[&str] = &[\n");
    let mut shown = String::from(
        "/// The examples of their rules, in the same order.\npub(crate) const EXAMPLES: &[&str] = &[\n",
    );
    let mut read = Read::default();
    for file in &files {
        let name = file.strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
        let mut content: serde_yaml::Value = serde_yaml::from_str(&std::fs::read_to_string(file)?)
            .map_err(|error| format!("{name}: {error}"))?;
        read.pack(&content)?;
        writeln!(texts, "    ({name:?}, include_str!({:?})),", file.display().to_string())?;
        writeln!(shown, "    {:?},", serde_json::to_string(&take_examples(&mut content))?)?;
        writeln!(ready, "    {:?},", serde_json::to_string(&content)?)?;
    }
    let out = PathBuf::from(std::env::var("OUT_DIR")?).join("built_in.rs");
    std::fs::write(out, format!("{texts}];\n\n{ready}];\n\n{shown}];\n\n{}", read.constants()?))?;
    Ok(())
}

/// Takes the examples out of a pack: those of each of its rules.
fn take_examples(content: &mut serde_yaml::Value) -> Vec<serde_yaml::Value> {
    let rules = content.get_mut("rules").and_then(serde_yaml::Value::as_sequence_mut);
    let taken = rules.into_iter().flatten().map(|rule| {
        let taken = rule.as_mapping_mut().and_then(|fields| fields.remove("examples"));
        taken.unwrap_or_else(|| serde_yaml::Value::Sequence(Vec::new()))
    });
    taken.collect()
}

/// Syntax trees by their texts, in the form of `postcard`.
#[derive(Default)]
struct Read {
    sentences: BTreeMap<String, Vec<u8>>,
    conditions: BTreeMap<String, Vec<u8>>,
    operands: BTreeMap<String, Vec<u8>>,
    templates: BTreeMap<String, Vec<u8>>,
}

impl Read {
    /// Reads the texts of a pack. Whatever is wrong is left to the program, which knows how to tell.
    fn pack(&mut self, content: &serde_yaml::Value) -> Result<(), postcard::Error> {
        let define = content.get("define").and_then(serde_yaml::Value::as_mapping);
        for text in define.into_iter().flatten().filter_map(|(_, text)| text.as_str()) {
            keep(&mut self.conditions, text, parse_condition(text).ok())?;
        }
        let rules = content.get("rules").and_then(serde_yaml::Value::as_sequence);
        for rule in rules.into_iter().flatten() {
            let text = |field| rule.get(field).and_then(serde_yaml::Value::as_str);
            if let Some(text) = text("rule") {
                keep(&mut self.sentences, text, parse_sentence(text).ok())?;
            }
            for text in [text("message"), text("help")].into_iter().flatten() {
                keep(&mut self.templates, text, parse_template(text).ok())?;
            }
            for text in rule.get("fix").into_iter().flat_map(strings) {
                keep(&mut self.operands, text, parse_operand(text).ok())?;
            }
        }
        Ok(())
    }

    fn constants(&self) -> Result<String, std::fmt::Error> {
        let mut made = String::new();
        for (name, trees) in [
            ("SENTENCES", &self.sentences),
            ("CONDITIONS", &self.conditions),
            ("OPERANDS", &self.operands),
            ("TEMPLATES", &self.templates),
        ] {
            writeln!(made, "/// Syntax trees by their texts, in the order of these.")?;
            writeln!(made, "pub(crate) const {name}: &[(&str, &[u8])] = &[")?;
            for (text, tree) in trees {
                writeln!(made, "    ({text:?}, b\"{}\"),", tree.escape_ascii())?;
            }
            writeln!(made, "];\n")?;
        }
        Ok(made)
    }
}

/// Every text in a value.
fn strings(value: &serde_yaml::Value) -> Vec<&str> {
    match value {
        serde_yaml::Value::String(text) => vec![text],
        serde_yaml::Value::Sequence(items) => items.iter().flat_map(strings).collect(),
        serde_yaml::Value::Mapping(entries) => {
            entries.iter().flat_map(|(key, value)| [strings(key), strings(value)].concat()).collect()
        }
        _ => Vec::new(),
    }
}

fn keep(
    trees: &mut BTreeMap<String, Vec<u8>>,
    text: &str,
    tree: Option<impl Serialize>,
) -> Result<(), postcard::Error> {
    if let Some(tree) = tree {
        trees.insert(text.to_owned(), postcard::to_stdvec(&tree)?);
    }
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            files.push(path);
        }
    }
    Ok(())
}

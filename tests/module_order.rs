//! Data flows one way: a folder of `src` imports only folders that stand before it. `main.rs` and `lib.rs` are free.

// Whatever goes wrong in a test may end it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]

use std::fs;
use std::path::{Path, PathBuf};

/// The folders of `src`, each allowed to import those before it.
const ORDER: [&str; 14] = [
    "source", "finding", "snapshot", "language", "pack", "engine", "entra", "config", "run", "sql", "govern",
    "fix", "report", "cli",
];

#[test]
fn a_folder_imports_only_earlier_ones() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    let mut faults = Vec::new();
    let mut imports = 0;
    for file in &files {
        let relative = file.strip_prefix(&root).unwrap();
        let parts: Vec<String> =
            relative.iter().map(|part| part.to_str().unwrap().trim_end_matches(".rs").to_owned()).collect();
        if parts.len() == 1 && ["lib", "main"].contains(&parts[0].as_str()) {
            continue;
        }
        let Some(own) = rank(&parts[0]) else {
            faults.push(format!("src/{}: `{}` has no place in the order", relative.display(), parts[0]));
            continue;
        };
        // `src/a/mod.rs` is the module `a`, `src/a/b.rs` the module `a::b`.
        let depth = parts.len() - usize::from(parts.last().is_some_and(|name| name == "mod"));
        let text = fs::read_to_string(file).unwrap();
        for (line, name) in imported(&text, depth) {
            imports += 1;
            if rank(&name).is_some_and(|other| other > own) {
                let file = relative.display();
                faults.push(format!(
                    "src/{file}:{line}: `{}` imports `{name}`, which stands behind it",
                    parts[0]
                ));
            }
        }
    }
    assert!(
        imports > 0,
        "no import was found in {} files: does this test still read them rightly?",
        files.len()
    );
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn imports_are_found_in_every_spelling() {
    let text = "use crate::source::Span;\n\
                use crate::{finding::{Finding, Problem}, run, language::{self, syntax}};\n\
                fn f() -> crate::engine::Plan { super::super::report::x() }\n\
                // crate::cli is not imported here\n\
                /// Nor [`crate::cli`] there.\n\
                use super::govern;\n\
                pub(in crate::pack) use crate  ::\n  snapshot;\n";
    let found: Vec<(usize, String)> = imported(text, 2);
    let expected = [
        (1, "source"),
        (2, "finding"),
        (2, "run"),
        (2, "language"),
        (3, "engine"),
        (3, "report"),
        (7, "pack"),
        (7, "snapshot"),
    ];
    assert_eq!(found, expected.map(|(line, name)| (line, name.to_owned())));
}

fn rank(name: &str) -> Option<usize> {
    ORDER.iter().position(|folder| *folder == name)
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

/// The modules of the crate's root that a file at this depth names, with their lines, in the order of the text.
fn imported(text: &str, depth: usize) -> Vec<(usize, String)> {
    let tokens = tokens(text);
    let word = |at: usize| tokens.get(at).map_or("", |(_, token)| token.as_str());
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let step = |word_at: usize, name: &str| word(word_at) == name && word(word_at + 1) == "::";
        // A path from the root begins with `crate`, or with as many `super` as the file is deep.
        let supers = (0..).take_while(|nth| step(at + 2 * nth, "super")).count();
        let from_root = step(at, "crate") || (supers > 0 && supers >= depth);
        let (line, name_at) = (tokens[at].0, at + 2 * supers.max(1));
        if !from_root {
            at += (2 * supers).max(1);
        } else if word(name_at) == "{" {
            found.extend(heads(&tokens[name_at + 1..]).into_iter().map(|name| (line, name)));
            at = name_at + 1;
        } else {
            found.push((line, word(name_at).to_owned()));
            at = name_at + 1;
        }
    }
    found
}

/// The first names of the paths in a group, behind its opening brace.
fn heads(tokens: &[(usize, String)]) -> Vec<String> {
    let mut names = Vec::new();
    let mut open = 1;
    let mut first = true;
    for (_, token) in tokens {
        match token.as_str() {
            "{" => open += 1,
            "}" => open -= 1,
            "," if open == 1 => first = true,
            name if open == 1 && first => {
                names.push(name.to_owned());
                first = false;
            }
            _ => {}
        }
        if open == 0 {
            break;
        }
    }
    names
}

/// Words, `::` and other characters with their lines, without line comments.
fn tokens(text: &str) -> Vec<(usize, String)> {
    let mut tokens = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.split("//").next().unwrap();
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            let length = match () {
                () if word > 0 => word,
                () if rest.starts_with("::") => 2,
                () => first.len_utf8(),
            };
            tokens.push((number + 1, rest[..length].to_owned()));
            rest = rest[length..].trim_start();
        }
    }
    tokens
}

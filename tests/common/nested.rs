//! Writers of JSON and YAML in any style, for objects that are made up.

#![allow(dead_code)]

use std::fmt::Write;

use proptest::prelude::*;

/// A value of an object.
#[derive(Debug, Clone)]
pub(crate) enum Tree {
    Text(String),
    Number(u64),
    Truth(bool),
    Null,
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
}

pub(crate) type Object = Vec<(String, Tree)>;
/// Attributes with their values.
pub(crate) type Values = Vec<(String, String)>;

pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,20}",
        "[a-z]{1,5}@[a-z]{1,5}",
        "[aé🙂\u{FEFF}\u{A0}\u{2028}\u{85}\u{FFFD} :#-]{0,8}",
        "[\\x01-\\x7f]{0,6}",
        "[a \n]{0,12}",
        prop::sample::select(
            &[
                "null",
                "~",
                "NO",
                "0123",
                "1e3",
                "- a",
                "a: b",
                "a #b",
                "'",
                "\"",
                "{}",
                "[",
                "*a",
                "&a",
                "!a",
                "%a",
                "@a",
                "`a",
                "|",
                ">",
                "? a",
                "---",
                "...",
                "<<",
                "a\n\n b\n",
                " a",
                "a ",
                "\n",
                "\ta",
                "a,b",
                "\\",
                "\u{1F600}"
            ][..]
        )
        .prop_map(str::to_owned),
    ]
}

pub(crate) fn tree() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        6 => text().prop_map(Tree::Text),
        1 => any::<u64>().prop_map(Tree::Number),
        1 => any::<bool>().prop_map(Tree::Truth),
        1 => Just(Tree::Null),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Tree::List),
            fields(inner, 0..3).prop_map(Tree::Map),
        ]
    })
}

pub(crate) fn fields(
    value: impl Strategy<Value = Tree>,
    size: std::ops::Range<usize>,
) -> impl Strategy<Value = Object> {
    // what PowerShell wraps is unwrapped, other tests say how
    let key = prop_oneof![4 => "[a-z]{1,6}", 1 => "[a-zé\"\\\\: #]{1,5}", 1 => "[\\x01-\\x20]{0,2}k"];
    let key = key.prop_filter("`value` and `dn` mean something", |key| key != "value" && key != "dn");
    prop::collection::btree_map(key, value, size).prop_map(|map| map.into_iter().collect())
}

pub(crate) fn objects() -> impl Strategy<Value = Vec<Object>> {
    prop::collection::vec(fields(tree(), 0..5), 1..4)
}

/// The values that are to be read.
pub(crate) fn wanted(name: &str, tree: &Tree, into: &mut Values) {
    let mut push = |text: String| {
        // a text that stands for data that was lost is no value
        let lost = text.starts_with("@{") && text.ends_with('}') && text.contains('=');
        if !text.is_empty() && !lost {
            into.push((name.to_owned(), text));
        }
    };
    match tree {
        Tree::Text(text) => push(text.clone()),
        Tree::Number(number) => push(number.to_string()),
        Tree::Truth(truth) => push(truth.to_string()),
        Tree::Null => {}
        Tree::List(list) => list.iter().for_each(|tree| wanted(name, tree, into)),
        Tree::Map(map) => map.iter().for_each(|(key, tree)| wanted(&format!("{name}/{key}"), tree, into)),
    }
}

pub(crate) fn wanted_of(number: usize, object: &Object) -> (String, Values) {
    let mut values = Vec::new();
    object.iter().for_each(|(key, tree)| wanted(key, tree, &mut values));
    (format!("CN={number}"), values)
}

/// Choices of a writer, used up in turn.
#[derive(Debug, Clone)]
pub(crate) struct Style(Vec<u8>, usize);

impl Style {
    fn pick(&mut self, of: u8) -> u8 {
        self.1 += 1;
        self.0[self.1 % self.0.len()] % of
    }
}

pub(crate) fn style() -> impl Strategy<Value = Style> {
    prop::collection::vec(any::<u8>(), 8..40).prop_map(|choices| Style(choices, 0))
}

pub(crate) mod json {
    use super::*;

    fn space(style: &mut Style, out: &mut String) {
        out.push_str(["", "", " ", "\n", "\r\n\t", "      "][usize::from(style.pick(6))]);
    }

    pub(crate) fn text(text: &str, style: &mut Style, out: &mut String) {
        out.push('"');
        for character in text.chars() {
            let short = "\"\\/\u{8}\u{C}\n\r\t".find(character).is_some();
            let must = matches!(character, '"' | '\\' | '\0'..='\u{1F}');
            match (must, style.pick(5)) {
                (_, 0) => character
                    .encode_utf16(&mut [0; 2])
                    .iter()
                    .for_each(|unit| write!(out, "\\u{unit:04X}").unwrap()),
                (true, _) | (_, 1) if short => {
                    let code = match character {
                        '\u{8}' => 'b',
                        '\u{C}' => 'f',
                        '\n' => 'n',
                        '\r' => 'r',
                        '\t' => 't',
                        other => other,
                    };
                    out.extend(['\\', code]);
                }
                (true, _) => write!(out, "\\u{:04x}", u32::from(character)).unwrap(),
                _ => out.push(character),
            }
        }
        out.push('"');
    }

    pub(crate) fn tree(tree_: &Tree, style: &mut Style, out: &mut String) {
        match tree_ {
            Tree::Text(value) => text(value, style, out),
            Tree::Number(number) => write!(out, "{number}").unwrap(),
            Tree::Truth(truth) => write!(out, "{truth}").unwrap(),
            Tree::Null => out.push_str("null"),
            Tree::List(list) => {
                out.push('[');
                for (number, member) in list.iter().enumerate() {
                    out.push_str(if number > 0 { "," } else { "" });
                    space(style, out);
                    tree(member, style, out);
                    space(style, out);
                }
                out.push(']');
            }
            Tree::Map(map) => object(map, style, out),
        }
    }

    pub(crate) fn object(fields: &[(String, Tree)], style: &mut Style, out: &mut String) {
        out.push('{');
        for (number, (key, value)) in fields.iter().enumerate() {
            out.push_str(if number > 0 { "," } else { "" });
            space(style, out);
            text(key, style, out);
            space(style, out);
            out.push(':');
            space(style, out);
            tree(value, style, out);
            space(style, out);
        }
        out.push('}');
    }

    pub(crate) fn file(objects: &[Object], style: &mut Style) -> String {
        let mut out = String::new();
        let container = style.pick(4);
        out.push_str(["[", "{\"objects\": [", "{\"value\":[", ""][usize::from(container)]);
        for (number, fields) in objects.iter().enumerate() {
            out.push_str(if number > 0 { if container == 3 { "\n" } else { "," } } else { "" });
            let name = ("dn".to_owned(), Tree::Text(format!("CN={number}")));
            object(&[&[name], fields.as_slice()].concat(), style, &mut out);
        }
        out.push_str(["]", "]}", "]}", "\n"][usize::from(container)]);
        out
    }
}

pub(crate) mod yaml {
    use super::*;

    /// Whether a text may stand without quotes.
    fn is_plain(text: &str) -> bool {
        let plain = |c: char| c.is_ascii_alphanumeric() || "@._/é🙂".contains(c);
        !text.is_empty()
            && !text.starts_with('@')
            && text.chars().all(plain)
            && !matches!(text, "null" | "Null" | "NULL" | "...")
    }

    fn double(text: &str, style: &mut Style, out: &mut String) {
        out.push('"');
        for character in text.chars() {
            let safe = matches!(character, ' '..='~' | 'é' | '🙂') && !matches!(character, '"' | '\\');
            match (character, style.pick(6)) {
                ('\n', 1..) => out.push_str("\\n"),
                ('\t', 1..) => out.push_str("\\t"),
                ('"' | '\\', 1..) => out.extend(['\\', character]),
                (_, 1..) if safe => out.push(character),
                _ => write!(out, "\\U{:08x}", u32::from(character)).unwrap(),
            }
        }
        out.push('"');
    }

    /// Whether a text may stand in a literal block whose indentation is found by its first line.
    fn is_literal(text: &str) -> bool {
        let safe = |c: char| matches!(c, ' '..='~' | '\n' | 'é' | '🙂');
        let first = text.lines().find(|line| !line.is_empty());
        text.chars().all(safe)
            && first.is_some_and(|line| !line.starts_with(' '))
            && text.lines().all(|line| line.is_empty() || !line.trim().is_empty())
            && !text.starts_with('\n')
    }

    fn literal(text: &str, indent: usize, out: &mut String) {
        let kept = text.len() - text.trim_end_matches('\n').len();
        out.push('|');
        out.push_str(match kept {
            0 => "-\n",
            1 => "\n",
            _ => "+\n",
        });
        for line in text.lines() {
            if !line.is_empty() {
                write!(out, "{}{line}", " ".repeat(indent + 2)).unwrap();
            }
            out.push('\n');
        }
    }

    fn scalar(text: &str, style: &mut Style, out: &mut String) {
        let simple = text.chars().all(|c| matches!(c, ' '..='~' | 'é' | '🙂'));
        match style.pick(4) {
            0 | 1 if is_plain(text) => out.push_str(text),
            2 if simple => write!(out, "'{}'", text.replace('\'', "''")).unwrap(),
            _ => double(text, style, out),
        }
    }

    /// In one line.
    fn flow(tree: &Tree, style: &mut Style, out: &mut String) {
        match tree {
            Tree::Text(text) => scalar(text, style, out),
            Tree::Number(number) => write!(out, "{number}").unwrap(),
            Tree::Truth(truth) => write!(out, "{truth}").unwrap(),
            Tree::Null => out.push_str(["null", "~", "Null"][usize::from(style.pick(3))]),
            Tree::List(list) => {
                out.push('[');
                for member in list {
                    flow(member, style, out);
                    out.push_str([", ", " , ", ",\n   "][usize::from(style.pick(3))]);
                }
                out.push(']');
            }
            Tree::Map(map) => flow_map(map, style, out),
        }
    }

    fn flow_map(map: &[(String, Tree)], style: &mut Style, out: &mut String) {
        out.push('{');
        for (number, (key, value)) in map.iter().enumerate() {
            out.push_str(if number > 0 { ", " } else { "" });
            scalar(key, style, out);
            out.push_str(": ");
            flow(value, style, out);
        }
        out.push('}');
    }

    /// Behind `- ` or `key:`, in lines of their own where they are lists or mappings.
    fn block(tree: &Tree, indent: usize, style: &mut Style, out: &mut String) {
        match tree {
            Tree::Text(text) if is_literal(text) && style.pick(2) == 0 => {
                out.push(' ');
                literal(text, indent, out);
            }
            Tree::List(list) if !list.is_empty() && style.pick(3) > 0 => {
                for member in list {
                    out.push_str(if out.ends_with('\n') { "" } else { "\n" });
                    write!(out, "{}-", " ".repeat(indent + 1)).unwrap();
                    block(member, indent + 1, style, out);
                }
            }
            Tree::Map(map) if !map.is_empty() && style.pick(3) > 0 => {
                fields(map, indent + 3, true, style, out)
            }
            Tree::Null if style.pick(2) == 0 => {}
            _ => {
                out.push(' ');
                flow_in(tree, indent, style, out);
            }
        }
    }

    fn flow_in(tree: &Tree, indent: usize, style: &mut Style, out: &mut String) {
        let mut text = String::new();
        flow(tree, style, &mut text);
        out.push_str(&text.replace("\n   ", &format!("\n{}", " ".repeat(indent + 4))));
    }

    fn fields(map: &[(String, Tree)], indent: usize, line: bool, style: &mut Style, out: &mut String) {
        for (number, (key, value)) in map.iter().enumerate() {
            if number > 0 || line {
                if !out.ends_with('\n') {
                    out.push_str(["", "", " # it's \"a\" comment: x"][usize::from(style.pick(3))]);
                    out.push('\n');
                }
                out.push_str(["", "", "# [a\n"][usize::from(style.pick(3))]);
                out.push_str(&" ".repeat(indent));
            }
            scalar(key, style, out);
            out.push(':');
            block(value, indent, style, out);
        }
    }

    pub(crate) fn file(objects: &[Object], style: &mut Style) -> String {
        let mut out = String::new();
        let container = style.pick(4);
        out.push_str(["", "objects:\n", "tenant: {}\nobjects:\n", ""][usize::from(container)]);
        let in_braces = container == 2 && style.pick(2) == 0;
        if in_braces {
            out.truncate(out.len() - 1);
            out.push_str(" [");
        }
        for (number, object) in objects.iter().enumerate() {
            let name = ("dn".to_owned(), Tree::Text(format!("CN{number}")));
            let object = [&[name], object.as_slice()].concat();
            if in_braces {
                flow_map(&object, style, &mut out);
                out.push_str(", ");
                continue;
            }
            if !out.is_empty() && !out.ends_with('\n') {
                out.push('\n');
            }
            if container == 3 {
                out.push_str("---\n");
                fields(&object, 0, false, style, &mut out);
            } else {
                out.push_str("- ");
                fields(&object, 2, false, style, &mut out);
            }
        }
        out.push_str(if in_braces { "]\n" } else { "" });
        out
    }
}

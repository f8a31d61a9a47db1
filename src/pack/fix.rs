//! The fix of a rule as it is written: `set`, `remove` or `add`, and whether it is safe.

use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::raw::Entries;
use super::ready;
use crate::language::syntax::{At, Fix, Operand, Remedy};
use crate::language::{Fault, Part};

/// The fixes of a rule, in the order in which they are tried: one, or a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, JsonSchema)]
#[schemars(with = "OneOrSeveral")]
pub struct RawFixes {
    /// The fixes.
    pub all: Vec<RawFix>,
    /// They are written as a list.
    listed: bool,
}

impl<'de> Deserialize<'de> for RawFixes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fixes;
        impl<'de> Visitor<'de> for Fixes {
            type Value = RawFixes;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a fix such as `{ set: trim(it), safe: true }`, or a list of fixes")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let fix = RawFix::deserialize(MapAccessDeserializer::new(map))?;
                Ok(RawFixes { all: vec![fix], listed: false })
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
                let all = Vec::deserialize(SeqAccessDeserializer::new(list))?;
                Ok(RawFixes { all, listed: true })
            }
        }
        deserializer.deserialize_any(Fixes)
    }
}

impl RawFixes {
    /// The path of one of them, counted from the rule.
    fn path(&self, number: usize) -> String {
        if self.listed { format!("fix/{number}") } else { "fix".to_owned() }
    }
}

/// How fixes are written: one, or a list of them.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code)] // it is the form of what `RawFixes` reads
enum OneOrSeveral {
    One(RawFix),
    Several(Vec<RawFix>),
}

/// How a fault may be mended: by one of `set`, `remove` and `add`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("oneOf" = [{ "required": ["set"] }, { "required": ["remove"] }, { "required": ["add"] }]))]
pub struct RawFix {
    /// What the value becomes.
    #[serde(default)]
    pub set: Option<RawRemedy>,
    /// What goes.
    #[serde(default)]
    pub remove: Option<RawRemedy>,
    /// What comes.
    #[serde(default)]
    pub add: Option<RawRemedy>,
    /// It cannot change who somebody is, or where mail goes.
    pub safe: bool,
}

/// What a fix says: `OPERAND`, or `{ KEY: OPERAND }`.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[schemars(with = "Either")]
pub enum RawRemedy {
    /// What is made, or meant.
    Operand(String),
    /// What is changed, and what it becomes.
    Of(Entries<String>),
}

/// How a remedy is written. A number and a truth value of YAML are operands, too.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code)] // it is the form of what `RawRemedy` reads
enum Either {
    Operand(String),
    Number(i64),
    Truth(bool),
    Of(Entries<String>),
}

impl<'de> Deserialize<'de> for RawRemedy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyRemedy;
        impl<'de> Visitor<'de> for AnyRemedy {
            type Value = RawRemedy;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a value such as `trim(it)`, or `ATTRIBUTE: VALUE`")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(RawRemedy::Operand(text.to_owned()))
            }

            fn visit_bool<E: Error>(self, truth: bool) -> Result<Self::Value, E> {
                Ok(RawRemedy::Operand(truth.to_string()))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
                Ok(RawRemedy::Operand(number.to_string()))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
                Ok(RawRemedy::Operand(number.to_string()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                Entries::deserialize(MapAccessDeserializer::new(map)).map(RawRemedy::Of)
            }
        }
        deserializer.deserialize_any(AnyRemedy)
    }
}

/// What a fix does, by the name of its field.
#[derive(Debug, Clone, Copy)]
struct Named<'f> {
    field: &'static str,
    remedy: &'f RawRemedy,
}

impl RawFix {
    fn remedies(&self) -> impl Iterator<Item = Named<'_>> {
        let all = [("set", &self.set), ("remove", &self.remove), ("add", &self.add)];
        all.into_iter().filter_map(|(field, remedy)| remedy.as_ref().map(|remedy| Named { field, remedy }))
    }

    /// The texts in it that name things: what it changes, and what it makes.
    #[must_use]
    pub fn texts(&self) -> Vec<&str> {
        let mut texts = Vec::new();
        for Named { remedy, .. } in self.remedies() {
            match remedy {
                RawRemedy::Operand(text) => texts.push(text.as_str()),
                RawRemedy::Of(entries) => {
                    texts.extend(entries.0.iter().flat_map(|(key, text)| [key.as_str(), text.as_str()]));
                }
            }
        }
        texts
    }

    /// What it does, and that it is safe or not, in words. `code` sets a text of the rule off from them.
    #[must_use]
    pub fn shown(&self, code: &dyn Fn(&str) -> String) -> String {
        let mark = if self.safe { "safe" } else { "unsafe" };
        let done = self.remedies().map(|Named { field, remedy }| match (field, remedy) {
            ("remove", RawRemedy::Operand(text)) if text.trim() == "it" => "the value is removed".to_owned(),
            ("remove", RawRemedy::Operand(text)) => match condition(text) {
                Some(condition) => format!("the value is removed where {}", code(condition)),
                None => format!("{} is removed", code(text.trim())),
            },
            (_, RawRemedy::Operand(text)) => format!("the value becomes {}", code(text.trim())),
            (field, RawRemedy::Of(entries)) => {
                let each = entries.0.iter().map(|(key, text)| {
                    let (key, text) = (code(key.trim()), code(text.trim()));
                    if field == "add" {
                        format!("{text} is added to {key}")
                    } else {
                        format!("{key} becomes {text}")
                    }
                });
                each.collect::<Vec<_>>().join(", ")
            }
        });
        format!("{mark}: {}", done.collect::<Vec<_>>().join(", "))
    }
}

/// The condition of `(it where CONDITION)`.
fn condition(text: &str) -> Option<&str> {
    text.trim().strip_prefix("(it where")?.strip_suffix(')').map(str::trim)
}

/// The path of a text of a fix, counted from the rule: of what it changes, else of what it makes.
pub(super) fn path_of(fixes: &RawFixes, number: usize, target: bool) -> String {
    let key = if target { ":key" } else { "" };
    let path = fixes.path(number);
    let mut remedies = fixes.all.get(number).into_iter().flat_map(RawFix::remedies);
    match (remedies.next(), remedies.next()) {
        (Some(Named { field, remedy: RawRemedy::Operand(_) }), None) => format!("{path}/{field}{key}"),
        (Some(Named { field, remedy: RawRemedy::Of(entries) }), None) => match entries.0.as_slice() {
            [(name, _)] => format!("{path}/{field}/{name}{key}"),
            [_, (name, _), ..] => format!("{path}/{field}/{name}:key"),
            [] => format!("{path}/{field}:key"),
        },
        (Some(_), Some(second)) => format!("{path}/{}:key", second.field),
        // what says nothing has no place but that of the word before it
        (None, _) if fixes.listed => format!("{path}/safe:key"),
        (None, _) => format!("{path}:key"),
    }
}

/// What is wrong with the texts of a fix, and which of them.
type Faulty = (Part, Box<Fault>);

/// Reads the texts of all fixes of a rule.
pub(super) fn parse_all(raw: &RawFixes) -> Result<Vec<Fix>, Faulty> {
    raw.all
        .iter()
        .enumerate()
        .map(|(number, fix)| {
            parse(fix).map_err(|(target, fault)| {
                (if target { Part::FixTarget(number) } else { Part::Fix(number) }, fault)
            })
        })
        .collect()
}

/// Reads the texts of a fix.
fn parse(raw: &RawFix) -> Result<Fix, (bool, Box<Fault>)> {
    let mut remedies = raw.remedies();
    let remedy = match (remedies.next(), remedies.next()) {
        (Some(one), None) => remedy(one)?,
        (None, _) => {
            return Err(whole(
                "the fix says nothing",
                "nothing is done",
                "write `set: ..`, `remove: it` or `add: ..`",
            ));
        }
        (Some(first), Some(second)) => {
            let message =
                format!("a fix does one thing, this one has `{}` and `{}`", first.field, second.field);
            return Err(whole(&message, "the second one", "remove one of them"));
        }
    };
    Ok(Fix { remedy, safe: raw.safe })
}

fn remedy(Named { field, remedy }: Named<'_>) -> Result<Remedy, (bool, Box<Fault>)> {
    match remedy {
        RawRemedy::Operand(text) => match field {
            "set" => operand(text, false).map(Remedy::Set),
            "remove" => operand(text, false).map(Remedy::Remove),
            _ => Err(whole(
                "`add` needs the attribute that the value is added to",
                "to which attribute?",
                "write `add: { proxyAddresses: .. }`",
            )),
        },
        RawRemedy::Of(entries) => {
            let [(key, text)] = entries.0.as_slice() else {
                if entries.0.is_empty() {
                    return Err(whole(
                        "the fix says nothing",
                        "nothing is done",
                        "write `set: { mail: .. }`",
                    ));
                }
                let message = format!("`{field}` names one attribute, this one {}", entries.0.len());
                return Err(whole(&message, "here", "make a rule of its own for each fault"));
            };
            if field == "remove" {
                let help = "write `remove: it`, or the values that go: `remove: mail`";
                return Err(whole("`remove` takes values, and nothing that they become", "here", help));
            }
            let target = operand(key, true)?;
            let value = operand(text, false)?;
            Ok(if field == "set" { Remedy::SetOf(target, value) } else { Remedy::Add(target, value) })
        }
    }
}

/// Reads a text; `target` says that it is what is changed.
fn operand(text: &str, target: bool) -> Result<At<Operand>, (bool, Box<Fault>)> {
    ready::operand(text).map_err(|fault| (target, fault))
}

/// A fault of the whole; the place is that of the field.
fn whole(message: &str, label: &str, help: &str) -> (bool, Box<Fault>) {
    let fault = Fault {
        code: "pack-fix",
        message: message.to_owned(),
        label: label.to_owned(),
        help: Some(help.to_owned()),
        span: 0..usize::MAX,
    };
    (true, Box::new(fault))
}

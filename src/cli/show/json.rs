//! One JSON object a line.

use std::io::{self, Write};

use data_encoding::BASE64;
use serde_json::{Map, Value, json};

use super::{Context, class_of, grouped};
use crate::snapshot::{Change, Kind, ModifyOp, Place, Record, Text};

pub(super) fn write(record: &Record, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut object = Map::new();
    object.insert("dn".to_owned(), value(record, record.dn, record.dn_place, context)?);
    if !record.controls.is_empty() {
        let controls = record.controls.iter().map(|text| control(record.bytes(context.block, *text)));
        object.insert("controls".to_owned(), controls.collect());
    }
    if let Kind::Change(change) = record.kind {
        object.insert("changetype".to_owned(), json!(change_name(change)));
    }
    match record.kind {
        Kind::Content | Kind::Change(Change::Add) => {
            object.insert("class".to_owned(), json!(class_of(record, context)));
            object.insert("source".to_owned(), json!(context.store.name(context.file)));
            object.insert("attributes".to_owned(), attributes(record, context)?);
        }
        Kind::Change(Change::Modify) => {
            object.insert("modifications".to_owned(), modifications(record, context)?);
        }
        Kind::Change(Change::Rename) => rename(record, context, &mut object),
        Kind::Change(Change::Delete) => {}
    }
    writeln!(out, "{}", crate::finding::printable_json(&Value::Object(object).to_string()))
}

fn change_name(change: Change) -> &'static str {
    match change {
        Change::Add => "add",
        Change::Delete => "delete",
        Change::Modify => "modify",
        Change::Rename => "modrdn",
    }
}

fn attributes(record: &Record, context: &Context<'_>) -> io::Result<Value> {
    let mut attributes = Map::new();
    for (name, entries) in grouped(record, context.block) {
        let secret = (context.secret)(&name);
        let values = entries.iter().map(|entry| {
            if secret {
                Ok(json!({ "secret": true }))
            } else {
                value(record, entry.value, entry.place, context)
            }
        });
        attributes.insert(name, values.collect::<io::Result<_>>()?);
    }
    Ok(Value::Object(attributes))
}

fn modifications(record: &Record, context: &Context<'_>) -> io::Result<Value> {
    let one = |modification: &crate::snapshot::Modification| -> io::Result<Value> {
        let name = String::from_utf8_lossy(record.bytes(context.block, modification.attribute)).into_owned();
        let secret = (context.secret)(&name);
        let entries = record.entries().get(modification.values.clone()).unwrap_or_default();
        let values = entries.iter().map(|entry| {
            if secret {
                Ok(json!({ "secret": true }))
            } else {
                value(record, entry.value, entry.place, context)
            }
        });
        let op = match modification.op {
            ModifyOp::Add => "add",
            ModifyOp::Delete => "delete",
            ModifyOp::Replace => "replace",
            ModifyOp::Increment => "increment",
        };
        Ok(json!({ "op": op, "attribute": name, "values": values.collect::<io::Result<Vec<_>>>()? }))
    };
    record.modifications.iter().map(one).collect()
}

fn rename(record: &Record, context: &Context<'_>, object: &mut Map<String, Value>) {
    let part = |wanted: &str| {
        let entry = record
            .entries()
            .iter()
            .find(|entry| record.bytes(context.block, entry.name).eq_ignore_ascii_case(wanted.as_bytes()))?;
        Some(plain(record.bytes(context.block, entry.value)))
    };
    object.insert("newrdn".to_owned(), part("newrdn").unwrap_or(Value::Null));
    let old = part("deleteoldrdn").map(|value| value.as_str().map(str::trim) == Some("1"));
    object.insert("deleteoldrdn".to_owned(), json!(old.unwrap_or(false)));
    object.insert("newsuperior".to_owned(), part("newsuperior").unwrap_or(Value::Null));
}

/// `1.2.840.113556.1.4.805 true: value`, taken apart.
fn control(text: &[u8]) -> Value {
    let end = text.iter().position(|byte| matches!(byte, b' ' | b':')).unwrap_or(text.len());
    let (oid, rest) = text.split_at_checked(end).unwrap_or((text, &[]));
    let rest = rest.trim_ascii_start();
    let (critical, rest) = match rest {
        [b't', b'r', b'u', b'e', rest @ ..] => (true, rest),
        [b'f', b'a', b'l', b's', b'e', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let value = match rest.trim_ascii_start() {
        [b':', b':', coded @ ..] => {
            BASE64.decode(coded.trim_ascii()).map_or(Value::Null, |bytes| plain(&bytes))
        }
        [b':', b'<', url @ ..] => json!({ "url": String::from_utf8_lossy(url.trim_ascii_start()) }),
        [b':', text @ ..] => plain(text.trim_ascii_start()),
        _ => Value::Null,
    };
    json!({ "oid": String::from_utf8_lossy(oid), "criticality": critical, "value": value })
}

/// A value, with its place if places are asked for.
fn value(record: &Record, text: Text, place: Place, context: &Context<'_>) -> io::Result<Value> {
    let bytes = record.bytes(context.block, text);
    let value = if place.url { json!({ "url": String::from_utf8_lossy(bytes) }) } else { plain(bytes) };
    let Some(lines) = context.lines else { return Ok(value) };
    let offset = context.offset + u64::from(place.start);
    let position = lines.position(context.store, offset)?;
    Ok(json!({
        "value": value, "line": position.line, "column": position.column, "offset": offset, "length": place.length,
    }))
}

/// Text if it is UTF-8 without NUL, else base64.
fn plain(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => json!(text),
        _ => json!({ "base64": BASE64.encode(bytes) }),
    }
}

//! What `presync show` makes of a file: objects, values, places.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Desk, Ran};

/// The objects of a file.
pub(crate) struct Shown {
    pub(crate) ran: Ran,
    pub(crate) objects: Vec<Value>,
    content: Vec<u8>,
}

/// `presync show` of a file of this name and content.
pub(crate) fn shown(name: &str, content: impl AsRef<[u8]>) -> Shown {
    let content = content.as_ref().to_vec();
    let ran = Desk::new().file(name, &content).run(&["show", name, "--format", "jsonl", "--positions"]);
    let objects = ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    Shown { ran, objects, content }
}

impl Shown {
    /// Nothing is wrong with the file.
    #[track_caller]
    pub(crate) fn fine(self) -> Self {
        assert_eq!((self.ran.code, self.ran.err.as_str()), (0, ""));
        self
    }

    /// The codes of what is wrong, each with line and column, in order.
    pub(crate) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut code = None;
        for line in self.ran.err.lines() {
            let found = line
                .trim_start()
                .split_once('[')
                .filter(|(severity, _)| ["error", "warning"].contains(severity));
            if let Some((_, rest)) = found {
                faults.extend(code.replace(rest.split(']').next().unwrap().to_owned()));
            } else if let Some((_, place)) = line.split_once("╭─[")
                && let Some(code) = code.take()
            {
                let place = place.split(']').next().unwrap();
                let place = place.split_once(':').map_or(place, |(_, place)| place);
                faults.push(format!("{code} {place}"));
            }
        }
        faults.extend(code);
        faults
    }

    /// The names of the objects.
    pub(crate) fn names(&self) -> Vec<&str> {
        self.objects.iter().map(|object| object["dn"]["value"].as_str().unwrap_or("?")).collect()
    }

    /// The classes of the objects.
    pub(crate) fn classes(&self) -> Vec<&str> {
        self.objects.iter().map(|object| object["class"].as_str().unwrap_or_default()).collect()
    }

    /// The values of an attribute of an object.
    #[track_caller]
    pub(crate) fn values(&self, object: usize, attribute: &str) -> Vec<String> {
        let Some(values) = self.objects[object]["attributes"].get(attribute) else { return Vec::new() };
        values.as_array().unwrap().iter().map(|value| text(&value["value"])).collect()
    }

    /// All attributes of an object but its name.
    pub(crate) fn attributes(&self, object: usize) -> BTreeMap<String, Vec<String>> {
        let attributes = self.objects[object]["attributes"].as_object().unwrap();
        attributes
            .keys()
            .filter(|name| *name != "distinguishedName")
            .map(|name| (name.clone(), self.values(object, name)))
            .collect()
    }

    /// The bytes of the file at which the values of an attribute stand, as line, column and text.
    pub(crate) fn places(&self, object: usize, attribute: &str) -> Vec<(u64, u64, String)> {
        let values = self.objects[object]["attributes"][attribute].as_array().unwrap();
        let place = |value: &Value| {
            let number = |name: &str| value[name].as_u64().unwrap();
            let start = usize::try_from(number("offset")).unwrap();
            let raw = &self.content[start..start + usize::try_from(number("length")).unwrap()];
            (number("line"), number("column"), String::from_utf8_lossy(raw).into_owned())
        };
        values.iter().map(place).collect()
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

//! Any objects, written in each format by a few lines of its own: neither the readers nor the generator are asked how.

use data_encoding::{BASE64, HEXLOWER};
use serde_json::{Map, Value, json};

/// The class of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    User,
    Group,
    Contact,
}

/// An object of a made-up directory.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    pub(crate) kind: Kind,
    pub(crate) name: String,
    pub(crate) mail: Option<String>,
    pub(crate) display_name: Option<String>,
    pub(crate) guid: Option<[u8; 16]>,
    pub(crate) control: Option<u32>,
    pub(crate) description: Vec<String>,
    pub(crate) addresses: Vec<String>,
    pub(crate) references: Vec<usize>,
}

/// The values of an attribute.
enum Values {
    One(String),
    Many(Vec<String>),
    Names(Vec<String>),
    Number(u32),
    Bytes([u8; 16]),
}

type Writer = fn(&[Object]) -> Vec<u8>;

/// The file of each format, and what writes it.
pub(crate) const WRITERS: [(&str, Writer); 6] = [
    ("a.ldif", ldif),
    ("a.csv", csvde),
    ("a.json", graph),
    ("a.jsonl", lines),
    ("a.yaml", yaml),
    ("a.xml", csexport),
];

/// The columns of a table.
const COLUMNS: [&str; 8] = [
    "mail",
    "displayName",
    "objectGUID",
    "userAccountControl",
    "description",
    "proxyAddresses",
    "manager",
    "member",
];

/// The name of the object of this number; one that does not exist has a name as well.
fn dn(objects: &[Object], number: usize) -> String {
    let name = objects.get(number).map_or("gone", |object| object.name.as_str());
    let mut dn = format!("CN={number}");
    for character in name.chars() {
        match character {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' | '=' | '#' => dn.extend(['\\', character]),
            // what would be cut off or break the line stands in no name
            ' ' | '\n' | '\r' | '\t' => dn.push('_'),
            _ => dn.push(character),
        }
    }
    dn + ",OU=Ü,DC=c"
}

fn class(object: &Object) -> &'static str {
    match object.kind {
        Kind::User => "user",
        Kind::Group => "group",
        Kind::Contact => "contact",
    }
}

/// The attributes of an object but for its name and its class.
fn attributes(objects: &[Object], object: &Object) -> Vec<(&'static str, Values)> {
    let mut attributes = Vec::new();
    attributes.extend(object.mail.clone().map(|mail| ("mail", Values::One(mail))));
    attributes.extend(object.display_name.clone().map(|name| ("displayName", Values::One(name))));
    attributes.extend(object.guid.map(|guid| ("objectGUID", Values::Bytes(guid))));
    attributes.extend(object.control.map(|control| ("userAccountControl", Values::Number(control))));
    attributes.push(("description", Values::Many(object.description.clone())));
    attributes.push(("proxyAddresses", Values::Many(object.addresses.clone())));
    let mut names = object.references.iter().map(|number| dn(objects, *number));
    match object.kind {
        Kind::Group => {
            attributes.push(("member", Values::Names(names.map(|name| name.to_uppercase()).collect())))
        }
        _ => attributes.push(("manager", Values::Names(names.next().into_iter().collect()))),
    }
    attributes.retain(
        |(_, values)| !matches!(values, Values::Many(texts) | Values::Names(texts) if texts.is_empty()),
    );
    attributes
}

fn ldif(objects: &[Object]) -> Vec<u8> {
    let mut text = "version: 1\n".to_owned();
    let line = |text: &mut String, name: &str, value: &[u8]| {
        let plain = str::from_utf8(value).ok().filter(|value| {
            value.bytes().all(|byte| (32..127).contains(&byte))
                && !value.starts_with([' ', ':', '<'])
                && !value.ends_with(' ')
        });
        match plain {
            Some(value) => text.push_str(&format!("{name}: {value}\n")),
            None => text.push_str(&format!("{name}:: {}\n", BASE64.encode(value))),
        }
    };
    for (number, object) in objects.iter().enumerate() {
        text.push('\n');
        line(&mut text, "dn", dn(objects, number).as_bytes());
        line(&mut text, "objectClass", b"top");
        line(&mut text, "objectClass", class(object).as_bytes());
        for (name, values) in attributes(objects, object) {
            match values {
                Values::One(value) => line(&mut text, name, value.as_bytes()),
                Values::Many(values) | Values::Names(values) => {
                    values.iter().for_each(|value| line(&mut text, name, value.as_bytes()));
                }
                Values::Number(value) => line(&mut text, name, value.to_string().as_bytes()),
                Values::Bytes(value) => line(&mut text, name, &value),
            }
        }
    }
    text.into_bytes()
}

/// A table has columns for attributes that occur.
fn csvde(objects: &[Object]) -> Vec<u8> {
    let all: Vec<_> = objects.iter().flat_map(|object| attributes(objects, object)).collect();
    let occurs = |column: &&str| all.iter().any(|(name, _)| name == column);
    let columns: Vec<&str> = COLUMNS.into_iter().filter(occurs).collect();
    let mut text =
        ["DN", "objectClass"].iter().chain(&columns).copied().collect::<Vec<_>>().join(",") + "\r\n";
    for (number, object) in objects.iter().enumerate() {
        let mut cells = vec![dn(objects, number), class(object).to_owned()];
        let attributes = attributes(objects, object);
        for column in columns.iter().copied() {
            let values = attributes.iter().find(|(name, _)| *name == column).map(|(_, values)| values);
            cells.push(match values {
                None => String::new(),
                Some(Values::One(value)) => value.clone(),
                Some(Values::Many(values)) => {
                    values.iter().map(|value| value.replace(';', "\\;")).collect::<Vec<_>>().join(";")
                }
                Some(Values::Names(names)) => names.join(";"),
                Some(Values::Number(value)) => value.to_string(),
                Some(Values::Bytes(value)) => format!("X'{}'", HEXLOWER.encode(value)),
            });
        }
        let quoted = |cell: &String| match cell.contains([',', '"', '\r', '\n']) {
            true => format!("\"{}\"", cell.replace('"', "\"\"")),
            false => cell.clone(),
        };
        text.push_str(&cells.iter().map(quoted).collect::<Vec<_>>().join(","));
        text.push_str("\r\n");
    }
    text.into_bytes()
}

fn json(objects: &[Object], number: usize) -> Value {
    let object = &objects[number];
    let mut map = Map::new();
    map.insert("dn".to_owned(), json!(dn(objects, number)));
    map.insert("objectClass".to_owned(), json!(["top", class(object)]));
    for (name, values) in attributes(objects, object) {
        let value = match values {
            Values::One(value) => json!(value),
            Values::Many(values) | Values::Names(values) => json!(values),
            Values::Number(value) => json!(value),
            Values::Bytes(value) => json!(value),
        };
        map.insert(name.to_owned(), value);
    }
    Value::Object(map)
}

/// Two pages, the second one over many lines.
fn graph(objects: &[Object]) -> Vec<u8> {
    let context = "https://graph.microsoft.com/v1.0/$metadata#directoryObjects";
    let all: Vec<Value> = (0..objects.len()).map(|number| json(objects, number)).collect();
    let (one, other) = all.split_at(all.len() / 2);
    let one = json!({ "@odata.context": context, "@odata.nextLink": "https://b", "value": one });
    let other = json!({ "@odata.context": context, "value": other });
    format!("{one}\n{other:#}").into_bytes()
}

fn lines(objects: &[Object]) -> Vec<u8> {
    let lines = (0..objects.len()).map(|number| format!("{}\n", json(objects, number)));
    lines.collect::<String>().into_bytes()
}

fn yaml(objects: &[Object]) -> Vec<u8> {
    let mut text = "objects:\n".to_owned();
    let scalar = |value: &str| match value.contains(['\n', '\r', '\t']) {
        true => json!(value).to_string(),
        false => format!("'{}'", value.replace('\'', "''")),
    };
    for (number, object) in objects.iter().enumerate() {
        text.push_str(&format!("- dn: {}\n", scalar(&dn(objects, number))));
        text.push_str(&format!("  objectClass: [top, {}]\n", class(object)));
        for (name, values) in attributes(objects, object) {
            text.push_str(&format!("  {name}:"));
            match values {
                Values::One(value) => text.push_str(&format!(" {}\n", scalar(&value))),
                Values::Many(values) | Values::Names(values) => {
                    text.push('\n');
                    values.iter().for_each(|value| text.push_str(&format!("  - {}\n", scalar(value))));
                }
                Values::Number(value) => text.push_str(&format!(" {value}\n")),
                Values::Bytes(value) => text.push_str(&format!(" {}\n", json!(value))),
            }
        }
    }
    text.into_bytes()
}

fn csexport(objects: &[Object]) -> Vec<u8> {
    let escaped = |text: &str| {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;")
            .replace('\r', "&#13;")
    };
    let mut text = "<?xml version=\"1.0\"?>\n<cs-objects>\n".to_owned();
    for (number, object) in objects.iter().enumerate() {
        let (dn, class) = (escaped(&dn(objects, number)), class(object));
        text.push_str(&format!("<cs-object cs-dn=\"{dn}\" object-type=\"{class}\">\n"));
        text.push_str("<unapplied-export-hologram><entry>\n");
        text.push_str(&format!(
            "<objectclass><oc-value>{class}</oc-value><oc-value>top</oc-value></objectclass>\n"
        ));
        for (name, values) in attributes(objects, object) {
            let (element, values): (&str, Vec<String>) = match values {
                Values::One(value) => ("attr", vec![format!("<value>{}</value>", escaped(&value))]),
                Values::Many(values) => (
                    "attr",
                    values.iter().map(|value| format!("<value>{}</value>", escaped(value))).collect(),
                ),
                Values::Names(names) => {
                    let one = |name: &String| format!("<dn-value><dn>{}</dn></dn-value>", escaped(name));
                    ("dn-attr", names.iter().map(one).collect())
                }
                Values::Number(value) => ("attr", vec![format!("<value>{value}</value>")]),
                Values::Bytes(value) => {
                    ("attr", vec![format!("<value encoding=\"base64\">{}</value>", BASE64.encode(&value))])
                }
            };
            text.push_str(&format!("<{element} name=\"{name}\">{}</{element}>\n", values.concat()));
        }
        text.push_str("</entry></unapplied-export-hologram></cs-object>\n");
    }
    text.push_str("</cs-objects>\n");
    text.into_bytes()
}

//! The table of findings, read again: CSV with a header, or a JSON object a line.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use serde_json::Value;

use crate::finding::Severity;
use crate::language::did_you_mean;

/// The columns of the table, and whether each row has a value there.
const COLUMNS: [(&str, bool); 16] = [
    ("rule", true),
    ("severity", true),
    ("message", true),
    ("help", false),
    ("source", false),
    ("object", true),
    ("class", true),
    ("attribute", false),
    ("value", false),
    ("value_base64", false),
    ("file", true),
    ("line", true),
    ("offset", false),
    ("length", false),
    ("holders", false),
    ("shared", false),
];

/// Columns that a table need not have: nothing is lost without them but comfort.
const OPTIONAL: [&str; 6] = ["help", "source", "offset", "length", "holders", "shared"];

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The id of the rule.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// The remedy.
    pub help: Option<String>,
    /// The distinguished name of the object.
    pub object: String,
    /// Its class.
    pub class: String,
    /// The attribute with its options; none if the object as a whole is meant.
    pub attribute: Option<String>,
    /// The value; none if it is secret.
    pub value: Option<Vec<u8>>,
    /// The file.
    pub file: String,
    /// The line of the file, from 1 on.
    pub line: u64,
    /// The first byte of the value in the file, and the number of bytes.
    pub place: Option<(u64, u64)>,
    /// What several objects share that are at fault together.
    pub shared: Option<String>,
}

/// What is wrong with a table: the message, and the remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadTable {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

type Row = BTreeMap<String, String>;

/// Reads a table.
///
/// # Errors
/// What is wrong with it, with the number of the row: nothing of it counts then.
pub fn told(bytes: &[u8]) -> Result<Vec<Told>, BadTable> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line =
            1 + memchr::memchr_iter(b'\n', bytes.get(..error.valid_up_to()).unwrap_or_default()).count();
        bad(format!("line {line} of the table is not UTF-8"), "write the table as UTF-8")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Err(bad("the table is empty".to_owned(), HOW));
    }
    let rows = if text.trim_start().starts_with('{') { json_lines(text)? } else { csv(text)? };
    rows.iter().enumerate().map(|(number, row)| told_by(row, number + 1)).collect()
}

/// How a table is written.
const HOW: &str = "write `presync_finding` as CSV with a header, or as JSON lines";

fn bad(message: String, help: impl Into<String>) -> BadTable {
    BadTable { message, help: help.into() }
}

fn csv(text: &str) -> Result<Vec<Row>, BadTable> {
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let broken = |error: csv::Error| bad(format!("the table cannot be read: {error}"), HOW);
    let header: Vec<String> =
        reader.headers().map_err(broken)?.iter().map(|name| name.trim().to_ascii_lowercase()).collect();
    complete(&header)?;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(broken)?;
        let cells = header.iter().cloned().zip(record.iter().map(str::to_owned));
        rows.push(cells.filter(|(_, cell)| !cell.is_empty()).collect());
    }
    Ok(rows)
}

fn json_lines(text: &str) -> Result<Vec<Row>, BadTable> {
    let mut rows = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let number = number + 1;
        let Ok(Value::Object(fields)) = serde_json::from_str(line) else {
            return Err(bad(format!("line {number} of the table is no JSON object"), HOW));
        };
        // engines leave out what is not there, so only what is always there can be missing
        let names: Vec<String> = fields.keys().map(|name| name.to_ascii_lowercase()).collect();
        let needed =
            COLUMNS.iter().filter(|(name, always)| !always || names.iter().any(|known| known == name));
        if needed.count() < COLUMNS.len() {
            complete(&[names, OPTIONAL_IN_JSON.map(str::to_owned).to_vec()].concat())?;
        }
        let mut row = Row::new();
        for (name, value) in fields {
            let text = match value {
                Value::Null => continue,
                Value::String(text) => text,
                Value::Number(number) => number.to_string(),
                _ => return Err(bad(format!("`{name}` in line {number} of the table is no text"), HOW)),
            };
            row.insert(name.to_ascii_lowercase(), text);
        }
        rows.push(row);
    }
    Ok(rows)
}

/// Columns that engines leave out of an object where they are NULL.
const OPTIONAL_IN_JSON: [&str; 3] = ["attribute", "value", "value_base64"];

/// Whether all columns are there that a report needs.
fn complete(names: &[String]) -> Result<(), BadTable> {
    let is_there = |name: &str| names.iter().any(|known| known == name);
    let missing: Vec<&str> = COLUMNS
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| !OPTIONAL.contains(name) && !is_there(name))
        .collect();
    let Some(first) = missing.first() else { return Ok(()) };
    let list = missing.join("`, `");
    let message = match missing.len() {
        1 => format!("the table has no column `{list}`"),
        _ => format!("the table has no columns `{list}`"),
    };
    let others: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| !COLUMNS.iter().any(|(known, _)| known == name))
        .collect();
    let help = did_you_mean(first, others.iter().copied());
    let help = help.map(|near| format!("{near} The column has to be called `{first}`"));
    Err(bad(message, help.unwrap_or_else(|| HOW.to_owned())))
}

fn told_by(row: &Row, number: usize) -> Result<Told, BadTable> {
    let text = |name: &str| row.get(name).cloned();
    let wrong = |name: &str, wanted: &str| {
        let found = row.get(name).map(|found| format!("`{found}`")).unwrap_or_else(|| "nothing".to_owned());
        bad(
            format!("row {number} of the table has {found} as `{name}`"),
            format!("{wanted} is expected there"),
        )
    };
    let count = |name: &str| match row.get(name).map(|text| text.parse::<u64>()) {
        None => Ok(None),
        Some(Ok(number)) => Ok(Some(number)),
        Some(Err(_)) => Err(wrong(name, "a number")),
    };
    let severity = match row.get("severity").map(String::as_str) {
        Some("error") => Severity::Error,
        Some("warning") => Severity::Warning,
        Some("info") => Severity::Info,
        _ => return Err(wrong("severity", "`error`, `warning` or `info`")),
    };
    let coded = match row.get("value_base64") {
        None => None,
        Some(coded) => Some(BASE64.decode(coded.as_bytes()).map_err(|_| wrong("value_base64", "base64"))?),
    };
    Ok(Told {
        rule: text("rule").ok_or_else(|| wrong("rule", "the id of a rule"))?,
        severity,
        message: text("message").unwrap_or_default(),
        help: text("help"),
        object: text("object").unwrap_or_default(),
        class: text("class").unwrap_or_default(),
        attribute: text("attribute"),
        value: coded.or_else(|| text("value").map(String::into_bytes)),
        file: text("file").ok_or_else(|| wrong("file", "the name of a file"))?,
        line: count("line")?.filter(|line| *line > 0).ok_or_else(|| wrong("line", "a number from 1 on"))?,
        place: count("offset")?.zip(count("length")?),
        shared: text("shared"),
    })
}

#[cfg(test)]
mod tests {
    use super::told;

    const HEADER: &str = "rule,severity,message,object,class,attribute,value,value_base64,file,line";

    #[test]
    fn both_forms_say_the_same() {
        let table = format!("{HEADER}\nr,error,\"a, b\",CN=x,user,mail,m,,f.ldif,3\n");
        let lines = r#"{"rule":"r","severity":"error","message":"a, b","object":"CN=x","class":"user","attribute":"mail","value":"m","file":"f.ldif","line":3}"#;
        assert_eq!(told(table.as_bytes()).unwrap(), told(lines.as_bytes()).unwrap());
    }

    #[test]
    fn what_is_missing_is_told() {
        for (table, message) in [
            ("", "the table is empty"),
            (
                "rule,severity\n",
                "the table has no columns `message`, `object`, `class`, `attribute`, `value`, `value_base64`, `file`, `line`",
            ),
            (
                "{\"rule\":\"r\"}",
                "the table has no columns `severity`, `message`, `object`, `class`, `file`, `line`",
            ),
            ("[1]", "the table has no columns"),
            ("{1}", "line 1 of the table is no JSON object"),
        ] {
            let found = told(table.as_bytes()).unwrap_err().message;
            assert!(found.starts_with(message), "{found}");
        }
        let row = |cells: &str| told(format!("{HEADER}\n{cells}\n").as_bytes()).unwrap_err().message;
        assert_eq!(row("r,bad,m,o,c,,,,f,1"), "row 1 of the table has `bad` as `severity`");
        assert_eq!(row("r,error,m,o,c,,,,f,x"), "row 1 of the table has `x` as `line`");
        assert_eq!(row("r,error,m,o,c,,,?,f,1"), "row 1 of the table has `?` as `value_base64`");
        assert!(row("r,error").starts_with("the table cannot be read"));
    }
}

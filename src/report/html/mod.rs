//! One page in HTML for people who would rather look than read. It carries its style, its script and its data, loads nothing, and
//! shows any list: rows with facets to count and filter by, texts to read and search, and details to open.

mod findings;

use std::io::{self, Write};

use rustc_hash::FxHashMap;
use serde_json::{Value, json};

use super::concise::severity;
use super::excerpt::{Excerpt, Mark};
use super::place::Places;
use crate::finding::{Problem, Severity, printable, printable_json};
use crate::snapshot::value::dn;
use crate::source::Location;

pub(super) use findings::write;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The severities, as the values of the first facet of every list.
pub(super) const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Info];

/// What rows are counted and filtered by.
pub(super) struct Facet {
    key: &'static str,
    name: &'static str,
    values: Vec<String>,
    /// What a value means, in a few words.
    titles: Vec<String>,
    /// Why, at length.
    about: Vec<String>,
    numbers: FxHashMap<String, usize>,
}

impl Facet {
    pub(super) fn new(key: &'static str, name: &'static str) -> Self {
        let (values, titles, about) = (Vec::new(), Vec::new(), Vec::new());
        Self { key, name, values, titles, about, numbers: FxHashMap::default() }
    }

    /// The facet that comes first: how bad it is.
    pub(super) fn severities() -> Self {
        let mut facet = Self::new("severity", "severity");
        for one in SEVERITIES {
            facet.number(severity(one));
        }
        facet
    }

    /// The number of a value.
    pub(super) fn number(&mut self, value: &str) -> usize {
        self.explained(value, || (String::new(), String::new()))
    }

    /// The number of a value of which more is to be said.
    pub(super) fn explained(&mut self, value: &str, said: impl FnOnce() -> (String, String)) -> usize {
        if let Some(number) = self.numbers.get(value) {
            return *number;
        }
        let number = self.values.len();
        let (title, about) = said();
        self.values.push(printable(value).into_owned());
        self.titles.push(title);
        self.about.push(about);
        self.numbers.insert(value.to_owned(), number);
        number
    }

    fn json(&self, is_ordered: bool) -> Value {
        let mut made =
            json!({ "key": self.key, "name": self.name, "values": self.values, "ordered": is_ordered });
        let mut add = |name: &str, texts: &Vec<String>| {
            let texts: Vec<Option<&String>> =
                texts.iter().map(|text| Some(text).filter(|t| !t.is_empty())).collect();
            if let Some(fields) = made.as_object_mut().filter(|_| texts.iter().any(Option::is_some)) {
                fields.insert(name.to_owned(), json!(texts));
            }
        };
        add("titles", &self.titles);
        add("about", &self.about);
        made
    }
}

/// Where an object stands: the name of the object above it without its domain, and the domain.
pub(super) fn stands(name: &str) -> (String, String) {
    let bytes = name.as_bytes();
    let range = dn::domain(bytes);
    let domain = name.get(range.clone()).unwrap_or_default();
    if domain.is_empty() {
        // not every directory has distinguished names
        let domain = name.rsplit_once('@').map_or("", |(_, domain)| domain);
        return (name.get(dn::parent(bytes)).unwrap_or_default().to_owned(), domain.to_ascii_lowercase());
    }
    let above = name.get(dn::parent(bytes).start..range.start).unwrap_or_default();
    let labels: Vec<&str> =
        domain.split(',').map(|part| part.split_once('=').map_or(part, |(_, value)| value.trim())).collect();
    (above.trim_end_matches([',', ' ']).to_owned(), labels.join(".").to_ascii_lowercase())
}

/// What stands around the list.
pub(super) struct Frame<'f> {
    pub(super) title: &'f str,
    pub(super) verdict: String,
    pub(super) facts: Vec<String>,
    /// What is said at length: a heading, and its lines.
    pub(super) notes: Vec<(String, Vec<String>)>,
    /// What a row is, and what several are.
    pub(super) rows: [&'f str; 2],
    pub(super) facets: &'f [Facet],
    /// The names of the texts of a row.
    pub(super) texts: &'f [&'f str],
    pub(super) columns: Value,
    pub(super) problems: &'f [Problem],
}

impl Frame<'_> {
    /// Writes the page. `rows` writes them, each through the function that it is given.
    pub(super) fn write(
        &self,
        places: &Places<'_>,
        out: &mut dyn Write,
        rows: impl FnOnce(&mut dyn FnMut(&str) -> io::Result<()>) -> io::Result<()>,
    ) -> io::Result<()> {
        let (head, rest) = PAGE.split_once("{{style}}").unwrap_or_default();
        let (body, rest) = rest.split_once("{{data}}").unwrap_or_default();
        let (between, end) = rest.split_once("{{script}}").unwrap_or_default();
        write!(out, "{head}{STYLE}{body}")?;
        let facets: Vec<Value> =
            self.facets.iter().enumerate().map(|(at, facet)| facet.json(at == 0)).collect();
        let problems: Vec<Value> = self.problems.iter().map(|one| problem(one, places)).collect();
        let frame = json!({
            "title": self.title, "verdict": printable(&self.verdict), "facts": self.facts, "notes": self.notes,
            "one": self.rows.first(), "many": self.rows.last(), "facets": facets, "texts": self.texts,
            "tones": SEVERITIES.map(severity), "columns": self.columns, "problems": problems,
        });
        let frame = harmless(frame.to_string());
        // the rows go into the same object, one by one
        write!(out, "{},\"rows\":[", frame.strip_suffix('}').unwrap_or(&frame))?;
        let mut comma = "";
        rows(&mut |row| write!(out, "{}\n{row}", std::mem::replace(&mut comma, ",")))?;
        write!(out, "\n]}}{between}{SCRIPT}{end}")
    }
}

/// JSON that may stand in an element of a script: nothing in it ends the element or begins a comment.
pub(super) fn harmless(json: String) -> String {
    let shown = printable_json(&json);
    if shown.contains('<') { shown.replace('<', "\\u003c") } else { shown.into_owned() }
}

fn problem(problem: &Problem, places: &Places<'_>) -> Value {
    let place = problem.location.map(|place| at(place, places));
    json!({
        "severity": severity(problem.severity), "message": printable(&problem.message),
        "help": problem.help.as_deref().map(printable), "place": place,
    })
}

/// A place as people name it.
pub(super) fn at(place: Location, places: &Places<'_>) -> String {
    let position = places.position(place.file, place.span.offset);
    format!("{}:{}:{}", printable(places.store.name(place.file)), position.line, position.column)
}

/// An excerpt for the page.
pub(super) fn excerpts(excerpt: &Excerpt, marks: &[Mark]) -> Vec<Value> {
    let pieces = excerpt.pieces(marks);
    let made = pieces.iter().map(|piece| {
        let place = match piece.position {
            Some(position) => format!("{}:{}:{}", piece.name, position.line, position.column),
            None => piece.name.to_owned(),
        };
        json!({ "place": place, "line": piece.line, "lines": piece.lines, "label": piece.label })
    });
    made.collect()
}

#[cfg(test)]
mod tests {
    use super::stands;

    #[test]
    fn an_object_stands_in_a_unit_and_a_domain() {
        let of = |name| stands(name);
        let pair = |unit: &str, domain: &str| (unit.to_owned(), domain.to_owned());
        assert_eq!(of("CN=Joe,OU=Staff,OU=EU,DC=Contoso,DC=com"), pair("OU=Staff,OU=EU", "contoso.com"));
        assert_eq!(of("CN=Joe,DC=contoso,DC=com"), pair("", "contoso.com"));
        assert_eq!(of("DC=contoso,DC=com"), pair("", "contoso.com"));
        assert_eq!(of("joe@Contoso.com"), pair("", "contoso.com"));
        assert_eq!(of("uid=joe,ou=people"), pair("ou=people", ""));
        assert_eq!(of(""), pair("", ""));
    }
}

//! What is wrong with the value that somebody gives a parameter, wherever it stands: on the command line, in a configuration, in an
//! answer about the tenant, or as a default.

use std::ops::Range;

use regex::RegexBuilder;

use super::library::Library;
use super::parameter::{kind, setting};
use super::raw::{RawParameter, RawParameterType};
use crate::language::format::Format;
use crate::language::symbols::ParameterType;
use crate::language::syntax::Pattern;
use crate::language::{Fault, did_you_mean, nearest, parse_pattern};

/// The code of a parameter that no pack declares.
pub const UNKNOWN_PARAMETER: &str = "set-unknown-parameter";
/// The code of a value that a parameter cannot have.
pub const BAD_VALUE: &str = "set-bad-value";

impl Library {
    /// The declaration of a parameter.
    #[must_use]
    pub fn declaration(&self, name: &str) -> Option<&RawParameter> {
        self.parameters().find(|(known, _)| *known == name).map(|(_, raw)| raw)
    }

    fn parameters(&self) -> impl Iterator<Item = (&str, &RawParameter)> {
        self.packs().iter().flat_map(|pack| &pack.content.params.0).map(|(name, raw)| (name.as_str(), raw))
    }

    /// What is wrong with a value as `--set` takes it; the span is the part of it that is at fault.
    #[must_use]
    pub fn bad_setting(&self, name: &str, text: &str) -> Option<Fault> {
        let Some(raw) = self.declaration(name) else { return Some(self.unknown(name)) };
        if let Err(reason) = setting(kind(raw.kind), text) {
            return Some(bad_value(reason, raw, 0..text.len()));
        }
        let items =
            if kind(raw.kind) == ParameterType::List { items(text) } else { vec![(0..text.len(), text)] };
        items.into_iter().find_map(|(span, item)| self.bad_item(raw, text, item, span))
    }

    fn unknown(&self, name: &str) -> Fault {
        let mut known: Vec<&str> = self.parameters().map(|(name, _)| name).collect();
        known.sort_unstable();
        let help = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => "no pack of this run declares parameters".to_owned(),
            None => format!("known are `{}`", known.join("`, `")),
        };
        Fault {
            code: UNKNOWN_PARAMETER,
            message: "no pack declares this parameter".to_owned(),
            label: "not known".to_owned(),
            help: Some(help),
            span: 0..name.len(),
        }
    }

    fn bad_item(&self, raw: &RawParameter, whole: &str, item: &str, span: Range<usize>) -> Option<Fault> {
        if !raw.one_of.is_empty() && !raw.one_of.iter().any(|known| known == item) {
            let known = raw.one_of.join("`, `");
            let what = if item.is_empty() { "an empty value".to_owned() } else { format!("`{item}`") };
            let mut fault = bad_value(format!("{what} is none of `{known}`"), raw, span);
            fault.help = did_you_mean(item, raw.one_of.iter().map(String::as_str)).or(fault.help);
            return Some(fault);
        }
        if item.is_empty() {
            return None;
        }
        if raw.kind == RawParameterType::Attribute {
            return self.bad_attribute(raw, item, span);
        }
        let format = self.known_format(raw.format.as_deref()?)?;
        let (at, reason) = format.fault(item)?;
        let at = span.start + at.start..span.start + at.end;
        let mut fault = bad_value(format!("`{item}` {reason}"), raw, if at.is_empty() { span } else { at });
        fault.help = meant(whole, item, &format).or(fault.help);
        Some(fault)
    }

    fn bad_attribute(&self, raw: &RawParameter, item: &str, span: Range<usize>) -> Option<Fault> {
        let known = || {
            let all = self.packs().iter().flat_map(|pack| &pack.content.attributes.0);
            all.map(|(name, _)| name.as_str())
        };
        if known().any(|name| name.eq_ignore_ascii_case(item)) {
            return None;
        }
        let mut fault = bad_value(format!("no pack declares the attribute `{item}`"), raw, span);
        fault.help = did_you_mean(item, known()).or(fault.help);
        Some(fault)
    }

    /// A format by its name; none if nobody defines it.
    fn known_format(&self, name: &str) -> Option<KnownFormat> {
        if let Some(format) = Format::from_name(name) {
            return Some(KnownFormat::Language(format));
        }
        let mut all = self.packs().iter().flat_map(|pack| &pack.content.formats.0);
        let (_, text) = all.find(|(known, _)| known == name)?;
        let pattern = parse_pattern(text).ok()?;
        let Pattern::Regex { source, ignore_case } = pattern.node else { return None };
        let built = RegexBuilder::new(&format!("^(?:{source})$")).case_insensitive(ignore_case).build();
        Some(KnownFormat::Pack(name.to_owned(), built.ok()?))
    }

    /// What is wrong with the declaration of a parameter besides its type: a format that nobody defines, a default that is none
    /// of its values.
    pub(super) fn bad_declaration(&self, raw: &RawParameter) -> Option<String> {
        if let Some(name) = raw.format.as_deref().filter(|name| self.known_format(name).is_none()) {
            return Some(format!("there is no format `{name}`"));
        }
        let list = raw.default.iter().flat_map(|value| match value {
            serde_yaml::Value::Sequence(items) => items.iter().filter_map(super::parameter::scalar).collect(),
            value => super::parameter::scalar(value).into_iter().collect::<Vec<_>>(),
        });
        let fault = list.into_iter().find_map(|item| self.bad_item(raw, &item, &item, 0..item.len()))?;
        Some(format!("the default does not fit: {}", fault.message))
    }
}

/// A format, ready.
enum KnownFormat {
    Language(Format),
    Pack(String, regex::Regex),
}

impl KnownFormat {
    /// Which bytes of a text are at fault, and what is wrong with it; none if it has the format.
    fn fault(&self, text: &str) -> Option<(Range<usize>, String)> {
        match self {
            Self::Language(format) => {
                let fault = format.faults(text.as_bytes()).into_iter().next()?;
                let what = format.name().replace('_', " ");
                Some((fault.range, format!("is no {what}: it has {}", fault.reason)))
            }
            Self::Pack(name, regex) => {
                (!regex.is_match(text)).then(|| (0..text.len(), format!("is no {}", name.replace('-', " "))))
            }
        }
    }
}

fn bad_value(message: String, raw: &RawParameter, span: Range<usize>) -> Fault {
    let help = raw.about.as_ref().map(|about| format!("it stands for {about}"));
    Fault { code: BAD_VALUE, message, label: "here".to_owned(), help, span }
}

/// The items of a list, each with its place in the text.
fn items(text: &str) -> Vec<(Range<usize>, &str)> {
    let mut start = 0;
    let mut items = Vec::new();
    for part in text.split(',') {
        let item = part.trim();
        let at = start + (part.len() - part.trim_start().len());
        if !item.is_empty() {
            items.push((at..at + item.len(), item));
        }
        start += part.len() + 1;
    }
    items
}

/// What somebody probably meant who wrote an address, a link or a list with other separators.
fn meant(whole: &str, item: &str, format: &KnownFormat) -> Option<String> {
    let has = |text: &str| !text.is_empty() && format.fault(text).is_none();
    let core = item.rsplit("://").next().unwrap_or(item);
    let core = core.split('/').next().unwrap_or(core);
    let core = core.rsplit('@').next().unwrap_or(core).trim_matches(|c: char| !c.is_alphanumeric());
    if has(core) {
        return Some(format!("did you mean `{core}`?"));
    }
    let parts: Vec<&str> =
        whole.split([',', ';', ' ', '|']).map(str::trim).filter(|part| !part.is_empty()).collect();
    let is_list = parts.len() > 1 && parts.iter().all(|part| has(part));
    is_list.then(|| format!("a list is written with commas: `{}`", parts.join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_items_of_a_list_have_their_places() {
        let text = "a.com,  b.com ,,c";
        let found = items(text);
        assert_eq!(found.iter().map(|(_, item)| *item).collect::<Vec<_>>(), ["a.com", "b.com", "c"]);
        assert!(found.iter().all(|(span, item)| text.get(span.clone()) == Some(*item)));
    }
}

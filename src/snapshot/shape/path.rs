//! Where something stands in a nested value: `spec.members[*]`, `users.*`, `teams.**`, `emails[primary=true].value`.

use std::fmt;
use std::str::FromStr;

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The field of this name, in any case.
    Field(String),
    /// `[*]`: every member of a list.
    Each,
    /// `[field=text]` and `[field!=text]`: the members of a list whose field is this text, or is not.
    Where {
        /// The field of the member.
        field: String,
        /// The text, in any case.
        text: String,
        /// `!=`.
        negated: bool,
    },
    /// `.*`: every value of a mapping; its key names it.
    Values,
    /// `.**`: every value of a mapping, and of the mapping of the same name in each of these, and so on.
    Nested,
}

/// A path, with a text that is put before what stands there (`'SMTP:' emails[*].value`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Path {
    /// What is put before.
    pub prefix: String,
    /// The steps.
    pub steps: Vec<Step>,
}

/// Why a text is no path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no path: {reason}")]
pub struct BadPath {
    text: String,
    reason: &'static str,
}

impl Path {
    /// The field that the path begins with, in lower case.
    #[must_use]
    pub fn first_field(&self) -> Option<String> {
        match self.steps.first() {
            Some(Step::Field(name)) => Some(name.to_ascii_lowercase()),
            _ => None,
        }
    }
}

impl FromStr for Path {
    type Err = BadPath;

    fn from_str(text: &str) -> Result<Self, BadPath> {
        let bad = |reason| BadPath { text: text.to_owned(), reason };
        let (prefix, mut rest) = match text.strip_prefix('\'') {
            Some(quoted) => {
                let (prefix, rest) = quoted.split_once('\'').ok_or_else(|| bad("the quote is not closed"))?;
                (prefix.to_owned(), rest.trim_start())
            }
            None => (String::new(), text),
        };
        if u8::try_from(prefix.len()).is_err() {
            return Err(bad("what is put before is too long"));
        }
        let mut steps = Vec::new();
        while !rest.is_empty() {
            rest = step(rest, &mut steps).map_err(bad)?;
        }
        if steps.is_empty() {
            return Err(bad("it names no field"));
        }
        Ok(Self { prefix, steps })
    }
}

/// Reads one step and the dot behind it.
fn step<'t>(text: &'t str, steps: &mut Vec<Step>) -> Result<&'t str, &'static str> {
    let mut rest = if let Some(quoted) = text.strip_prefix('"') {
        let (name, rest) = quoted.split_once('"').ok_or("the quote is not closed")?;
        steps.push(Step::Field(name.to_owned()));
        rest
    } else {
        let end = text.find(['.', '[']).unwrap_or(text.len());
        let (name, rest) = text.split_at_checked(end).unwrap_or((text, ""));
        match name.trim() {
            "" if !rest.starts_with('[') => return Err("a field has no name"),
            "" => {}
            "*" => steps.push(Step::Values),
            "**" => steps.push(Step::Nested),
            name => steps.push(Step::Field(name.to_owned())),
        }
        rest
    };
    while let Some(inner) = rest.strip_prefix('[') {
        let (inner, behind) = inner.split_once(']').ok_or("the bracket is not closed")?;
        steps.push(match inner.split_once('=') {
            None if inner == "*" => Step::Each,
            None => return Err("write `[*]`, `[field=text]` or `[field!=text]`"),
            Some((field, wanted)) => Step::Where {
                negated: field.ends_with('!'),
                field: field.trim_end_matches('!').trim().to_owned(),
                text: wanted.trim().to_owned(),
            },
        });
        rest = behind;
    }
    match rest.strip_prefix('.') {
        Some("") => Err("nothing stands behind the last dot"),
        Some(behind) => Ok(behind),
        None if rest.is_empty() => Ok(rest),
        None => Err("a dot is missing"),
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.prefix.is_empty() {
            write!(formatter, "'{}' ", self.prefix)?;
        }
        for (number, step) in self.steps.iter().enumerate() {
            let dot = if number > 0 { "." } else { "" };
            match step {
                Step::Field(name) if name.contains(['.', '[']) => write!(formatter, "{dot}\"{name}\"")?,
                Step::Field(name) => write!(formatter, "{dot}{name}")?,
                Step::Each => write!(formatter, "[*]")?,
                Step::Where { field, text, negated: false } => write!(formatter, "[{field}={text}]")?,
                Step::Where { field, text, negated: true } => write!(formatter, "[{field}!={text}]")?,
                Step::Values => write!(formatter, "{dot}*")?,
                Step::Nested => write!(formatter, "{dot}**")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_written_as_they_are_read() {
        for text in [
            "a",
            "groups[*]",
            "[*]",
            "users.*",
            "orgs.*.teams.**",
            "emails[primary!=true].value",
            "'SMTP:' emails[primary=true].value",
            "\"urn:a:2.0:User\".manager.value",
            "[*].value[*]",
        ] {
            let path: Path = text.parse().unwrap();
            assert_eq!(path.to_string(), text);
        }
    }

    #[test]
    fn what_is_no_path_says_why() {
        for (text, reason) in [
            ("", "it names no field"),
            ("a..b", "a field has no name"),
            ("a.", "nothing stands behind the last dot"),
            ("a[1]", "write `[*]`, `[field=text]` or `[field!=text]`"),
            ("a[*", "the bracket is not closed"),
            ("\"a", "the quote is not closed"),
            ("a[*]b", "a dot is missing"),
        ] {
            assert_eq!(text.parse::<Path>().unwrap_err().reason, reason, "{text}");
        }
    }
}

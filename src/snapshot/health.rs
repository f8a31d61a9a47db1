//! What a file says of the export that wrote it: what was asked for, what was lost, whether it is whole.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use super::ldif::Searches;
use crate::finding::Problem;
use crate::source::Location;

/// Which attributes an export asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requested {
    /// All of them.
    All,
    /// These.
    Names(Vec<String>),
}

/// How the values of an attribute were lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loss {
    /// The name of a type stands in place of the values.
    TypeName,
    /// Deeper levels of JSON became text (`@{a=1}`).
    Depth,
    /// `?` stands in place of letters.
    Letters,
    /// A spreadsheet made a number in powers of ten of it.
    Digits,
}

/// Values that were lost in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost {
    /// In how many values.
    pub count: u64,
    /// The first of them.
    pub first: Location,
}

/// An answer of Microsoft Graph that is one page of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// What it lists: `users`.
    pub collection: String,
    /// The field that holds the list.
    pub list: Option<Location>,
    /// Where it says that another page follows.
    pub next: Option<Location>,
}

/// What the parts of one file say of the export as a whole.
#[derive(Debug, Clone, Default)]
pub struct Health {
    /// Objects: content records, and added ones.
    pub objects: u64,
    /// Change records that are not judged.
    pub changes: u64,
    /// The place of the first of those.
    pub first_change: Option<Location>,
    /// Objects whose shape is known, in formats that have shapes.
    pub recognised: u64,
    /// Objects that were passed over, since they tell of the tenant and are none of a directory.
    pub parameters: u64,
    /// Which attributes were asked for, search by search.
    pub requested: Vec<Requested>,
    /// What LDAP tools say around the objects.
    pub searches: Searches,
    /// What was lost, by attribute.
    pub lost: BTreeMap<(Loss, String), Lost>,
    /// The pages of the file, in order.
    pub pages: Vec<Page>,
}

impl AddAssign for Health {
    fn add_assign(&mut self, later: Self) {
        self.objects += later.objects;
        self.changes += later.changes;
        self.first_change = self.first_change.or(later.first_change);
        self.recognised += later.recognised;
        self.parameters += later.parameters;
        self.requested.extend(later.requested);
        self.searches += later.searches;
        for (what, more) in later.lost {
            self.lost.entry(what).and_modify(|lost| lost.count += more.count).or_insert(more);
        }
        self.pages.extend(later.pages);
    }
}

impl Health {
    /// Takes note of a value that was lost.
    pub fn lose(&mut self, loss: Loss, attribute: &str, location: Location) {
        let lost = self.lost.entry((loss, attribute.to_owned()));
        lost.and_modify(|lost| lost.count += 1).or_insert(Lost { count: 1, first: location });
    }

    /// What is wrong with the export as a whole.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = self.searches.problems(self.objects);
        problems.extend(self.lost.iter().map(|((loss, attribute), lost)| loss.problem(attribute, lost)));
        problems
    }
}

impl Loss {
    fn problem(self, attribute: &str, lost: &Lost) -> Problem {
        let times = match lost.count {
            1 => "in 1 value".to_owned(),
            count => format!("in {count} values"),
        };
        let problem = match self {
            Self::TypeName => Problem::error(
                "export-type-name",
                format!("the values of `{attribute}` were lost: the name of a type stands in their place, {times}"),
            )
            .label("this is no value")
            .help("join the values in the export: `presync export-command powershell` prints a command that keeps them"),
            Self::Depth => Problem::error(
                "export-depth",
                format!("the values of `{attribute}` were cut off at the depth of the export, {times}"),
            )
            .label("an object stood here")
            .help("export again with `ConvertTo-Json -Depth 10`"),
            Self::Letters => Problem::warning(
                "export-letters-lost",
                format!("letters outside ASCII seem to be lost: `{attribute}` holds `?` within words, {times}"),
            )
            .label("`?` in place of a letter")
            .help("export again with `-Encoding UTF8`, or with `-u` of ldifde and csvde"),
            Self::Digits => Problem::warning(
                "export-digits-lost",
                format!("a spreadsheet seems to have rounded `{attribute}`, {times}"),
            )
            .label("the last digits are gone")
            .help("check the file as it was exported, before it was opened in a spreadsheet"),
        };
        problem.at(lost.first)
    }
}

//! What each column of a table is, worked out once from its header.

use std::ops::Range;

use super::head::Field;
use super::split::Split;
use crate::snapshot::names::{Names, Slot};
use crate::snapshot::shape::{Mapping, Path};
use crate::snapshot::value::Type;

/// Attributes whose values are names of people and things, in which no `?` is expected.
const NAMES: [&str; 5] = ["cn", "sn", "givenname", "displayname", "distinguishedname"];
/// How attributes end that hold long numbers, or text that looks like one.
const NUMBERS: [&str; 5] = ["id", "number", "phone", "mobile", "pager"];

/// A column of which somebody asked for the values.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) column: usize,
    pub(super) slot: Option<Slot>,
    pub(super) attribute: Box<str>,
    /// Where the name stands in the words of the layout; empty if the slot says it all.
    pub(super) name: Range<usize>,
    pub(super) options: u32,
    pub(super) prefix: Box<[u8]>,
    pub(super) split: Split,
    /// `\;` is `;` in a value: csvde writes so in lists. In a distinguished name it is an escape of its own.
    pub(super) escaped: bool,
    /// Bytes: a GUID, or what has no further meaning.
    pub(super) bytes: bool,
    /// Values that must be bytes if they look like it.
    pub(super) strict: bool,
    /// Values in which no `?` is expected.
    pub(super) letters: bool,
    /// Values that are numbers.
    pub(super) digits: bool,
}

/// What the columns of a table are.
#[derive(Debug, Default)]
pub(super) struct Layout {
    pub(super) wanted: Vec<Wanted>,
    /// The columns of names: the first that is not empty is the name of the object.
    pub(super) names: Vec<usize>,
    pub(super) titles: Vec<usize>,
    /// Where the class stands in the words, for objects without an object class.
    pub(super) class: Option<Range<usize>>,
    /// Where `objectClass` stands in the words, if names are spelled out.
    pub(super) class_name: Range<usize>,
    pub(super) object_class: Option<Slot>,
    /// Attributes that no column gives.
    pub(super) unasked: Vec<Slot>,
    /// Attributes of which a column gives a range only.
    pub(super) partial: Vec<Slot>,
    /// Names and the class, which every record takes over as they are.
    pub(super) words: Vec<u8>,
    /// The shape of the objects is known.
    pub(super) recognised: bool,
    /// The attributes of all columns.
    pub(super) attributes: Vec<String>,
    /// Columns of which only a range of the values was exported.
    pub(super) ranges: Vec<usize>,
}

/// The attribute of a column.
struct Source<'s> {
    column: usize,
    attribute: &'s str,
    slot: Option<Slot>,
    prefix: &'s [u8],
}

impl Layout {
    /// The layout of a table; `fields` without a name are columns that are not read.
    pub(super) fn new(fields: &[Option<Field>], mapping: &Mapping, names: &Names, csvde: bool) -> Self {
        let mut layout = Self {
            names: columns(fields, &mapping.names),
            titles: columns(fields, &mapping.titles),
            recognised: !mapping.shape.is_empty(),
            object_class: names.slot(b"objectClass"),
            ..Self::default()
        };
        let sources = sources(fields, mapping, names, &layout.names);
        for source in &sources {
            layout.add(source, names, csvde);
        }
        let classed = sources.iter().any(|source| source.attribute.eq_ignore_ascii_case("objectClass"));
        let seen = classed && layout.object_class.is_none();
        if let Some(class) = mapping.class.as_deref().filter(|_| !seen) {
            layout.class = Some(layout.word(class));
            if names.keeps_all() {
                layout.class_name = layout.word("objectClass");
            }
            if !classed {
                layout.attributes.push("objectClass".to_owned());
            }
        }
        let synthetic = layout.object_class.filter(|_| layout.class.is_some());
        let absent = |slot: &Slot| {
            Some(*slot) != synthetic && !layout.wanted.iter().any(|wanted| wanted.slot == Some(*slot))
        };
        layout.unasked = names.slots().filter(absent).collect();
        let ranged = layout.wanted.iter().filter(|wanted| layout.ranges.contains(&wanted.column));
        layout.partial.extend(ranged.filter_map(|wanted| wanted.slot).collect::<Vec<_>>());
        layout
    }

    /// Whether a column is an attribute that somebody asked for.
    pub(super) fn knows_a_column(&self) -> bool {
        self.wanted.iter().any(|wanted| wanted.slot.is_some())
    }

    fn word(&mut self, word: &str) -> Range<usize> {
        let start = self.words.len();
        self.words.extend_from_slice(word.as_bytes());
        start..self.words.len()
    }

    fn add(&mut self, source: &Source<'_>, names: &Names, csvde: bool) {
        let attribute = source.attribute;
        let options = attribute.find(';').unwrap_or(attribute.len());
        let (base, tail) = attribute.split_at_checked(options).unwrap_or((attribute, ""));
        self.attributes.push(base.to_owned());
        let range = tail.to_ascii_lowercase();
        if range.split(';').any(|option| option.starts_with("range=") && !option.ends_with('*')) {
            self.ranges.push(source.column);
        }
        let slot = source.slot.or_else(|| names.slot(base.as_bytes()));
        if slot.is_none() && !names.keeps_all() {
            return;
        }
        let described = slot.map(|slot| names.described(slot));
        let kind = described.map(|described| described.kind);
        let lower = base.to_ascii_lowercase();
        let spelled = names.keeps_all() || !tail.is_empty();
        let name = if spelled { self.word(attribute) } else { 0..0 };
        let split = Split::of(base, described, csvde);
        self.wanted.push(Wanted {
            column: source.column,
            slot,
            attribute: base.into(),
            name,
            options: u32::try_from(options).unwrap_or(u32::MAX),
            prefix: source.prefix.into(),
            split,
            escaped: csvde && split != Split::Whole && kind != Some(Type::Dn),
            bytes: matches!(kind, Some(Type::Guid | Type::Binary)),
            strict: matches!(kind, Some(Type::Guid | Type::Binary | Type::Sid)),
            letters: NAMES.contains(&lower.as_str()),
            digits: matches!(kind, Some(Type::Number | Type::Time))
                || NUMBERS.iter().any(|end| lower.ends_with(end)),
        });
    }
}

/// The columns at which paths point, in their order. Paths into nested values mean nothing in a table.
fn columns(fields: &[Option<Field>], paths: &[Path]) -> Vec<usize> {
    let plain = paths.iter().filter(|path| path.steps.len() == 1);
    plain.filter_map(|path| find(fields, &path.first_field()?)).collect()
}

/// The column of a field whose name is in lower case.
pub(super) fn find(fields: &[Option<Field>], name: &str) -> Option<usize> {
    let named =
        |test: &dyn Fn(&Field) -> bool| fields.iter().position(|field| field.as_ref().is_some_and(test));
    named(&|field| field.lower == name).or_else(|| named(&|field| field.joined == name))
}

/// The attribute of each column that has one.
fn sources<'s>(
    fields: &'s [Option<Field>],
    mapping: &'s Mapping,
    names: &'s Names,
    name_columns: &[usize],
) -> Vec<Source<'s>> {
    let mut sources: Vec<Source<'s>> = Vec::new();
    for (column, field) in fields.iter().enumerate() {
        let Some(field) = field else { continue };
        let mut targets = mapping.targets(field.lower.as_bytes());
        if targets.is_empty() {
            targets = mapping.targets(field.joined.as_bytes());
        }
        let whole = targets.iter().filter(|target| target.rest.is_empty());
        let before = sources.len();
        sources.extend(whole.map(|target| Source {
            column,
            attribute: &target.attribute,
            slot: target.slot,
            prefix: &target.prefix,
        }));
        if sources.len() > before {
            continue;
        }
        let alias = mapping.alias(field.lower.as_bytes()).or_else(|| mapping.alias(field.joined.as_bytes()));
        let alias = alias.filter(|attribute| {
            let own = attribute.to_lowercase();
            find(fields, &own).is_none() && !sources.iter().any(|source| source.attribute == *attribute)
        });
        let source = |attribute| Source { column, attribute, slot: None, prefix: &[] };
        match alias {
            Some(attribute) => sources.push(source(attribute)),
            None if mapping.only => {}
            // the column that is called `DN` names the object, and nothing else
            None if field.lower == "dn" && name_columns.contains(&column) && names.slot(b"dn").is_none() => {}
            // `User principal name`
            None if field.name.contains(char::is_whitespace) => {
                let slot = names.slot(field.joined.as_bytes());
                sources.push(source(slot.map_or(field.name.as_str(), |slot| names.name(slot))));
            }
            None => sources.push(source(&field.name)),
        }
    }
    sources
}

//! What a plan proposes, row by row.

use rustc_hash::FxHashMap;

use super::{Action, Row};
use crate::finding::{Change, Finding};
use crate::fix::Plan;
use crate::source::Location;

/// Rows in the order of the objects: what is planned, what could be, what several objects hold, and faults that nobody can
/// mend but a person.
#[must_use]
pub fn rows(plan: &Plan) -> Vec<Row> {
    let mut sheet = Sheet::default();
    for mend in &plan.mends {
        let (rule, class) = mend.finding.as_deref().map_or(("", ""), about);
        for change in &mend.changes {
            sheet.add(change, rule, class).proposed = Some(proposed(change));
        }
    }
    // of several fixes of one value, the table has what they come to
    for change in &plan.changes {
        let row = sheet.add(change, "", "");
        row.update.clone_from(&change.new);
        row.proposed = Some(proposed(change));
    }
    for finding in &plan.waiting {
        let (rule, class) = about(finding);
        for change in finding.fix.iter().flat_map(|fix| &fix.changes) {
            sheet.add(change, rule, class).proposed = Some(proposed(change));
        }
    }
    for choice in &plan.choices {
        let (rule, _) = about(&choice.finding);
        for holder in &choice.holders {
            for change in &holder.gives_up {
                sheet.add(change, rule, &holder.class);
            }
        }
    }
    for finding in &plan.after.findings {
        sheet.finding(finding);
    }
    let mut rows = sheet.rows;
    rows.sort_by_key(|(place, _)| *place);
    rows.into_iter().map(|(_, row)| row).collect()
}

fn about(finding: &Finding) -> (&str, &str) {
    (&finding.rule.id, &finding.primary.class)
}

fn proposed(change: &Change) -> Action {
    if change.new.is_some() { Action::Edit } else { Action::Remove }
}

type Key = (Location, String, Option<Vec<u8>>);

/// The rows, and where each value stands among them.
#[derive(Default)]
struct Sheet {
    rows: Vec<(Location, Row)>,
    known: FxHashMap<Key, usize>,
    spare: Row,
}

impl Sheet {
    fn add(&mut self, change: &Change, rule: &str, class: &str) -> &mut Row {
        let old = change.old.as_ref();
        let place = old.map_or(change.name, |old| old.location);
        let added = if old.is_none() { change.new.clone() } else { None };
        let row = Row {
            name: change.object.clone(),
            class: class.to_owned(),
            attribute: change.attribute.clone(),
            value: old.and_then(|old| old.value.clone()),
            update: change.new.clone(),
            ..Row::default()
        };
        self.at((place, change.attribute.to_ascii_lowercase(), added), row, rule)
    }

    /// A fault at a value, with nothing proposed.
    fn finding(&mut self, finding: &Finding) {
        let site = &finding.primary;
        let (Some(attribute), Some(value)) = (&site.attribute, &site.value) else { return };
        let row = Row {
            name: site.object.clone(),
            class: site.class.clone(),
            attribute: attribute.clone(),
            value: Some(value.clone()),
            ..Row::default()
        };
        self.at((site.location, attribute.to_ascii_lowercase(), None), row, &finding.rule.id);
    }

    /// The row of a value, which is made if there is none; a rule more finds fault with it.
    fn at(&mut self, key: Key, row: Row, rule: &str) -> &mut Row {
        let place = key.0;
        let number = *self.known.entry(key).or_insert_with(|| {
            self.rows.push((place, row));
            self.rows.len() - 1
        });
        let Some((_, row)) = self.rows.get_mut(number) else { return &mut self.spare };
        if !rule.is_empty() && !row.rules.split(", ").any(|known| known == rule) {
            let comma = if row.rules.is_empty() { "" } else { ", " };
            row.rules = format!("{}{comma}{rule}", row.rules);
        }
        row
    }
}

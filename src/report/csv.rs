//! A table in the columns of IdFix, so that what was made for its exports goes on working: a row for each place of a
//! finding. `ERROR` is the rule, `UPDATE` and `PROPOSEDACTION` are what presync proposes, `ACTION` is for people to fill in.
//! It is to be looked at: what cannot be seen is written out, so that, unlike the table of `presync fix`, it cannot come back.

use std::io::{self, Write};

use data_encoding::BASE64;

use super::cells::row;
use crate::finding::{Change, Finding, Outcome, Site};
use crate::fix::review::{Action, COLUMNS, common_name};

pub(super) fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    row(&COLUMNS, out)?;
    for finding in &outcome.findings {
        for site in std::iter::once(&finding.primary).chain(&finding.related) {
            let (update, action) = proposed(finding, site);
            let cells = [
                &site.object,
                &common_name(&site.object),
                &site.class,
                site.attribute.as_deref().unwrap_or_default(),
                &finding.rule.id,
                &site.value.as_deref().map(text).unwrap_or_default(),
                &update,
                action,
                "",
            ];
            row(&cells, out)?;
        }
    }
    Ok(())
}

/// Text as it is, bytes that are none in base64.
fn text(value: &[u8]) -> String {
    match std::str::from_utf8(value) {
        Ok(text) => text.to_owned(),
        Err(_) => BASE64.encode(value),
    }
}

/// What is proposed for a place, in the words of IdFix; it has no word for a value that is added.
fn proposed(finding: &Finding, site: &Site) -> (String, &'static str) {
    let is_meant = |change: &&Change| {
        let same = |attribute: &String| attribute.eq_ignore_ascii_case(&change.attribute);
        site.attribute.as_ref().is_some_and(same)
            && change.object == site.object
            && change.old.as_ref().is_some_and(|old| old.location == site.location)
    };
    let changes = finding.fix.iter().flat_map(|fix| &fix.changes).map(AsRef::as_ref);
    match changes.clone().find(is_meant).map(|change| change.new.as_deref()) {
        Some(Some(new)) => (text(new), Action::Edit.name()),
        Some(None) => (String::new(), Action::Remove.name()),
        None => (String::new(), ""),
    }
}

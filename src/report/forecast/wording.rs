//! Outcomes in words.

use super::name;
use crate::entra::{Attribute, Certainty, Class, Kind, Outcome, Party};
use crate::finding::{Severity, printable};
use crate::run::forecast::Foretold;
use crate::snapshot::value::dn;

/// How an outcome is marked for people.
pub(super) fn severity(kind: Kind) -> Severity {
    match kind {
        Kind::ExportError
        | Kind::SyncError
        | Kind::Delete
        | Kind::PlaceholderUpn
        | Kind::Twin
        | Kind::Quarantine => Severity::Error,
        Kind::Takeover | Kind::Merge | Kind::LostCloudValue | Kind::Rename | Kind::Drop | Kind::Truncate => {
            Severity::Warning
        }
        Kind::Create | Kind::Update | Kind::Filtered | Kind::Heal => Severity::Info,
    }
}

/// One outcome as a sentence, for people.
pub(super) fn sentence(foretold: &Foretold, outcome: &Outcome) -> String {
    let text = |text: &Option<Box<str>>| printable(text.as_deref().unwrap_or_default()).into_owned();
    let attribute = outcome.attribute.map_or("", Attribute::source_name);
    let value = text(&outcome.value);
    let holder = outcome.holder.map(|party| holder(foretold, party));
    let other = holder.as_deref().unwrap_or("another object");
    let held = match (&holder, outcome.holder_attribute) {
        (Some(holder), Some(attribute)) if !attribute.source_name().is_empty() => {
            format!(", which {holder} has as {}", attribute.source_name())
        }
        (Some(holder), _) => format!(", which {holder} has"),
        (None, _) => String::new(),
    };
    let said = match outcome.kind {
        Kind::Create => "it is created".to_owned(),
        Kind::Update => "it is updated".to_owned(),
        Kind::Takeover => format!("it takes over {other}"),
        Kind::Quarantine => format!("{attribute} `{value}`{held} is held back in quarantine"),
        Kind::PlaceholderUpn => format!("its sign-in name becomes `{}`, not `{value}`", text(&outcome.to)),
        Kind::ExportError | Kind::SyncError => {
            let error = outcome.error.map_or("an error", crate::entra::SyncError::name);
            let what =
                if value.is_empty() { String::new() } else { format!(": {attribute} `{value}`{held}") };
            let met = if value.is_empty() && holder.is_some() {
                format!(": it meets {other}")
            } else {
                String::new()
            };
            let fails = if outcome.certainty == Certainty::Disputed { "may fail" } else { "fails" };
            format!("it {fails} with {error}{what}{met}")
        }
        Kind::Filtered => format!("it is left out: {value}"),
        Kind::Rename => match outcome.from.as_deref() {
            Some(from) if outcome.to.is_none() => format!("{attribute} `{}` is taken away", printable(from)),
            Some(from) => format!("{attribute} `{}` becomes `{}`", printable(from), text(&outcome.to)),
            None => format!("{attribute} becomes `{}`", text(&outcome.to)),
        },
        Kind::Drop if value.is_empty() => format!("{attribute} is left out"),
        Kind::Drop => format!("{attribute} `{value}` is left out"),
        Kind::Truncate => format!("{attribute} `{value}` is cut to `{}`", text(&outcome.to)),
        Kind::Merge => format!("it becomes one with {other}, which has the same {attribute}"),
        Kind::Twin => format!("it becomes a second account beside {other}"),
        Kind::Delete => format!("{other} is deleted"),
        Kind::Heal => format!("{attribute} `{value}` comes out of quarantine"),
        Kind::LostCloudValue => match outcome.to.as_deref() {
            Some(to) => {
                format!("{attribute} `{}` of the tenant becomes `{}`", text(&outcome.from), printable(to))
            }
            None => format!(
                "the tenant loses {attribute} `{}`",
                if value.is_empty() { text(&outcome.from) } else { value }
            ),
        },
    };
    let cycle = if outcome.cycle > 1 { "in the cycle after: " } else { "" };
    let certainty = match outcome.certainty {
        Certainty::Documented => "",
        Certainty::Likely => " (likely)",
        Certainty::Disputed => " (disputed)",
    };
    format!("{cycle}{said}{certainty}")
}

/// An object in a few words.
pub(super) fn holder(foretold: &Foretold, party: Party) -> String {
    match party {
        Party::Source(number) => {
            let class = foretold.objects.get(number as usize).map_or("object", |object| object.class.name());
            format!("the {class} {}", printable(short(name(foretold, party))))
        }
        Party::Cloud(number) => {
            let class = foretold.cloud.get(number as usize).map_or("object", |object| object.class.name());
            let title = foretold.cloud_shown.get(number as usize).map_or("", |shown| &*shown.title);
            let title = if title.is_empty() { name(foretold, party) } else { title };
            format!("the cloud {class} `{}`", printable(title))
        }
    }
}

/// The first part of a distinguished name.
fn short(name: &str) -> &str {
    let end = dn::parent(name.as_bytes()).start;
    name.get(..end).map_or(name, |own| own.trim_end_matches([',', ' ']))
}

/// The numbers of a forecast in one line.
pub(super) fn numbers(foretold: &Foretold, chosen: &[usize]) -> String {
    let fates = || {
        chosen.iter().filter_map(|number| {
            Some((foretold.objects.get(*number)?, foretold.forecast.fates.get(*number)?))
        })
    };
    let count =
        |is: &dyn Fn(&Outcome) -> bool| fates().filter(|(_, fate)| fate.outcomes.iter().any(is)).count();
    let of = |kind: Kind| count(&move |outcome: &Outcome| outcome.kind == kind);
    let is_error = |outcome: &Outcome| matches!(outcome.kind, Kind::ExportError | Kind::SyncError);
    let is_sure = |outcome: &Outcome| is_error(outcome) && outcome.certainty != Certainty::Disputed;
    let renamed = |class: Class, outcome: &Outcome| {
        class == Class::User
            && (outcome.kind == Kind::PlaceholderUpn
                || outcome.kind == Kind::Rename && outcome.attribute == Some(Attribute::UserPrincipalName))
    };
    let people = fates()
        .filter(|(object, fate)| fate.outcomes.iter().any(|outcome| renamed(object.class, outcome)))
        .count();
    let verb =
        |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    let mut parts = vec![format!("{} created", of(Kind::Create))];
    let mut add = |count: usize, text: String| {
        if count > 0 {
            parts.push(text);
        }
    };
    let (updated, taken, failing) = (of(Kind::Update), of(Kind::Takeover), count(&is_sure));
    let perhaps = count(&is_error) - failing;
    add(updated, format!("{updated} updated"));
    add(taken, verb(taken, "takes over", "take over"));
    add(failing, verb(failing, "fails", "fail"));
    add(perhaps, format!("{perhaps} may fail"));
    let held = of(Kind::Quarantine);
    add(held, verb(held, "has a value in quarantine", "have values in quarantine"));
    add(people, verb(people, "person's sign-in name changes", "people's sign-in name changes"));
    let filtered = of(Kind::Filtered);
    add(filtered, format!("{filtered} left out"));
    let deleted = of(Kind::Delete) + foretold.forecast.deletions.len();
    add(deleted, format!("{deleted} deleted"));
    parts.join(", ")
}

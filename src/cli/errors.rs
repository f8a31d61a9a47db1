//! `presync errors`: the provisioning errors that a tenant records.

use std::cmp::Ordering;
use std::io::{self, Write};

use rustc_hash::{FxHashMap, FxHashSet};

use super::arguments::{Common, ErrorClass, ErrorFormat, ErrorOrder, Errors};
use super::session::{FAILED, Packs, fail_as, packs, settings, standard_output, style, threads};
use crate::entra::Attribute;
use crate::entra::conflict::{PROPERTIES, Side, State, key, property};
use crate::entra::unique::Key;
use crate::finding::{Problem, Severity};
use crate::language::did_you_mean;
use crate::report;
use crate::report::errors::{First, Format, Listing, Pair};
use crate::run::{Placeholder, Provisioning, Recorded, TENANT, Wanted, open, provisioning};
use crate::source::Store;

pub(super) fn run(options: &Errors, common: &Common, store: &mut Store) -> io::Result<u8> {
    threads(common);
    let schema = (options.format == ErrorFormat::Json).then_some("presync-errors/1");
    let property = match options.property.as_deref().map(named).transpose() {
        Ok(property) => property,
        Err(problem) => return fail_as(schema, &[problem], store, common),
    };
    let settings = match settings(store, common, &options.tenant) {
        Ok(settings) => settings,
        Err(problems) => return fail_as(schema, &problems, store, common),
    };
    let Packs { library, problems } = packs(store, common, &settings.rules);
    if !problems.is_empty() {
        return fail_as(schema, &problems, store, common);
    }
    let of_tenant = settings.sources.iter().filter(|files| files.source.as_deref() == Some(TENANT));
    let wanted = Wanted {
        sources: vec![options.tenant.clone()],
        configured: of_tenant.map(|files| (files.clone(), Some(0))).collect(),
        format: common.input_format.map(Into::into),
        bounds: settings.bounds.clone(),
        ..Wanted::default()
    };
    let files = open(store, &wanted);
    let (symbols, _) = library.symbols(store, &[], &[]);
    let mut found = provisioning(store, &files, &symbols, library.shapes());
    let mut problems = std::mem::take(&mut found.problems);
    let wants = Wants { options, property };
    let errors = wants.errors(&found);
    let placeholders = wants.placeholders(&found);
    let heals = errors.iter().any(|error| error.state == State::Healing) || !placeholders.is_empty();
    if heals && !found.unread.is_empty() {
        let unread = found.unread.join(", ");
        let message = format!("no {unread} were read: one of them may hold what nobody else holds");
        let help = "`presync export-command graph` prints a command that exports users, groups and contacts";
        problems.push(Problem::warning("tenant-classes-missing", message).help(help));
    }
    let pairs = pairs(&found, &errors);
    let listing =
        Listing { found: &found, errors, placeholders, pairs, problems: &problems, by_pair: options.pair };
    let secret = |name: &str| symbols.is_secret(name);
    let style = style(common, &secret);
    let mut out = standard_output();
    report::errors::write(options.format.into(), &listing, store, &style, &mut out)?;
    out.flush()?;
    let mut error = io::stderr().lock();
    report::problems(&problems, store, &style, &mut error)?;
    if !common.quiet && options.format == ErrorFormat::Human {
        report::errors::summary(&listing, &mut error)?;
    }
    error.flush()?;
    let failed = problems.iter().any(|problem| problem.severity == Severity::Error);
    let listed = !listing.errors.is_empty() || !listing.placeholders.is_empty();
    Ok(if failed { FAILED } else { u8::from(listed) })
}

/// The property of an option.
fn named(name: &str) -> Result<Attribute, Problem> {
    property(name).ok_or_else(|| {
        let help = did_you_mean(name, PROPERTIES.iter().map(|(known, _)| *known))
            .unwrap_or_else(|| "write `--property upn` or `--property proxy`".to_owned());
        let message = format!("`--property {name}`: no property of this name causes provisioning errors");
        Problem::error("bad-usage", message).help(help)
    })
}

/// What is to be listed.
struct Wants<'o> {
    options: &'o Errors,
    property: Option<Attribute>,
}

impl Wants<'_> {
    fn errors<'f>(&self, found: &'f Provisioning) -> Vec<&'f Recorded> {
        let key = self.options.value.as_deref().map(key);
        let fits = |error: &&Recorded| {
            let is_healed = !self.options.healed || error.state == State::Healing;
            is_healed
                && self.property.is_none_or(|property| error.attribute == Some(property))
                && key.is_none_or(|key| error.key == key)
                && self.is_of_class(found, error.party)
                && self.is_searched(
                    found,
                    error.party,
                    &[&error.value, error.placeholder.as_deref().unwrap_or_default()],
                )
        };
        let mut errors: Vec<&Recorded> = found.errors.iter().filter(fits).collect();
        if let Some(order) = self.options.sort {
            errors.sort_by(|one, other| compare(order, found, one, other));
        }
        if self.options.reverse {
            errors.reverse();
        }
        if let Some(limit) = self.options.limit {
            let mut kept = FxHashSet::default();
            errors.retain(|error| {
                kept.contains(&error.party) || kept.len() < limit && kept.insert(error.party)
            });
        }
        errors
    }

    fn placeholders<'f>(&self, found: &'f Provisioning) -> Vec<&'f Placeholder> {
        let key = self.options.value.as_deref().map(key);
        let fits = |placeholder: &&Placeholder| {
            self.property.is_none_or(|property| property == Attribute::UserPrincipalName)
                && key.is_none_or(|key| self::key(&placeholder.wanted) == key)
                && self.is_of_class(found, placeholder.party)
                && self.is_searched(found, placeholder.party, &[&placeholder.wanted, &placeholder.name])
        };
        let fitting = found.placeholders.iter().filter(fits);
        fitting.take(self.options.limit.unwrap_or(usize::MAX)).collect()
    }

    fn is_of_class(&self, found: &Provisioning, party: usize) -> bool {
        let class = self.options.class.map(ErrorClass::name);
        class.is_none_or(|class| found.parties.get(party).is_some_and(|party| party.class == class))
    }

    fn is_searched(&self, found: &Provisioning, party: usize, values: &[&str]) -> bool {
        let Some(text) = self.options.search.as_deref().map(str::to_lowercase) else { return true };
        let has = |value: &str| value.to_lowercase().contains(&text);
        let names = found.parties.get(party).is_some_and(|party| {
            has(&party.name) || party.address.as_deref().is_some_and(has) || has(&party.id)
        });
        names || values.iter().any(|value| has(value))
    }
}

fn compare(order: ErrorOrder, found: &Provisioning, one: &Recorded, other: &Recorded) -> Ordering {
    let name = |error: &Recorded| found.parties.get(error.party).map(|party| party.name.to_lowercase());
    let class = |error: &Recorded| found.parties.get(error.party).map(|party| party.class.clone());
    // prefixes do not count, as nowhere in comparisons of addresses
    let value = |error: &Recorded| crate::entra::calculate::split(&error.value).1.to_lowercase();
    match order {
        ErrorOrder::Name => name(one).cmp(&name(other)),
        ErrorOrder::Property => one.property.to_lowercase().cmp(&other.property.to_lowercase()),
        ErrorOrder::Time => one.occurred.cmp(&other.occurred),
        ErrorOrder::Class => class(one).cmp(&class(other)),
        ErrorOrder::Value => value(one).cmp(&value(other)),
    }
}

/// Each victim with each holder of its value; a holder leads to its victims.
fn pairs<'f>(found: &'f Provisioning, errors: &[&'f Recorded]) -> Vec<Pair<'f>> {
    let mut pairs: Vec<Pair<'f>> = Vec::new();
    let mut seen = FxHashSet::default();
    let mut refused: FxHashMap<Key, Vec<&Recorded>> = FxHashMap::default();
    for error in found.errors.iter().filter(|error| error.side == Side::Victim) {
        refused.entry(error.key).or_default().push(error);
    }
    for error in errors {
        let victims = match error.side {
            Side::Holder => refused.get(&error.key).cloned().unwrap_or_default(),
            _ => vec![*error],
        };
        for victim in victims {
            for (holder, held_as) in &victim.holders {
                let is_asked = error.side != Side::Holder || *holder == error.party;
                if is_asked && seen.insert((victim.party, *holder, victim.key, victim.attribute)) {
                    let first = first(found, victim.party, *holder);
                    pairs.push(Pair { error: victim, holder: *holder, held_as: *held_as, first });
                }
            }
        }
    }
    pairs
}

fn first(found: &Provisioning, victim: usize, holder: usize) -> First {
    let created = |number: usize| found.parties.get(number).and_then(|party| party.created);
    match (created(victim), created(holder)) {
        (Some(victim), Some(holder)) if victim < holder => First::Victim,
        (Some(_), Some(_)) => First::Holder,
        _ => First::HolderByValue,
    }
}

impl ErrorClass {
    fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Contact => "contact",
        }
    }
}

impl From<ErrorFormat> for Format {
    fn from(format: ErrorFormat) -> Self {
        match format {
            ErrorFormat::Human => Self::Human,
            ErrorFormat::Json => Self::Json,
            ErrorFormat::Csv => Self::Csv,
        }
    }
}

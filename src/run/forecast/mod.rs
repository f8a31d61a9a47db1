//! The next synchronisation of a directory in files: reads both sides, asks the packs what takes part, and hands everything
//! to the model of [`crate::entra`], with the place of each value.

mod cloud_object;
mod names;
mod scope;
mod source_object;
mod values;
mod verify;

use rayon::prelude::*;

use super::files::Files;
use super::read::{self, Reading};
use super::{Overlay, fetch, problems};
use crate::engine::{Confirm, Directory, Known, Object, Signatures, join};
use crate::entra::{
    AttributeSet, CloudObject, Domain, Forecast, Place, SourceObject, Tenant,
    forecast as next_synchronisation,
};
use crate::finding::{Problem, Severity};
use crate::language::format::Format;
use crate::pack::Rulebook;
use crate::snapshot::value::folded;
use crate::source::{Form, Location, Store};

pub use names::read_names;
pub use scope::{OUT_OF_SCOPE, SCOPE, SCOPE_RULE};
use source_object::Reader;
use values::Collected;

/// The number of the directory among the sources, and that of the tenant.
const SIDES: [u16; 2] = [0, 1];

/// Where a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// The stored value.
    pub location: Location,
    /// How it is written there.
    pub form: Form,
    /// How many bytes at its beginning stand nowhere in the file.
    pub added: u8,
}

/// What people see of an object, beside its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its name: a distinguished name, or an id.
    pub name: String,
    /// What people call it, where the name is an id.
    pub title: String,
    /// Where the name stands.
    pub spot: Spot,
}

/// What a forecast goes by.
#[derive(Debug, Clone)]
pub struct Terms {
    /// The settings of the tenant.
    pub tenant: Tenant,
    /// Somebody said which domains are verified.
    pub knows_domains: bool,
    /// Somebody said which domain the tenant was made with.
    pub knows_initial_domain: bool,
    /// The attribute that is the source anchor, where that is neither objectGUID nor mS-DS-ConsistencyGuid.
    pub anchor: Option<String>,
    /// Files of the tenant were given.
    pub has_tenant: bool,
}

/// A forecast, and all that it speaks of.
#[derive(Debug)]
pub struct Foretold {
    /// The objects of the directory.
    pub objects: Vec<SourceObject>,
    /// The same, as people see them.
    pub shown: Vec<Shown>,
    /// The objects of the tenant.
    pub cloud: Vec<CloudObject>,
    /// The same, as people see them.
    pub cloud_shown: Vec<Shown>,
    /// The places of values, by the numbers that objects give.
    pub spots: Vec<Spot>,
    /// The settings that it was made with.
    pub tenant: Tenant,
    /// What happens.
    pub forecast: Forecast,
    /// What must be known to read it: what was assumed, what cannot be judged.
    pub notes: Vec<String>,
    /// What is wrong with the files. With an error among them nothing is forecast.
    pub problems: Vec<Problem>,
}

/// Says what the next synchronisation does. The names of `book` must hold those of [`read_names`], and its rules are those
/// that leave objects out.
#[must_use]
pub fn forecast(store: &Store, files: &Files, book: &Rulebook, terms: Terms) -> Foretold {
    let plan = &book.plan;
    let now = terms.tenant.now;
    let signatures = Signatures::new(plan);
    let overlay = &Overlay::default();
    let mut reading = read::all(store, files, book, &signatures, now, overlay);
    let partial = std::mem::take(&mut reading.partial);
    let (directory, suspects) = join(plan, partial, &signatures);
    let fetch = fetch::Records { store, reading: &reading, plan, directory: &directory, overlay };
    let world = Known::new(plan, &directory, &fetch, now, terms.tenant.is_complete);
    let confirmed = Confirm { rules: &book.infos }.all(&suspects, &world);
    let mut problems = problems(store, files, &reading, &confirmed, &directory, plan);
    let reasons = scope::reasons(&confirmed.findings);
    let exported = |side| exported(side, book, &directory, &reading, terms.tenant.is_complete);
    let reader =
        Reader { plan, reasons: &reasons, exported: exported(SIDES[0]), anchor: terms.anchor.as_deref() };
    let [main, tenant] = SIDES.map(|side| records(&directory, side));
    let objects: Vec<_> =
        main.par_iter().filter_map(|record| world.with(*record, |object| reader.read(object))?).collect();
    let cloud: Vec<_> = tenant
        .par_iter()
        .filter_map(|record| world.with(*record, |object| cloud_object::read(object, plan))?)
        .collect();
    let mut spots = Vec::new();
    let (objects, shown): (Vec<SourceObject>, Vec<Shown>) = objects
        .into_iter()
        .map(|read| {
            let mut object = read.object;
            object.values = Collected::placed(read.values, &mut spots);
            if let Some(spot) = read.consistency_guid {
                object.consistency_guid_place = u32::try_from(spots.len()).map_or(Place::NONE, Place);
                spots.push(spot);
            }
            (object, read.shown)
        })
        .unzip();
    let (cloud, cloud_shown): (Vec<CloudObject>, Vec<Shown>) = cloud
        .into_iter()
        .map(|(mut object, shown, values)| {
            object.values = Collected::placed(values, &mut spots);
            (object, shown)
        })
        .unzip();
    let mut notes = Vec::new();
    let tenant = settled(&terms, &objects, &cloud, &mut notes);
    problems.extend(verify::not_a_directory(&directory, plan, &shown));
    if terms.has_tenant {
        match verify::not_a_tenant(&directory, plan, &cloud_shown) {
            Some(problem) => problems.push(problem),
            None => problems.extend(verify::missing(&directory, plan, &cloud)),
        }
    } else {
        notes.push("no tenant is given: this is what happens in an empty one".to_owned());
    }
    if objects.is_empty() && !problems.iter().any(|problem| problem.severity == Severity::Error) {
        let message = "the source holds no users, groups or contacts";
        let help = "name the export of the directory first, and the tenant with `--tenant`";
        problems.push(Problem::error("source-nothing-to-forecast", message).help(help));
    }
    let failed = problems.iter().any(|problem| problem.severity == Severity::Error);
    let forecast = if failed { Forecast::default() } else { next_synchronisation(&objects, &cloud, &tenant) };
    if forecast.missing > 0 {
        let (what, they) = if forecast.missing == 1 {
            ("object of the tenant is", "it")
        } else {
            ("objects of the tenant are", "them")
        };
        let missing = forecast.missing;
        notes.push(format!(
            "{missing} synchronised {what} not in the source; if that is complete (`--complete`), the next \
             synchronisation deletes {they}"
        ));
    }
    Foretold { objects, shown, cloud, cloud_shown, spots, tenant, forecast, notes, problems }
}

fn records(directory: &Directory, side: u16) -> Vec<u32> {
    let is_of = |record: &u32| directory.signature(*record).is_some_and(|signature| signature.source == side);
    (0..u32::try_from(directory.rows.len()).unwrap_or(u32::MAX)).filter(is_of).collect()
}

/// The attributes that a side exported: some object has them, or the files say that they were asked for.
fn exported(
    side: u16,
    book: &Rulebook,
    directory: &Directory,
    reading: &Reading,
    is_complete: bool,
) -> AttributeSet {
    if is_complete {
        return AttributeSet::ALL;
    }
    let seen = directory.facts.get(usize::from(side)).map(|facts| facts.seen.as_slice()).unwrap_or_default();
    let was_exported = |name: &str| {
        let slot = book.plan.names.slot(name.as_bytes());
        let is_seen = slot.and_then(|slot| seen.get(usize::from(slot.0))).copied().unwrap_or(false);
        is_seen || reading.was_requested(side, name).unwrap_or(false)
    };
    let attributes = crate::entra::Attribute::all();
    attributes.filter(|(_, name, _)| was_exported(name)).map(|(attribute, ..)| attribute).collect()
}

/// The settings, with what nobody said filled in from the objects; each guess is told.
fn settled(
    terms: &Terms,
    objects: &[SourceObject],
    cloud: &[CloudObject],
    notes: &mut Vec<String>,
) -> Tenant {
    use crate::entra::Attribute::UserPrincipalName;
    let mut tenant = terms.tenant.clone();
    let domain = |name: &str| {
        let domain = name.rsplit_once('@')?.1;
        Some(String::from_utf8_lossy(&folded(domain.as_bytes())).into_owned())
    };
    if !terms.knows_initial_domain {
        let names = cloud.iter().filter_map(|object| object.values.text(UserPrincipalName).and_then(domain));
        let mut initial: Vec<String> = names.filter(|name| is_initial(name)).collect();
        initial.sort_unstable();
        match initial.into_iter().next() {
            Some(found) => tenant.initial_domain = found.into(),
            None => notes.push(format!(
                "nobody says what the initial domain is; it is written `{}` (`--set initial_domain=NAME`)",
                tenant.initial_domain
            )),
        }
    }
    if !terms.knows_domains {
        let names =
            objects.iter().filter_map(|object| object.values.text(UserPrincipalName).and_then(domain));
        let mut domains: Vec<String> =
            names.filter(|name| Format::RoutableDomain.holds(name.as_bytes())).collect();
        domains.sort_unstable();
        domains.dedup();
        tenant
            .domains
            .extend(domains.into_iter().map(|name| Domain { name: name.into(), is_federated: false }));
        notes.push(
            "nobody says which domains are verified; every domain of a sign-in name in the source that can be verified counts as verified \
             (`--tenant domains.json`, or `--set verified_domains=NAMES`)"
                .to_owned(),
        );
    }
    tenant
}

/// The forms that initial domains have in the clouds.
fn is_initial(name: &str) -> bool {
    [".onmicrosoft.com", ".onmicrosoft.us", ".partner.onmschina.cn"].iter().any(|end| name.ends_with(end))
        && !name.contains(".mail.")
}

/// What people see of an object.
fn shown(object: &Object<'_>) -> Shown {
    let record = object.record;
    let text = |text| String::from_utf8_lossy(record.bytes(object.block, text)).into_owned();
    let place = record.dn_place;
    Shown {
        name: text(record.dn),
        title: text(record.title),
        spot: Spot {
            location: Location::new(
                object.file,
                object.offset + u64::from(place.start),
                u64::from(place.length),
            ),
            form: place.form,
            added: 0,
        },
    }
}

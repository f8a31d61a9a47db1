//! The next synchronisation of a directory in files: reads both sides, asks the packs what takes part, and hands everything
//! to the model of [`crate::entra`], with the place of each value.

mod cloud_object;
mod earlier;
mod names;
mod needed;
mod roles;
mod scope;
mod source_object;
mod verify;

use super::files::Files;
use super::read::{self, Reading};
use super::seen::Seen;
use super::{Overlay, fetch, problems, without_class};
use crate::engine::{Confirm, Directory, Known, Signatures, join};
use crate::entra::{
    AttributeSet, CloudObject, Domain, Forecast, Place, Scope, SourceObject, Tenant,
    forecast as next_synchronisation,
};
use crate::finding::{Problem, Severity};
use crate::language::format::Format;
use crate::pack::Rulebook;
use crate::snapshot::value::folded;
use crate::snapshot::{KeptSpot, Spot};
use crate::source::Store;

use cloud_object::CloudRead;
pub use names::read_names;
use roles::Holder;
pub use scope::{OUT_OF_SCOPE, SCOPE, SCOPE_RULE};
use source_object::SourceRead;

/// The number of the directory among the sources.
const MAIN: u16 = 0;
/// The number of an earlier snapshot of it.
const EARLIER: u16 = 2;
/// The name of an earlier snapshot among the sources.
pub const BEFORE: &str = "before";

/// The places of the values of an object, by their numbers.
type Spots = Box<[KeptSpot]>;

/// What people see of an object, beside its name and its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// What people call it, where the name is an id.
    pub title: Box<str>,
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
    pub spots: Vec<KeptSpot>,
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
    let of_source = source_object::Reader::new(&plan.names, terms.anchor.as_deref());
    let of_tenant = cloud_object::Reader::new(store, &plan.names, &terms.tenant);
    let take = |seen: &Seen<'_>| match seen.source {
        MAIN => of_source.read(seen).map(Read::Source),
        EARLIER => of_source.read(seen).map(Read::Earlier),
        _ => of_tenant.read(seen).map(Read::Cloud).or_else(|| of_tenant.holders(seen).map(Read::Holders)),
    };
    let (mut reading, read) = read::all(store, files, book, (&signatures, now, overlay), &take);
    let partial = std::mem::take(&mut reading.partial);
    let (directory, suspects) = join(plan, partial, &signatures);
    let fetch = fetch::Records { store, reading: &reading, plan, directory: &directory, overlay };
    let world = Known::new(plan, &directory, &fetch, now, terms.tenant.is_complete);
    let confirmed = Confirm { rules: &book.infos }.all(&suspects, &world);
    let mut problems = problems(store, files, &reading, &confirmed);
    problems.extend(without_class(&reading, &directory, plan));
    let reasons = scope::reasons(&confirmed.findings);
    let exported = exported(book, &directory, &reading, terms.tenant.is_complete);
    let Sorted { mut sources, earlier, mut clouds, holders } = Sorted::new(read);
    earlier::compare(&mut sources, earlier, &terms.tenant);
    roles::give(holders, &mut clouds);
    let mut missing = verify::anchors(&sources, &clouds);
    if terms.has_tenant {
        let told = clouds.iter().map(|read| (&read.object, read.told));
        missing.extend(needed::missing(told, &reading, verify::tells_roles(&directory, plan, &reading)));
    }
    let count = sources.iter().map(|read| read.spots.len() + 1).sum::<usize>()
        + clouds.iter().map(|read| read.spots.len()).sum::<usize>();
    let mut spots = Vec::with_capacity(count);
    let (objects, shown): (Vec<SourceObject>, Vec<Shown>) = sources
        .into_iter()
        .map(|SourceRead { mut object, shown, spots: own, anchor, .. }| {
            object.exported = object.exported.and(exported);
            if object.scope == Scope::In
                && let Some(reason) = reasons.of(&object)
            {
                object.scope = Scope::Filtered(reason.into());
            }
            object.values = object.values.shifted(spots.len());
            spots.extend(own);
            if let Some(anchor) = anchor {
                object.anchor_place = u32::try_from(spots.len()).map_or(Place::NONE, Place);
                spots.push(anchor.into());
            }
            (object, shown)
        })
        .unzip();
    let (cloud, cloud_shown): (Vec<CloudObject>, Vec<Shown>) = clouds
        .into_iter()
        .map(|CloudRead { mut object, shown, spots: own, .. }| {
            object.values = object.values.shifted(spots.len());
            spots.extend(own);
            (object, shown)
        })
        .unzip();
    let mut notes = Vec::new();
    let tenant = settled(&terms, &objects, &cloud, &mut notes);
    let wrong =
        verify::wrong_files(store, files, (&directory, plan), (&objects, &shown), (&cloud, &cloud_shown));
    problems.extend(match wrong.is_empty() {
        true => missing,
        false => wrong,
    });
    if !terms.has_tenant {
        notes.push("no tenant is given: this is what happens in an empty one".to_owned());
    }
    if let Some((_, count)) = reading.objects(&directory).iter().find(|(class, _)| class == DEVICE) {
        let what = if *count == 1 { "device is" } else { "devices are" };
        notes.push(format!("{count} {what} not forecast: only users, groups and contacts are"));
    }
    if objects.is_empty() && !problems.iter().any(|problem| problem.severity == Severity::Error) {
        let message = "the source holds no users, groups or contacts";
        let help = "name the export of the directory first, and the tenant with `--tenant`";
        problems.push(Problem::error("source-nothing-to-forecast", message).help(help));
    }
    let failed = problems.iter().any(|problem| problem.severity == Severity::Error);
    // the model takes what the engine knew in memory
    drop((directory, suspects, confirmed, reading));
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

/// The class of computers and registered devices.
const DEVICE: &str = "device";

/// What a record is made into.
enum Read {
    Source(SourceRead),
    Earlier(SourceRead),
    Cloud(CloudRead),
    Holders(Vec<Holder>),
}

/// What was read, by what it is.
#[derive(Default)]
struct Sorted {
    sources: Vec<SourceRead>,
    earlier: Vec<SourceRead>,
    clouds: Vec<CloudRead>,
    holders: Vec<Holder>,
}

impl Sorted {
    fn new(read: Vec<Read>) -> Self {
        let mut sorted = Self::default();
        for one in read {
            match one {
                Read::Source(source) => sorted.sources.push(source),
                Read::Earlier(source) => sorted.earlier.push(source),
                Read::Cloud(cloud) => sorted.clouds.push(cloud),
                Read::Holders(more) => sorted.holders.extend(more),
            }
        }
        sorted
    }
}

/// The attributes that the directory exported: some object has them, or the files say that they were asked for.
fn exported(book: &Rulebook, directory: &Directory, reading: &Reading, is_complete: bool) -> AttributeSet {
    if is_complete {
        return AttributeSet::ALL;
    }
    let seen = directory.facts.get(usize::from(MAIN)).map(|facts| facts.seen.as_slice()).unwrap_or_default();
    let was_exported = |name: &str| {
        let slot = book.plan.names.slot(name.as_bytes());
        let is_seen = slot.and_then(|slot| seen.get(usize::from(slot.0))).copied().unwrap_or(false);
        is_seen || reading.was_requested(MAIN, name).unwrap_or(false)
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

impl Shown {
    /// What people see of an object that passes by.
    fn of(seen: &Seen<'_>) -> Self {
        Self { title: seen.title().into(), spot: seen.name_spot() }
    }
}

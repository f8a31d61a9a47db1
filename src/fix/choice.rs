//! Values that several objects hold, and of which nobody but a person can say who keeps them: what each of them would become
//! instead. Nothing of it is done without being asked for.

use std::sync::{Arc, OnceLock};

use data_encoding::BASE64;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::{SmallVec, smallvec};
use xxhash_rust::xxh3::xxh3_64;

use crate::finding::{Change, Finding, Site, Stored};
use crate::language::symbols::Symbols;
use crate::run::{Files, Object, Search, Seen};
use crate::snapshot::Slot;
use crate::snapshot::shape::Shape;
use crate::snapshot::value::{Type, dn, fold_into, guid, number, sid, time};
use crate::source::{Location, Store};

/// A value that several objects hold.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What was found.
    pub finding: Arc<Finding>,
    /// Who holds it; whoever has the best claim comes first: who is in the cloud already, then who has mail, then who can sign in, then
    /// who is older.
    pub holders: Vec<Holder>,
}

/// An object that holds a value.
#[derive(Debug, Clone)]
pub struct Holder {
    /// Its distinguished name.
    pub object: String,
    /// Its class.
    pub class: String,
    /// What speaks for it: `already in the cloud`, `has mail`, ..
    pub claims: Vec<String>,
    /// What it takes for the object to give the value up: it goes where others stay, else gets the next free number, as the
    /// service would give it (`Albert2`).
    pub gives_up: Vec<Arc<Change>>,
}

/// Attributes by which claims are told.
const CLAIMS: [&str; 9] = [
    "msDS-ExternalDirectoryObjectId",
    "mS-DS-ConsistencyGuid",
    "objectGUID",
    "objectSid",
    "mailNickname",
    "homeMDB",
    "msExchRecipientTypeDetails",
    "userAccountControl",
    "whenCreated",
];

/// Attributes of objects of a tenant that say of which object of the directory they were made: its anchor in base64, its
/// identifier, its name.
const ORIGINS: [&str; 3] =
    ["onPremisesImmutableId", "onPremisesSecurityIdentifier", "onPremisesDistinguishedName"];

/// Attributes in which a number may be taken already.
const TAKEN: [&str; 5] = ["proxyAddresses", "mail", "targetAddress", "userPrincipalName", "mailNickname"];

/// The bit of `userAccountControl` by which an account is disabled (MS-ADTS, section 2.2.16).
const DISABLED: i64 = 2;

/// What is offered for findings that are about a value of several objects.
#[must_use]
pub fn choices(
    findings: &[Arc<Finding>],
    (store, files): (&Store, &Files),
    (symbols, shapes): (&Symbols, Vec<Shape>),
) -> Vec<Choice> {
    let own: FxHashSet<_> =
        files.inputs.iter().filter(|input| input.source == 0).map(|input| input.file).collect();
    let shared: Vec<(&Arc<Finding>, Vec<&Site>)> =
        findings.par_iter().filter_map(|finding| Some((finding, shared(finding, symbols, &own)?))).collect();
    if shared.is_empty() {
        return Vec::new();
    }
    let sites = || shared.iter().flat_map(|(_, sites)| sites.iter().copied());
    let named: FxHashSet<&str> = TAKEN.into_iter().chain(sites().filter_map(base)).collect();
    let attributes: Vec<&str> = CLAIMS.into_iter().chain(ORIGINS).chain(named.iter().copied()).collect();
    let search = Search::new(&attributes, symbols, shapes);
    let named: FxHashSet<Slot> = named.into_iter().filter_map(|name| search.slot(name)).collect();
    let mut places: Vec<Location> = sites().map(|site| site.location).collect();
    places.par_sort_unstable();
    let stems = Stems::of(&shared);
    let origins = ORIGINS.map(|name| search.slot(name));
    // most objects are of no interest, and nothing is made of those
    let gathered = search.look(store, files, |seen| {
        let taken = stems.taken(seen, &named);
        let holder = (seen.source == 0 && holds_one(seen.whole(), &places)).then(|| search.object(seen));
        let made_of = if seen.source == 0 { Vec::new() } else { made_of(&search.object(seen), origins) };
        let is_wanted = holder.is_some() || !taken.is_empty() || !made_of.is_empty();
        is_wanted.then_some((holder, taken, made_of))
    });
    let (mut objects, mut taken, mut in_tenant) = (Vec::new(), FxHashSet::default(), FxHashSet::default());
    for (object, more, made_of) in gathered.found {
        taken.extend(more);
        in_tenant.extend(made_of);
        objects.extend(object);
    }
    objects.par_sort_by_key(|object: &Object| object.record);
    let offers = Offers { search: &search, symbols, objects, names: OnceLock::new(), in_tenant };
    let shared = shared.into_par_iter();
    let mut shared: Vec<_> =
        shared.filter_map(|(finding, sites)| Some((finding, offers.parts(&sites)?))).collect();
    // which number is free depends on those that were given before; the rest does not
    for part in shared.iter_mut().flat_map(|(_, parts)| parts).filter(|part| part.stays) {
        part.number =
            part.sites.first().and_then(|site| Named::of(site)).map(|named| numbered(&named, &mut taken));
    }
    let choices = shared.par_iter().filter_map(|(finding, parts)| offers.choice(finding, parts)).collect();
    let Offers { objects, .. } = offers;
    // nobody waits until the memory of so many objects is given back piece by piece
    rayon::spawn(move || drop(objects));
    choices
}

/// Whether one of some places, which are in order, lies in a record.
fn holds_one(record: Location, places: &[Location]) -> bool {
    let first =
        places.partition_point(|place| (place.file, place.span.offset) < (record.file, record.span.offset));
    places.get(first).is_some_and(|place| place.file == record.file && place.span.end() <= record.span.end())
}

/// The first number from 2 on with which nobody is called; it is taken from then on.
fn numbered(named: &Named<'_>, taken: &mut FxHashSet<Vec<u8>>) -> u32 {
    let is_new = |number: &u32| {
        let local = format!("{}{number}", named.local);
        taken.insert(Named { local: &local, ..*named }.key())
    };
    (2..).find(is_new).unwrap_or(2)
}

fn base(site: &Site) -> Option<&str> {
    site.attribute.as_deref()?.split(';').next()
}

/// The places of a finding, if it is about one text that several objects under check hold.
fn shared<'f>(
    finding: &'f Finding,
    symbols: &Symbols,
    own: &FxHashSet<crate::source::FileId>,
) -> Option<Vec<&'f Site>> {
    if finding.fix.is_some() || finding.related.is_empty() {
        return None;
    }
    let sites = std::iter::once(&finding.primary).chain(&finding.related);
    let sites: Vec<&Site> = sites.filter(|site| own.contains(&site.location.file)).collect();
    let is_text = |site: &&Site| {
        base(site)
            .and_then(|name| symbols.attribute(name))
            .is_some_and(|known| known.kind == Type::Text && !known.secret)
    };
    let first = Named::of(sites.first()?)?.key();
    let same = |site: &&Site| Named::of(site).is_some_and(|named| named.key() == first) && site.via.is_none();
    let objects: FxHashSet<&str> = sites.iter().map(|site| site.object.as_str()).collect();
    (objects.len() > 1 && sites.iter().all(is_text) && sites.iter().all(same)).then_some(sites)
}

/// A name or an address, in its parts: `SMTP:`, `joe`, `@contoso.com`.
struct Named<'v> {
    scheme: &'v str,
    local: &'v str,
    domain: &'v str,
}

impl<'v> Named<'v> {
    fn of(site: &'v Site) -> Option<Self> {
        Self::read(std::str::from_utf8(site.value.as_deref()?).ok()?)
    }

    fn read(text: &'v str) -> Option<Self> {
        let is_scheme = |head: &str| !head.is_empty() && head.chars().all(|c| c.is_ascii_alphanumeric());
        let colon = text.find(':').filter(|at| text.get(..*at).is_some_and(is_scheme));
        let (scheme, rest) = text.split_at_checked(colon.map_or(0, |at| at + 1))?;
        let (local, domain) = rest.split_at_checked(rest.rfind('@').unwrap_or(rest.len()))?;
        (!local.is_empty()).then_some(Self { scheme, local, domain })
    }

    /// By what it is compared: without the scheme, without regard to case, and without blanks around it.
    fn key(&self) -> Vec<u8> {
        let (local, domain) = (self.local.trim_start(), self.domain.trim_end());
        let mut key = Vec::with_capacity(local.len() + domain.len());
        fold_into(if domain.is_empty() { local.trim_end() } else { local }.as_bytes(), &mut key);
        fold_into(domain.as_bytes(), &mut key);
        key
    }
}

/// Names that objects may get a number behind, by fingerprints of their keys.
#[derive(Debug, Default)]
struct Stems {
    names: FxHashSet<u64>,
    /// The same without the digits at their end: most values are passed over by these.
    roots: FxHashSet<u64>,
}

impl Stems {
    /// The names that are shared; all places of a finding have one.
    fn of(shared: &[(&Arc<Finding>, Vec<&Site>)]) -> Self {
        let stem = |(_, sites): &(&Arc<Finding>, Vec<&Site>)| {
            let name = Named::of(sites.first()?)?;
            let root = Named { local: name.local.trim_end_matches(is_digit), ..name };
            Some((xxh3_64(&name.key()), xxh3_64(&root.key())))
        };
        let stems: Vec<(u64, u64)> = shared.par_iter().filter_map(stem).collect();
        let (names, roots) = stems.into_iter().unzip();
        Self { names, roots }
    }

    /// Those of the values of an object that are one of the names with a number behind it.
    fn taken(&self, object: &Seen<'_>, named: &FxHashSet<Slot>) -> Vec<Vec<u8>> {
        let values =
            object.values().filter(|value| named.contains(&value.slot) && may_be_numbered(value.bytes));
        let name = |value: &[u8]| self.numbered(&Named::read(std::str::from_utf8(value).ok()?)?);
        values.filter_map(|value| name(value.bytes)).collect()
    }

    /// The key of a name, if it is one of these with a number behind it.
    fn numbered(&self, name: &Named<'_>) -> Option<Vec<u8>> {
        let root = name.local.trim_end_matches(is_digit);
        let key = |local| xxh3_64(&Named { local, ..*name }.key());
        if root.len() == name.local.len() || !self.roots.contains(&key(root)) {
            return None;
        }
        let mut shorter = (root.len()..name.local.len()).filter_map(|end| name.local.get(..end));
        shorter.any(|local| self.names.contains(&key(local))).then(|| name.key())
    }
}

/// Whether a digit stands where a number would end.
fn may_be_numbered(value: &[u8]) -> bool {
    let end = memchr::memrchr(b'@', value).unwrap_or(value.len());
    value.get(..end).and_then(<[u8]>::last).is_some_and(u8::is_ascii_digit)
}

fn is_digit(character: char) -> bool {
    character.is_ascii_digit()
}

/// What an object of another source says of the one that it was made of.
fn made_of(object: &Object, origins: [Option<Slot>; 3]) -> Vec<Vec<u8>> {
    let [anchor, identifier, name] = origins;
    // an anchor of our own attribute is no base64, and is compared as it stands
    let anchors = object.all(anchor).filter(|value| !value.bytes.is_empty()).map(|value| value.bytes.clone());
    let identifiers = object.all(identifier).filter_map(|value| sid(&value.bytes)).map(String::into_bytes);
    let names =
        object.all(name).filter(|value| !value.bytes.is_empty()).map(|value| dn::normalized(&value.bytes));
    anchors.chain(identifiers).chain(names).collect()
}

struct Offers<'o> {
    search: &'o Search,
    symbols: &'o Symbols,
    /// The holders, in the order of the files.
    objects: Vec<Object>,
    /// Their numbers by fingerprints of their names, once somebody asks.
    names: OnceLock<FxHashMap<u64, Vec<usize>>>,
    /// What objects of the tenant say of those that they were made of.
    in_tenant: FxHashSet<Vec<u8>>,
}

/// The places of a finding in one object.
struct Part<'f> {
    /// The number of the object among the holders.
    holder: usize,
    sites: SmallVec<[&'f Site; 2]>,
    /// The object cannot just give it up.
    stays: bool,
    /// What is put behind the name then.
    number: Option<u32>,
}

impl Offers<'_> {
    /// The places of a finding, object by object; none if an object is not at hand.
    fn parts<'f>(&self, sites: &[&'f Site]) -> Option<Vec<Part<'f>>> {
        let mut parts: Vec<Part<'f>> = Vec::new();
        for site in sites {
            let holder = self.holder(site)?;
            let stays = self.stays(self.objects.get(holder)?, site);
            match parts.iter_mut().find(|part| part.holder == holder) {
                Some(part) => {
                    part.sites.push(site);
                    part.stays |= stays;
                }
                None => parts.push(Part { holder, sites: smallvec![*site], stays, number: None }),
            }
        }
        Some(parts)
    }

    fn choice(&self, finding: &Arc<Finding>, parts: &[Part<'_>]) -> Option<Choice> {
        let mut holders = Vec::new();
        for part in parts {
            let object = self.objects.get(part.holder)?;
            let gives_up = self.gives_up(object, part)?;
            let (rank, claims) = self.claims(object);
            let holder =
                Holder { object: object.name.clone(), class: object.class.clone(), claims, gives_up };
            holders.push((rank, holder));
        }
        holders
            .sort_by(|(one, holder), (other, another)| (one, &holder.object).cmp(&(other, &another.object)));
        let holders = holders.into_iter().map(|(_, holder)| holder).collect();
        Some(Choice { finding: Arc::clone(finding), holders })
    }

    /// The number of the object that holds a place.
    fn holder(&self, site: &Site) -> Option<usize> {
        let place = site.location;
        let holds = |number: &usize| {
            self.objects.get(*number).is_some_and(|object| {
                let record = object.record;
                record.file == place.file
                    && record.span.offset <= place.span.offset
                    && place.span.end() <= record.span.end()
                    && object.name == site.object
            })
        };
        let begins = |object: &Object| (object.record.file, object.record.span.offset);
        let behind = self.objects.partition_point(|object| begins(object) <= (place.file, place.span.offset));
        let last = behind.checked_sub(1).filter(holds);
        // objects may stand in each other: there the name tells whose value it is
        last.or_else(|| self.named(&site.object).iter().copied().find(holds))
    }

    /// The numbers of the objects that may have a name.
    fn named(&self, name: &str) -> &[usize] {
        let names = self.names.get_or_init(|| {
            let mut names: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
            for (number, object) in self.objects.iter().enumerate() {
                names.entry(xxh3_64(object.name.as_bytes())).or_default().push(number);
            }
            names
        });
        names.get(&xxh3_64(name.as_bytes())).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether the value cannot just go: where an object has one value, or a primary address.
    fn stays(&self, object: &Object, site: &Site) -> bool {
        let several =
            base(site).and_then(|name| self.symbols.attribute(name)).is_some_and(|known| !known.single);
        let is_primary = site.value.as_deref().is_some_and(|value| value.starts_with(b"SMTP:"));
        // the address of a contact belongs to somebody elsewhere: nobody gives it a number
        object.class != "contact" && (!several || is_primary)
    }

    fn gives_up(&self, object: &Object, part: &Part<'_>) -> Option<Vec<Arc<Change>>> {
        let mut changes = Vec::new();
        for site in &part.sites {
            let named = Named::of(site)?;
            let new = part.number.filter(|_| self.stays(object, site)).map(|number| {
                format!("{}{}{number}{}", named.scheme, named.local, named.domain).into_bytes()
            });
            changes.push(Arc::new(Change {
                object: object.name.clone(),
                name: object.spot.location,
                record: object.record,
                attribute: site.attribute.clone()?,
                old: Some(Stored {
                    value: site.value.clone(),
                    location: site.location,
                    form: site.form,
                    added: site.added,
                    via: site.via,
                }),
                new,
                beside: None,
            }));
        }
        Some(changes)
    }

    /// Whether an object of the tenant was made of this one.
    fn is_in_tenant(&self, object: &Object) -> bool {
        if self.in_tenant.is_empty() {
            return false;
        }
        let first =
            |name: &str| object.all(self.search.slot(name)).next().map(|value| value.bytes.as_slice());
        let anchors = ["mS-DS-ConsistencyGuid", "objectGUID"].into_iter().filter_map(first);
        let anchors = anchors.filter_map(guid).map(|guid| BASE64.encode(&guid).into_bytes());
        let identifier = first("objectSid").and_then(sid).map(String::into_bytes);
        let name = dn::normalized(object.name.as_bytes());
        anchors.chain(identifier).chain([name]).any(|origin| self.in_tenant.contains(&origin))
    }

    /// What speaks for an object, and its rank by it.
    fn claims(&self, object: &Object) -> ((bool, bool, bool, i64), Vec<String>) {
        let has = |name: &str| object.all(self.search.slot(name)).next().is_some();
        let text = |name: &str| object.text(self.search.slot(name));
        let in_cloud = has("msDS-ExternalDirectoryObjectId")
            || has("mS-DS-ConsistencyGuid")
            || self.is_in_tenant(object);
        let has_mail = ["mailNickname", "homeMDB", "msExchRecipientTypeDetails"].into_iter().any(has);
        let control = text("userAccountControl").and_then(|text| number(text.as_bytes()));
        let disabled = control.is_some_and(|control| control & DISABLED != 0);
        let created = text("whenCreated").and_then(|text| time::seconds(text.as_bytes()));
        let day = created.and_then(|created| jiff::Timestamp::from_second(created).ok());
        let day = day.map(|day| format!("created {}", day.strftime("%Y-%m-%d")));
        let said = [
            in_cloud.then(|| "already in the cloud".to_owned()),
            has_mail.then(|| "has mail".to_owned()),
            disabled.then(|| "disabled".to_owned()),
            day,
        ];
        let rank = (!in_cloud, !has_mail, disabled, created.unwrap_or(i64::MAX));
        (rank, said.into_iter().flatten().collect())
    }
}

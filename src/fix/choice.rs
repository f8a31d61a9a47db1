//! Values that several objects hold, and of which nobody but a person can say who keeps them: what each of them would become
//! instead. Nothing of it is done without being asked for.

use std::sync::Arc;

use data_encoding::BASE64;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

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
    pub gives_up: Vec<Change>,
}

/// Attributes by which claims are told.
const CLAIMS: [&str; 10] = [
    "msDS-ExternalDirectoryObjectId",
    "mS-DS-ConsistencyGuid",
    "objectGUID",
    "objectSid",
    "mailNickname",
    "homeMDB",
    "msExchRecipientTypeDetails",
    "targetAddress",
    "userAccountControl",
    "whenCreated",
];

/// Attributes of objects of a tenant that say of which object of the directory they were made: its anchor in base64, its
/// identifier, its name.
const ORIGINS: [&str; 3] =
    ["onPremisesImmutableId", "onPremisesSecurityIdentifier", "onPremisesDistinguishedName"];

/// Attributes in which a number may be taken already.
const TAKEN: [&str; 4] = ["proxyAddresses", "mail", "userPrincipalName", "mailNickname"];

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
    let mut attributes: Vec<&str> = CLAIMS.into_iter().chain(ORIGINS).chain(TAKEN).collect();
    attributes.extend(sites().filter_map(|site| base(site)));
    let search = Search::new(&attributes, symbols, shapes);
    let objects: FxHashSet<&str> = sites().map(|site| site.object.as_str()).collect();
    let stems: Stems = sites().filter_map(Named::of).collect();
    let origins = ORIGINS.map(|name| search.slot(name));
    // most objects are of no interest, and nothing is made of those
    let gathered = search.look(store, files, |seen| {
        let taken = taken(seen, &stems);
        let name = String::from_utf8_lossy(seen.name_bytes());
        let holder = (seen.source == 0 && objects.contains(&*name)).then(|| search.object(seen));
        let made_of = if seen.source == 0 { Vec::new() } else { made_of(&search.object(seen), origins) };
        let is_wanted = holder.is_some() || !taken.is_empty() || !made_of.is_empty();
        is_wanted.then_some((holder, taken, made_of))
    });
    let mut all = Offers {
        search: &search,
        symbols,
        objects: FxHashMap::default(),
        taken: FxHashSet::default(),
        in_tenant: FxHashSet::default(),
    };
    for (object, taken, made_of) in gathered.found {
        all.taken.extend(taken);
        all.in_tenant.extend(made_of);
        if let Some(object) = object {
            all.objects.entry(object.name.clone()).or_default().push(object);
        }
    }
    // which number is free depends on those that were given before; the rest does not
    let parts: Vec<_> =
        shared.into_iter().filter_map(|(finding, sites)| Some((finding, all.parts(&sites)?))).collect();
    let choices = parts.par_iter().filter_map(|(finding, parts)| all.choice(finding, parts)).collect();
    let Offers { objects, .. } = all;
    // nobody waits until the memory of so many objects is given back piece by piece
    rayon::spawn(move || drop(objects));
    choices
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
    if finding.fix.is_some() {
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

/// Those of the values of an object that are one of some names with a number behind it.
fn taken(object: &Seen<'_>, stems: &Stems) -> Vec<Vec<u8>> {
    let named = |value: &[u8]| stems.numbered(&Named::read(std::str::from_utf8(value).ok()?)?);
    object.values().filter_map(|value| named(value.bytes)).collect()
}

/// Names that objects may get a number behind, by their keys.
#[derive(Debug, Default)]
struct Stems {
    names: FxHashSet<Vec<u8>>,
    /// The same without the digits at their end: most values are passed over by these.
    roots: FxHashSet<Vec<u8>>,
}

impl<'v> FromIterator<Named<'v>> for Stems {
    fn from_iter<T: IntoIterator<Item = Named<'v>>>(names: T) -> Self {
        let mut stems = Self::default();
        for name in names {
            stems.names.insert(name.key());
            stems.roots.insert(Named { local: name.local.trim_end_matches(is_digit), ..name }.key());
        }
        stems
    }
}

impl Stems {
    /// The key of a name, if it is one of these with a number behind it.
    fn numbered(&self, name: &Named<'_>) -> Option<Vec<u8>> {
        let root = name.local.trim_end_matches(is_digit);
        if root.len() == name.local.len() || !self.roots.contains(&Named { local: root, ..*name }.key()) {
            return None;
        }
        let shorter = (root.len()..name.local.len()).filter_map(|end| name.local.get(..end));
        let mut stems = shorter.map(|local| Named { local, ..*name }.key());
        stems.any(|stem| self.names.contains(&stem)).then(|| name.key())
    }
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
    /// The holders, by their names; one name may stand in several files.
    objects: FxHashMap<String, Vec<Object>>,
    taken: FxHashSet<Vec<u8>>,
    /// What objects of the tenant say of those that they were made of.
    in_tenant: FxHashSet<Vec<u8>>,
}

/// The places of a finding in one object.
struct Part<'f> {
    sites: Vec<&'f Site>,
    /// What is put behind the name where the object cannot just give it up.
    number: Option<u32>,
}

impl Offers<'_> {
    /// The places of a finding, object by object, each with the next number that is free; none if an object is not at hand.
    fn parts<'f>(&mut self, sites: &[&'f Site]) -> Option<Vec<Part<'f>>> {
        let mut by_object: Vec<(Location, Part<'f>)> = Vec::new();
        for site in sites {
            let record = self.object(site)?.record;
            match by_object.iter_mut().find(|(known, _)| *known == record) {
                Some((_, part)) => part.sites.push(site),
                None => by_object.push((record, Part { sites: vec![site], number: None })),
            }
        }
        let mut parts: Vec<Part<'f>> = by_object.into_iter().map(|(_, part)| part).collect();
        for part in &mut parts {
            let object = self.object(part.sites.first()?)?;
            if part.sites.iter().any(|site| self.stays(object, site)) {
                let named = Named::of(part.sites.first()?)?;
                let number = self.free(&named);
                let local = format!("{}{number}", named.local);
                self.taken.insert(Named { local: &local, ..named }.key());
                part.number = Some(number);
            }
        }
        Some(parts)
    }

    fn choice(&self, finding: &Arc<Finding>, parts: &[Part<'_>]) -> Option<Choice> {
        let mut holders = Vec::new();
        for part in parts {
            let object = self.object(part.sites.first()?)?;
            let gives_up = self.gives_up(object, part)?;
            let (rank, claims) = self.claims(object);
            let holder =
                Holder { object: object.name.clone(), class: object.class.clone(), claims, gives_up };
            holders.push((rank, holder));
        }
        holders.sort_by(|one, other| one.0.cmp(&other.0));
        let holders = holders.into_iter().map(|(_, holder)| holder).collect();
        Some(Choice { finding: Arc::clone(finding), holders })
    }

    /// The object in which a place lies.
    fn object(&self, site: &Site) -> Option<&Object> {
        let place = site.location;
        let holds = |object: &&Object| {
            object.record.file == place.file
                && object.record.span.offset <= place.span.offset
                && place.span.end() <= object.record.span.end()
        };
        self.objects.get(&site.object)?.iter().find(holds)
    }

    /// Whether the value cannot just go: where an object has one value, or a primary address.
    fn stays(&self, object: &Object, site: &Site) -> bool {
        let several =
            base(site).and_then(|name| self.symbols.attribute(name)).is_some_and(|known| !known.single);
        let is_primary = site.value.as_deref().is_some_and(|value| value.starts_with(b"SMTP:"));
        // the address of a contact belongs to somebody elsewhere: nobody gives it a number
        object.class != "contact" && (!several || is_primary)
    }

    fn gives_up(&self, object: &Object, part: &Part<'_>) -> Option<Vec<Change>> {
        let mut changes = Vec::new();
        for site in &part.sites {
            let named = Named::of(site)?;
            let new = part.number.filter(|_| self.stays(object, site)).map(|number| {
                format!("{}{}{number}{}", named.scheme, named.local, named.domain).into_bytes()
            });
            changes.push(Change {
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
            });
        }
        Some(changes)
    }

    /// The first number from 2 on with which nobody is called.
    fn free(&self, named: &Named<'_>) -> u32 {
        let is_free = |number: &u32| {
            let local = format!("{}{number}", named.local);
            !self.taken.contains(&Named { scheme: named.scheme, local: &local, domain: named.domain }.key())
        };
        (2..).find(is_free).unwrap_or(2)
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
    fn claims(&self, object: &Object) -> ((bool, bool, bool, i64, String), Vec<String>) {
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
        let rank = (!in_cloud, !has_mail, disabled, created.unwrap_or(i64::MAX), object.name.clone());
        (rank, said.into_iter().flatten().collect())
    }
}

//! From the rows of a reviewed table to changes of the values in the files.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Wish;
use crate::finding::{Change, Problem, Stored, printable};
use crate::fix::Decision;
use crate::language::did_you_mean;
use crate::language::symbols::Symbols;
use crate::run::{Files, Object, Search, Value};
use crate::snapshot::shape::Shape;
use crate::snapshot::value::dn;
use crate::source::{Location, Store};

/// Finds the values that wishes are about.
///
/// # Errors
/// The wishes that name an object, an attribute or a value that is not there; then none is taken.
pub fn resolve(
    wishes: &[Wish],
    (store, files): (&Store, &Files),
    (symbols, shapes): (&Symbols, Vec<Shape>),
) -> Result<Vec<Decision>, Vec<Problem>> {
    let names: FxHashSet<Vec<u8>> = wishes.iter().map(|wish| dn::normalized(wish.name.as_bytes())).collect();
    let mut attributes: Vec<&str> = wishes.iter().map(|wish| base(&wish.attribute)).collect();
    attributes.sort_unstable();
    attributes.dedup();
    let search = Search::new(&attributes, symbols, shapes);
    let found = search.gather(store, files, |object| {
        let name = dn::normalized(object.name.as_bytes());
        (object.source == 0 && names.contains(&name)).then_some((name, object))
    });
    let mut objects: FxHashMap<Vec<u8>, Vec<Object>> = FxHashMap::default();
    for (name, object) in found.found {
        objects.entry(name).or_default().push(object);
    }
    let sought = Sought { search: &search, symbols, objects };
    let (mut decisions, mut problems) = (Vec::new(), Vec::new());
    let mut taken: FxHashMap<(Location, Vec<u8>), Location> = FxHashMap::default();
    for wish in wishes {
        match sought.changes(wish) {
            Ok(changes) => {
                let spots = changes.iter().map(|change| {
                    let place = change.old.as_ref().map_or(change.name, |old| old.location);
                    (place, change.old.is_none().then(|| change.new.clone()).flatten().unwrap_or_default())
                });
                let again = spots.filter_map(|spot| taken.insert(spot, wish.places[2])).next();
                if let Some(earlier) = again {
                    let problem = Problem::error("review-row", "another row changes this value, too");
                    let problem = problem.at(wish.places[2]).label("again").also(earlier, "the other row");
                    problems.push(problem.help("take the ACTION out of one of them"));
                }
                let changes = changes.into_iter().map(Arc::new).collect();
                decisions.push(Decision { finding: None, changes });
            }
            Err(problem) => problems.push(*problem),
        }
    }
    if problems.is_empty() { Ok(decisions) } else { Err(problems) }
}

fn base(attribute: &str) -> &str {
    attribute.split(';').next().unwrap_or(attribute)
}

struct Sought<'s> {
    search: &'s Search,
    symbols: &'s Symbols,
    objects: FxHashMap<Vec<u8>, Vec<Object>>,
}

impl Sought<'_> {
    fn changes(&self, wish: &Wish) -> Result<Vec<Change>, Box<Problem>> {
        let [name_place, attribute_place, value_place] = wish.places;
        let fault =
            |place: Location, message: String| Box::new(Problem::error("review-row", message).at(place));
        let known = self.symbols.attribute(base(&wish.attribute));
        if known.is_some_and(|attribute| attribute.secret) {
            let message = format!("`{}` is secret, and is changed by hand only", printable(&wish.attribute));
            return Err(fault(attribute_place, message));
        }
        let Some(objects) = self.objects.get(&dn::normalized(wish.name.as_bytes())) else {
            let message = format!("no object has the name `{}`", printable(&wish.name));
            let help = "check the files of the same directory that the table was made of";
            return Err(Box::new(fault(name_place, message).label("not in the files").help(help)));
        };
        let mut changes = Vec::new();
        for object in objects {
            match &wish.old {
                Some(old) => {
                    if let Some(value) = self.value(wish, object, old)? {
                        changes.push(change(wish, object, Some(value), None));
                    }
                }
                None => {
                    self.has_room(wish, object)?;
                    changes.push(change(wish, object, None, self.held(wish, object).last()));
                }
            }
        }
        if !changes.is_empty() {
            return Ok(changes);
        }
        let held: Vec<&Value> = objects.iter().flat_map(|object| self.held(wish, object)).collect();
        let old = String::from_utf8_lossy(wish.old.as_deref().unwrap_or_default());
        let attribute = printable(&wish.attribute);
        let message = format!("`{attribute}` of the object has no value `{}`", printable(&old));
        let texts: Vec<String> = held.iter().map(|value| value.text()).collect();
        let help = match (did_you_mean(&old, texts.iter().map(String::as_str)), texts.as_slice()) {
            (Some(help), _) => help,
            (None, []) => {
                "the object has no value of it; it may have changed since the table was made".to_owned()
            }
            (None, [one]) => format!("its value is `{}`; make the table anew", printable(one)),
            (None, _) => "it may have changed since the table was made; make the table anew".to_owned(),
        };
        Err(Box::new(fault(value_place, message).label("not there").help(help)))
    }

    /// The values of the attribute of a wish.
    fn held<'o>(&self, wish: &Wish, object: &'o Object) -> impl Iterator<Item = &'o Value> {
        let options = wish.attribute.find(';').and_then(|at| wish.attribute.get(at..)).unwrap_or_default();
        let options = options.to_owned();
        object
            .all(self.search.slot(base(&wish.attribute)))
            .filter(move |value| value.options.eq_ignore_ascii_case(&options))
    }

    fn value<'o>(
        &self,
        wish: &Wish,
        object: &'o Object,
        old: &[u8],
    ) -> Result<Option<&'o Value>, Box<Problem>> {
        let mut same = self.held(wish, object).filter(|value| value.bytes == old);
        let first = same.next();
        if same.next().is_none() {
            return Ok(first);
        }
        let old = String::from_utf8_lossy(old);
        let message = format!("`{}` stands twice in `{}`", printable(&old), printable(&wish.attribute));
        let help = "nobody can say which of them is meant: change the file by hand";
        Err(Box::new(Problem::error("review-row", message).at(wish.places[2]).help(help)))
    }

    /// Whether one more value may be added.
    fn has_room(&self, wish: &Wish, object: &Object) -> Result<(), Box<Problem>> {
        let single = self.symbols.attribute(base(&wish.attribute)).is_some_and(|known| known.single);
        let new = wish.new.as_deref().unwrap_or_default();
        let mut held = self.held(wish, object);
        let attribute = printable(&wish.attribute);
        let message = match held.next() {
            Some(value) if single => format!("`{attribute}` holds `{}` already", printable(&value.text())),
            Some(first) if std::iter::once(first).chain(held).any(|value| value.bytes == new) => {
                format!("`{attribute}` holds `{}` already", printable(&String::from_utf8_lossy(new)))
            }
            _ => return Ok(()),
        };
        let help = "write the value that it takes the place of into VALUE";
        Err(Box::new(Problem::error("review-row", message).at(wish.places[2]).help(help)))
    }
}

/// The change that a wish asks for: of a value, or one that adds a value behind another.
fn change(wish: &Wish, object: &Object, value: Option<&Value>, behind: Option<&Value>) -> Change {
    let stored = |value: &Value| Stored {
        value: Some(value.bytes.clone()),
        location: value.spot.location,
        form: value.spot.form,
        added: usize::from(value.spot.added),
        via: value.via,
    };
    Change {
        object: object.name.clone(),
        name: object.spot.location,
        record: object.record,
        attribute: wish.attribute.clone(),
        old: value.map(stored),
        new: wish.new.clone(),
        beside: behind.map(stored),
    }
}

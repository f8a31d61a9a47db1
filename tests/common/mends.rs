//! An object in memory, the built-in rules that judge it, and changes that are made to it.

use std::sync::{Arc, OnceLock};

use data_encoding::BASE64;
use presync::finding::{Change, Finding};
use presync::pack::{BUILT_IN, Library, Rulebook, load};
use presync::run::{Files, Input, Terms, check};
use presync::snapshot::Format;
use presync::source::Store;

/// The attributes of an object with their values.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    class: &'static str,
    values: Vec<(String, Vec<u8>)>,
}

impl Model {
    /// An object with these values; of attributes that hold one, the first.
    pub(crate) fn new<'v>(class: &'static str, values: impl Iterator<Item = (&'v str, &'v str)>) -> Self {
        let mut model = Self { class, values: Vec::new() };
        for (attribute, value) in values {
            let known = model.values.iter().any(|(known, other)| {
                known == attribute
                    && (attribute != "proxyAddresses" || other.eq_ignore_ascii_case(value.as_bytes()))
            });
            if !known {
                model.values.push((attribute.to_owned(), value.as_bytes().to_vec()));
            }
        }
        model
    }

    /// The same with changes. One that speaks of a value that is not there is no change of this object.
    pub(crate) fn mended<'c>(&self, changes: impl Iterator<Item = &'c Change>) -> Self {
        let mut mended = self.clone();
        for change in changes {
            let Some(old) = &change.old else {
                mended.values.push((change.attribute.clone(), change.new.clone().unwrap()));
                continue;
            };
            let old = old.value.as_ref().unwrap();
            let at = mended.values.iter().position(|(name, value)| *name == change.attribute && value == old);
            match (at, &change.new) {
                (Some(at), Some(new)) => mended.values[at].1.clone_from(new),
                (Some(at), None) => drop(mended.values.remove(at)),
                (None, _) => {}
            }
        }
        mended
    }

    pub(crate) fn values_of(&self, attribute: &str) -> impl Iterator<Item = &[u8]> {
        self.values.iter().filter(move |(name, _)| name == attribute).map(|(_, value)| value.as_slice())
    }

    fn ldif(&self) -> String {
        let mut text = format!("dn: CN=Joe,DC=c\nobjectClass: {}\ncn: Joe\n", self.class);
        for (attribute, value) in &self.values {
            text.push_str(&format!("{attribute}:: {}\n", BASE64.encode(value)));
        }
        text
    }
}

/// What the built-in rules of all profiles say of an object that stands alone.
pub(crate) fn judged(model: &Model) -> Vec<Arc<Finding>> {
    static BOOK: OnceLock<Rulebook> = OnceLock::new();
    let book = BOOK.get_or_init(|| {
        let mut store = Store::new();
        let packs = BUILT_IN.iter().map(|(name, text)| {
            let file = store.text(name, text.as_bytes().to_vec());
            load(&store, file, true).unwrap()
        });
        let library = Library::new(packs.collect());
        let set = [("verified_domains".to_owned(), "contoso.com".to_owned())];
        library.compile(&store, &["main".to_owned()], &set, &|rule| Some(rule.severity.into()))
    });
    let mut store = Store::new();
    let file = store.text("a.ldif", model.ldif().into_bytes());
    let files = Files { inputs: vec![Input::of(file, Format::Ldif)], ..Files::default() };
    let terms = Terms { now: 1_767_225_600, complete: true, require_complete: false, metered: false };
    check(&store, &files, book, terms).findings
}

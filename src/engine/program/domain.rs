//! Domains of addresses. A directory has few of them, many rules ask for them, and of most the answers are the same. Domains of which
//! they are form a class with a number, and which classes the addresses of an object have is a part of its
//! [profile](super::profile): what is asked of domains is answered once.

use std::sync::RwLock;

use memchr::memchr;
use rustc_hash::FxHashMap;

use super::kind::Kind;
use super::kinds::{CLASSES, Kinds};
use super::question::Answers;

/// How many domains without a class are counted.
const COUNTED: usize = 4096;

/// The classes, in the order of their numbers: what is answered of their domains. All threads share them.
#[derive(Debug, Default)]
pub(super) struct Classes(RwLock<Vec<Answers>>);

impl Classes {
    /// The classes of the addresses among values.
    pub(super) fn known(&self, kinds: Kinds) -> Known {
        let Ok(all) = self.0.read() else { return Known::default() };
        let of = |kind| kinds.classes(kind)?.map(|number| all.get(number).copied()).collect();
        Known(ADDRESSES.map(of))
    }

    /// The number of the class with these answers, unless there are too many.
    pub(super) fn number(&self, answers: Answers) -> Option<usize> {
        let mut all = self.0.write().ok()?;
        if let Some(known) = all.iter().position(|known| *known == answers) {
            return Some(known);
        }
        if all.len() == CLASSES {
            return None;
        }
        all.push(answers);
        Some(all.len() - 1)
    }
}

/// The kinds of addresses.
const ADDRESSES: [Kind; 3] = [Kind::Address, Kind::Primary, Kind::Secondary];

/// The classes that the domains of addresses of each kind have, where they are known.
#[derive(Debug, Default)]
pub(super) struct Known([Option<Vec<Answers>>; ADDRESSES.len()]);

impl Known {
    /// Those of the addresses of a kind.
    pub(super) fn of(&self, kind: Kind) -> Option<&[Answers]> {
        let number = ADDRESSES.iter().position(|known| *known == kind)?;
        self.0.get(number)?.as_deref()
    }
}

/// What one thread knows of domains.
#[derive(Debug, Default)]
pub(super) struct Domains {
    met: FxHashMap<Box<[u8]>, Met>,
    /// The domains with a class that were met last, the last one first.
    last: [Last; 2],
}

/// A domain with `@` in front of it, and the number of its class.
#[derive(Debug, Default)]
struct Last {
    text: Vec<u8>,
    class: usize,
}

/// A domain that was met.
#[derive(Debug, Clone, Copy)]
enum Met {
    /// So many addresses have it.
    Addresses(u32),
    /// It has a class with a number, or no number is left for it.
    Class(usize),
}

/// Says which class a domain is of, once so many addresses have it.
pub(super) type Sorting<'s> = (u32, &'s dyn Fn(&[u8]) -> Option<usize>);

impl Domains {
    /// The number of the class of the domain of an address, which has one `@`; that of all others if it has none.
    #[inline]
    pub(super) fn class(&mut self, address: &[u8], sorting: Sorting<'_>) -> usize {
        let [first, second] = &mut self.last;
        if first.ends(address) {
            return first.class;
        }
        if second.ends(address) {
            std::mem::swap(first, second);
            return first.class;
        }
        self.search(address, sorting)
    }

    #[inline(never)]
    fn search(&mut self, address: &[u8], (worth, class_of): Sorting<'_>) -> usize {
        let behind = memchr(b'@', address).and_then(|at| address.get(at..));
        let Some((behind, [_, domain @ ..])) = behind.map(|behind| (behind, behind)) else { return CLASSES };
        let class = match self.met.get(domain) {
            Some(Met::Class(class)) => *class,
            known => {
                let addresses = known.map_or(0, |met| met.addresses()) + 1;
                if addresses < worth {
                    self.meet(domain, Met::Addresses(addresses));
                    return CLASSES;
                }
                let class = class_of(domain).unwrap_or(CLASSES);
                self.meet(domain, Met::Class(class));
                class
            }
        };
        if class < CLASSES {
            let [first, second] = &mut self.last;
            std::mem::swap(first, second);
            first.text.clear();
            first.text.extend_from_slice(behind);
            first.class = class;
        }
        class
    }

    fn meet(&mut self, domain: &[u8], met: Met) {
        if let Some(known) = self.met.get_mut(domain) {
            *known = met;
            return;
        }
        if self.met.len() >= COUNTED {
            self.met.retain(|_, met| matches!(met, Met::Class(0..CLASSES)));
            // as many domains as have a class have to be told again then
            if self.met.len() >= COUNTED {
                self.met.clear();
            }
        }
        self.met.insert(domain.into(), met);
    }
}

impl Met {
    fn addresses(self) -> u32 {
        match self {
            Self::Addresses(addresses) => addresses,
            Self::Class(_) => 0,
        }
    }
}

impl Last {
    #[inline]
    fn ends(&self, address: &[u8]) -> bool {
        !self.text.is_empty() && address.ends_with(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Domains with the same first letter are of one class.
    fn by_letter(domain: &[u8]) -> Option<usize> {
        domain.first().map(|letter| usize::from(letter - b'a')).filter(|class| *class < 2)
    }

    #[test]
    fn a_domain_that_many_addresses_have_gets_a_class() {
        let mut domains = Domains::default();
        let mut class = |text: &str| domains.class(text.as_bytes(), (3, &by_letter));
        let of_some = ["SMTP:a@a.de", "SMTP:b@a.de", "SMTP:c@a.de", "x@a.de"].map(&mut class);
        assert_eq!(of_some, [CLASSES, CLASSES, 0, 0], "the third one");
        assert_eq!(class("x@ba.de"), CLASSES, "another domain with the same end");
        let of_both = ["a@b.de", "a@b.de", "a@b.de", "a@a.de", "smtp:a@b.de", "a@A.de"].map(&mut class);
        assert_eq!(of_both, [CLASSES, CLASSES, 1, 0, 1, CLASSES]);
        let of_others = ["a@c.de", "a@c.de", "a@c.de", "a@c.de", "a@a.net", "a@a.net", "a@a.net"];
        let expected = [CLASSES, CLASSES, CLASSES, CLASSES, CLASSES, CLASSES, 0];
        assert_eq!(of_others.map(&mut class), expected, "no number is left; the same class");
    }

    #[test]
    fn domains_that_are_met_once_are_forgotten() {
        let mut domains = Domains::default();
        let mut class = |text: &str| domains.class(text.as_bytes(), (2, &by_letter));
        assert_eq!(["a@a.de", "b@a.de"].map(&mut class), [CLASSES, 0]);
        for other in 0..3 * COUNTED {
            assert_eq!(class(&format!("a@b{other}.de")), CLASSES);
        }
        assert_eq!(["a@b.de", "b@b.de", "a@a.de"].map(&mut class), [CLASSES, 1, 0]);
        for other in 0..3 * COUNTED {
            let address = format!("a@b{other}.de");
            assert_eq!([class(&address), class(&address)], [CLASSES, 1], "many domains have a class");
        }
        assert!(domains.met.len() <= COUNTED);
    }

    #[test]
    fn there_are_not_too_many_classes() {
        let classes = Classes::default();
        let answers = |holds, count| Answers::first(count, |_| holds);
        let some = [(true, 1), (false, 1), (true, 1), (true, 2)];
        let numbers = some.map(|(holds, count)| classes.number(answers(holds, count)));
        assert_eq!(numbers, [Some(0), Some(1), Some(0), Some(2)], "fewer answers are others");
        for count in 0..40 {
            classes.number(answers(false, count));
        }
        assert_eq!((classes.number(answers(false, 41)), classes.number(answers(true, 2))), (None, Some(2)));
    }
}

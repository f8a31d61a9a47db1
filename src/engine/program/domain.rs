//! Domains of addresses. A directory has few of them, and many rules ask for them. Those that most addresses have get a number, and
//! which ones the addresses of an object have is a part of its [profile](super::profile): what is asked of them is answered once.

use std::sync::{Arc, RwLock};

use memchr::memchr;
use rustc_hash::FxHashMap;

use super::kind::Kind;
use super::kinds::{DOMAINS, Kinds};

/// How many domains without a number are counted.
const COUNTED: usize = 4096;

/// The domains that have a number, in this order: all threads share them.
#[derive(Debug, Default)]
pub(super) struct Common(RwLock<Vec<Arc<[u8]>>>);

impl Common {
    /// The domains that the addresses among values have.
    pub(super) fn known(&self, kinds: Kinds) -> Known {
        let Ok(all) = self.0.read() else { return Known::default() };
        let of = |kind| kinds.domains(kind)?.map(|number| all.get(number).cloned()).collect();
        Known(ADDRESSES.map(of))
    }

    /// The number of a domain, unless there are too many.
    fn number(&self, domain: &[u8]) -> Option<usize> {
        let mut all = self.0.write().ok()?;
        if let Some(known) = all.iter().position(|known| **known == *domain) {
            return Some(known);
        }
        if all.len() == DOMAINS {
            return None;
        }
        all.push(domain.into());
        Some(all.len() - 1)
    }
}

/// The kinds of addresses.
const ADDRESSES: [Kind; 3] = [Kind::Address, Kind::Primary, Kind::Secondary];

/// The domains that addresses of each kind have, where they are known.
#[derive(Debug, Default)]
pub(super) struct Known([Option<Vec<Arc<[u8]>>>; ADDRESSES.len()]);

impl Known {
    /// Those of the addresses of a kind.
    pub(super) fn of(&self, kind: Kind) -> Option<&[Arc<[u8]>]> {
        let number = ADDRESSES.iter().position(|known| *known == kind)?;
        self.0.get(number)?.as_deref()
    }
}

/// What one thread knows of domains.
#[derive(Debug, Default)]
pub(super) struct Domains {
    met: FxHashMap<Box<[u8]>, Met>,
    /// The domains with a number that were met last, the last one first.
    last: [Last; 2],
}

/// A domain with `@` in front of it, and its number.
#[derive(Debug, Default)]
struct Last {
    text: Vec<u8>,
    number: usize,
}

/// A domain that was met.
#[derive(Debug, Clone, Copy)]
enum Met {
    /// So many addresses have it.
    Addresses(u32),
    /// It has a number, or no number is left for it.
    Number(usize),
}

impl Domains {
    /// The number of the domain of an address, which has one `@`; that of all others if it has none. A domain gets a number once so
    /// many addresses have it.
    #[inline]
    pub(super) fn number(&mut self, address: &[u8], worth: u32, common: &Common) -> usize {
        let [first, second] = &mut self.last;
        if first.ends(address) {
            return first.number;
        }
        if second.ends(address) {
            std::mem::swap(first, second);
            return first.number;
        }
        self.search(address, worth, common)
    }

    #[inline(never)]
    fn search(&mut self, address: &[u8], worth: u32, common: &Common) -> usize {
        let behind = memchr(b'@', address).and_then(|at| address.get(at..));
        let Some((behind, [_, domain @ ..])) = behind.map(|behind| (behind, behind)) else { return DOMAINS };
        let number = match self.met.get(domain) {
            Some(Met::Number(number)) => *number,
            known => {
                let addresses = known.map_or(0, |met| met.addresses()) + 1;
                if addresses < worth {
                    self.meet(domain, Met::Addresses(addresses));
                    return DOMAINS;
                }
                let number = common.number(domain).unwrap_or(DOMAINS);
                self.meet(domain, Met::Number(number));
                number
            }
        };
        if number < DOMAINS {
            let [first, second] = &mut self.last;
            std::mem::swap(first, second);
            first.text.clear();
            first.text.extend_from_slice(behind);
            first.number = number;
        }
        number
    }

    fn meet(&mut self, domain: &[u8], met: Met) {
        if let Some(known) = self.met.get_mut(domain) {
            *known = met;
            return;
        }
        if self.met.len() >= COUNTED {
            self.met.retain(|_, met| matches!(met, Met::Number(0..DOMAINS)));
        }
        self.met.insert(domain.into(), met);
    }
}

impl Met {
    fn addresses(self) -> u32 {
        match self {
            Self::Addresses(addresses) => addresses,
            Self::Number(_) => 0,
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

    #[test]
    fn a_domain_that_many_addresses_have_gets_a_number() {
        let (common, mut domains) = (Common::default(), Domains::default());
        let mut number = |text: &str| domains.number(text.as_bytes(), 3, &common);
        let of_some = ["SMTP:a@b.de", "SMTP:b@b.de", "SMTP:c@b.de", "x@b.de"].map(&mut number);
        assert_eq!(of_some, [DOMAINS, DOMAINS, 0, 0], "the third one");
        assert_eq!(number("x@bb.de"), DOMAINS, "another domain with the same end");
        let of_both = ["a@c.de", "a@c.de", "a@c.de", "a@b.de", "smtp:a@c.de", "a@B.de"].map(&mut number);
        assert_eq!(of_both, [DOMAINS, DOMAINS, 1, 0, 1, DOMAINS]);
        assert_eq!(Domains::default().number(b"a@c.de", 1, &common), 1, "in another thread");
    }

    #[test]
    fn there_are_not_too_many_numbers() {
        let (common, mut domains) = (Common::default(), Domains::default());
        for number in 0..DOMAINS + 3 {
            let text = format!("a@b{number}.de");
            for _ in 0..2 {
                let given = domains.number(text.as_bytes(), 1, &common);
                assert_eq!(given, number.min(DOMAINS), "{text}");
            }
        }
    }

    #[test]
    fn domains_that_are_met_once_are_forgotten() {
        let (common, mut domains) = (Common::default(), Domains::default());
        let mut number = |text: &str| domains.number(text.as_bytes(), 2, &common);
        assert_eq!(["a@b.de", "b@b.de"].map(&mut number), [DOMAINS, 0]);
        for other in 0..3 * COUNTED {
            assert_eq!(number(&format!("a@b{other}.de")), DOMAINS);
        }
        assert_eq!(["a@c.de", "b@c.de", "a@b.de"].map(&mut number), [DOMAINS, 1, 0]);
        assert!(domains.met.len() <= COUNTED);
    }
}

//! What a file holds of each domain: the names at or above all of its objects. What lies elsewhere was not exported.

use crate::snapshot::value::dn;

/// The names at or above all objects of each domain, the longest first.
#[derive(Debug, Default)]
pub(super) struct Roots {
    domains: Vec<(Vec<u8>, Vec<Vec<u8>>)>,
}

impl Roots {
    /// Takes note of an object by its normalised name.
    pub(super) fn add(&mut self, name: &[u8]) {
        let domain = name.get(dn::domain(name)).unwrap_or_default();
        match self.domains.iter_mut().find(|(known, _)| known == domain) {
            Some((_, above)) if above.len() > 1 => above.retain(|above| is_at_or_under(name, above)),
            // the domain itself is above all of them
            Some(_) => {}
            None => self.domains.push((domain.to_vec(), above(name, domain))),
        }
    }

    /// Each domain with each of these names.
    pub(super) fn all(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.domains
            .iter()
            .flat_map(|(domain, above)| above.iter().map(|name| (domain.as_slice(), name.as_slice())))
    }
}

/// A name and those above it, down to the domain.
fn above(name: &[u8], domain: &[u8]) -> Vec<Vec<u8>> {
    let mut names = vec![name.to_vec()];
    let mut rest = name;
    while !rest.is_empty() && rest != domain {
        rest = rest.get(dn::parent(rest)).unwrap_or_default();
        names.push(rest.to_vec());
    }
    names
}

fn is_at_or_under(name: &[u8], root: &[u8]) -> bool {
    root.is_empty() || name == root || dn::is_under(name, root)
}

#[cfg(test)]
mod tests {
    use super::Roots;

    #[test]
    fn what_is_above_all_of_a_domain_stays() {
        let mut roots = Roots::default();
        for name in ["cn=a,ou=x,ou=s,dc=d", "cn=b,ou=y,ou=s,dc=d", "cn=c,dc=e"] {
            roots.add(name.as_bytes());
        }
        let found: Vec<String> =
            roots.all().map(|(_, name)| String::from_utf8(name.to_vec()).unwrap()).collect();
        assert_eq!(found, ["ou=s,dc=d", "dc=d", "cn=c,dc=e", "dc=e"]);
    }
}

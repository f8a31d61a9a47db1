//! What was exported: the part of each domain below which every object is in the file, as far as one can tell.

/// The longest common ends of the names of a source, one for each domain.
#[derive(Debug, Clone, Default)]
pub struct Subtrees {
    /// Normalised names; every name that was met lies at or under one of them.
    roots: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Subtrees {
    /// Takes note of an object by its normalised name.
    pub fn add(&mut self, name: &[u8]) {
        if self.roots.iter().any(|(domain, root)| domain == root && is_plainly_in(name, domain)) {
            return;
        }
        let domain = domain(name);
        match self.roots.iter_mut().find(|(known, _)| known.as_slice() == domain) {
            Some((_, root)) if is_at_or_under(name, root) => {}
            Some((_, root)) => *root = common(name, root).to_vec(),
            None => self.roots.push((domain.to_vec(), name.to_vec())),
        }
    }

    /// Takes note of all that another has met.
    pub fn join(&mut self, other: &Self) {
        for (_, root) in &other.roots {
            self.add(root);
        }
    }

    /// Whether no distinguished name was met.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.roots.is_empty()
    }

    /// Whether a normalised name lies in what was exported.
    #[must_use]
    pub fn holds(&self, name: &[u8]) -> bool {
        let domain = domain(name);
        self.roots.iter().any(|(known, root)| known.as_slice() == domain && is_at_or_under(name, root))
    }
}

/// The `dc=` parts at the end.
fn domain(name: &[u8]) -> &[u8] {
    name.get(crate::snapshot::value::dn::domain(name)).unwrap_or_default()
}

/// Whether a name lies in a domain, as far as a look at the part before the domain tells.
fn is_plainly_in(name: &[u8], domain: &[u8]) -> bool {
    let Some(rest) = name.strip_suffix(domain).and_then(|rest| rest.strip_suffix(b",")) else { return false };
    let last = memchr::memrchr(b',', rest).map_or(0, |comma| comma + 1);
    !domain.is_empty() && !rest.ends_with(b"\\") && !rest.get(last..).unwrap_or_default().starts_with(b"dc=")
}

fn is_at_or_under(name: &[u8], root: &[u8]) -> bool {
    name == root || root.is_empty() || crate::snapshot::value::dn::is_under(name, root)
}

/// The longest name that both lie at or under.
fn common<'a>(name: &[u8], root: &'a [u8]) -> &'a [u8] {
    let mut rest = root;
    while !rest.is_empty() && !is_at_or_under(name, rest) {
        rest = rest.get(crate::snapshot::value::dn::parent(rest)).unwrap_or_default();
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::Subtrees;

    #[test]
    fn each_domain_has_its_own_root() {
        let mut trees = Subtrees::default();
        for name in ["cn=a,ou=x,ou=s,dc=d", "cn=b,ou=y,ou=s,dc=d", "cn=c,dc=e"] {
            trees.add(name.as_bytes());
        }
        let holds = |name: &str| trees.holds(name.as_bytes());
        assert!(holds("cn=z,ou=s,dc=d") && holds("ou=s,dc=d") && holds("cn=c,dc=e"));
        assert!(!holds("cn=z,ou=t,dc=d") && !holds("cn=d,dc=e") && !holds("cn=a,dc=f"));
    }

    #[test]
    fn a_domain_below_another_is_one_of_its_own() {
        let mut trees = Subtrees::default();
        for name in ["cn=c,dc=e", "dc=e", "cn=f,dc=e", "cn=g,dc=f,dc=e"] {
            trees.add(name.as_bytes());
        }
        assert!(trees.holds(b"cn=d,dc=e") && trees.holds(b"cn=g,dc=f,dc=e"));
        assert!(!trees.holds(b"cn=h,dc=f,dc=e"));
    }
}

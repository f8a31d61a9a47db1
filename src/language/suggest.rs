//! The nearest known name, for a name that is not known.

/// How long the beginning of a name must be to stand for it, in characters.
const BEGINNING: usize = 4;

/// The known name that is nearest to `name`, if it is near enough to be meant: a third of its letters may differ, or `name` is
/// the beginning of no other.
#[must_use]
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    let limit = (wanted.chars().count() / 3).clamp(1, 4);
    let known: Vec<(String, &str)> = known.into_iter().map(|known| (known.to_lowercase(), known)).collect();
    let near = known
        .iter()
        .filter(|(candidate, _)| candidate.len().abs_diff(wanted.len()) <= limit * 2)
        .map(|(candidate, known)| (strsim::damerau_levenshtein(&wanted, candidate), *known))
        .filter(|(distance, _)| *distance <= limit)
        .min();
    near.map(|(_, known)| known).or_else(|| {
        let begins = |candidate: &str| wanted.chars().count() >= BEGINNING && candidate.starts_with(&wanted);
        let mut begun = known.iter().filter(|(candidate, _)| begins(candidate));
        let only = begun.next().filter(|first| begun.all(|other| other.1 == first.1));
        only.map(|(_, known)| *known)
    })
}

/// `did you mean X`, if a known name is near.
#[must_use]
pub fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(name, known).map(|near| format!("did you mean `{near}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_name_is_suggested_and_a_far_one_is_not() {
        assert_eq!(nearest("usr", ["group", "user"]), Some("user"));
        assert_eq!(nearest("proxyAdresses", ["mail", "proxyAddresses"]), Some("proxyAddresses"));
        assert_eq!(nearest("colour", ["mail", "user"]), None);
        assert_eq!(nearest("Suppress", ["select", "suppressions"]), Some("suppressions"));
        assert_eq!(nearest("exten", ["extensionAttribute1", "extensionAttribute2"]), None);
        assert_eq!(nearest("sup", ["suppressions"]), None);
    }
}

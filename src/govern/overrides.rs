//! What a configuration says of findings in some of the files.

use std::path::Path;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::select::Names;
use crate::config::Override;
use crate::finding::{Finding, RuleInfo, Severity, Site};
use crate::pack::{Library, Rulebook};
use crate::source::{FileId, Store, real};

/// Applies what a configuration says of findings in some of the files; how many were left out. A finding with places in several
/// files is as bad as the worst of them.
pub(super) fn apply(
    findings: &mut Vec<Arc<Finding>>,
    overrides: &[Override],
    (library, book): (&Library, &Rulebook),
    store: &Store,
) -> u64 {
    if overrides.is_empty() {
        return 0;
    }
    let packs: Vec<Vec<String>> = library.packs().iter().map(|pack| pack.names(store)).collect();
    let mut known: FxHashMap<(FileId, String), Option<Severity>> = FxHashMap::default();
    let mut severity = |info: &RuleInfo, file: FileId| {
        *known.entry((file, info.id.clone())).or_insert_with(|| {
            let number = book.infos.iter().position(|known| known.id == info.id)?;
            let origin = book.origins.get(number)?;
            let rule = library.packs().get(origin.pack)?.content.rules.get(origin.rule)?;
            let names = Names { rule, packs: packs.get(origin.pack)? };
            let path = real(Path::new(store.name(file)));
            let mut level = Some(info.severity);
            for one in overrides {
                let relative =
                    path.strip_prefix(real(&one.root)).ok().filter(|path| one.matcher.is_match(path));
                if relative.is_none() {
                    continue;
                }
                for (word, other) in &one.severity {
                    if names.have(&word.text) {
                        level = level.and(Some(*other));
                    }
                }
                if one.ignore.iter().any(|word| names.have(&word.text)) {
                    level = None;
                }
            }
            level
        })
    };
    let before = findings.len();
    findings.retain_mut(|finding| {
        let files = |site: &Site| site.location.file;
        let sites = std::iter::once(&finding.primary).chain(&finding.related).map(files);
        let Some(worst) = sites.filter_map(|file| severity(&finding.rule, file)).max() else { return false };
        if worst != finding.rule.severity {
            Arc::make_mut(finding).rule = Arc::new(RuleInfo { severity: worst, ..(*finding.rule).clone() });
        }
        true
    });
    u64::try_from(before - findings.len()).unwrap_or(u64::MAX)
}

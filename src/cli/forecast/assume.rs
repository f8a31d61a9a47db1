//! What if: settings of the tenant as they might be (`--assume NAME=VALUE`).

use crate::entra::Domain;
use crate::finding::Problem;
use crate::language::did_you_mean;
use crate::run::forecast::Terms;

/// The names, each with a value that it takes.
const NAMES: [(&str, &str); 9] = [
    ("verified-domain", "contoso.com"),
    ("federated-domain", "contoso.com"),
    ("initial-domain", "contoso.onmicrosoft.com"),
    ("soft-match", "off"),
    ("soft-match-on-upn", "off"),
    ("hard-match", "off"),
    ("resiliency", "off"),
    ("licensed", "on"),
    ("join-users-by-mail", "on"),
];

/// Changes the terms; what is wrong with the assumptions.
pub(super) fn all(given: &[String], terms: &mut Terms) -> Vec<Problem> {
    given.iter().filter_map(|text| one(text, terms).err()).collect()
}

fn one(text: &str, terms: &mut Terms) -> Result<(), Problem> {
    let (name, value) =
        text.split_once('=').map_or((text.trim(), None), |(name, value)| (name.trim(), Some(value.trim())));
    let Some((_, example)) = NAMES.iter().find(|(known, _)| *known == name) else {
        let known = NAMES.map(|(known, _)| known);
        let help = did_you_mean(name, known).unwrap_or_else(|| format!("known are `{}`", known.join("`, `")));
        return Err(Problem::error(
            "assumption-unknown",
            format!("`--assume {name}` is nothing that can be assumed"),
        )
        .help(help));
    };
    let bad = || {
        Problem::error("assumption-bad-value", format!("`--assume {text}` has no value that fits"))
            .help(format!("write `--assume {name}={example}`"))
    };
    let tenant = &mut terms.tenant;
    if name.ends_with("domain") {
        let value =
            value.filter(|value| value.contains('.') && !value.contains(['@', ' '])).ok_or_else(bad)?;
        match name {
            "initial-domain" => {
                tenant.initial_domain = value.into();
                terms.knows_initial_domain = true;
            }
            _ => {
                let is_federated = name == "federated-domain";
                tenant.domains.retain(|known| !known.name.eq_ignore_ascii_case(value));
                tenant.domains.push(Domain { name: value.into(), is_federated });
            }
        }
        return Ok(());
    }
    let is_on = match value {
        Some("on") => true,
        Some("off") => false,
        // `--assume licensed`
        None if name == "licensed" => true,
        _ => return Err(bad()),
    };
    match name {
        "soft-match" => tenant.is_soft_match_blocked = !is_on,
        "soft-match-on-upn" => tenant.is_soft_match_on_upn = is_on,
        "hard-match" => tenant.is_hard_match_blocked = !is_on,
        "licensed" => tenant.assumes_licensed = is_on,
        "join-users-by-mail" => tenant.joins_users_by_mail = is_on,
        _ => {
            tenant.is_upn_resilient = is_on;
            tenant.is_proxy_resilient = is_on;
        }
    }
    Ok(())
}

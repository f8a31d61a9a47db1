//! Placeholder names: what a user gets whose user principal name is taken (E-DAR, PAGE-DAR).

use super::calculate::{domain, local_part};
use super::tenant::is_same;

/// The digits that the service draws at random, as reports write them.
pub const RANDOM: &str = "NNNN";

/// The placeholder of a user principal name: its part before `@`, four digits, and the initial domain. The `+` in the
/// pages stands for "followed by" (entra.md 2.3: three examples have none).
#[must_use]
pub fn placeholder(user_principal_name: &str, initial_domain: &str) -> String {
    format!("{}{RANDOM}@{initial_domain}", local_part(user_principal_name))
}

/// The placeholder without digits, which the service may use where it is free (GH-1290).
#[must_use]
pub fn plain(user_principal_name: &str, initial_domain: &str) -> String {
    format!("{}@{initial_domain}", local_part(user_principal_name))
}

/// Whether a name of the tenant is a placeholder of a user principal name: at an initial domain, with its part before
/// `@`, perhaps a `+`, and four digits or none. The digits may be [`RANDOM`], in a tenant that is itself a forecast.
#[must_use]
pub fn is_placeholder_of(name: &str, user_principal_name: &str) -> bool {
    if !is_initial_domain(domain(name)) || is_initial_domain(domain(user_principal_name)) {
        return false;
    }
    let (local, wanted) = (local_part(name), local_part(user_principal_name));
    if is_same(local, wanted) {
        return true;
    }
    let cut = local.len().saturating_sub(4);
    let (Some(head), Some(digits)) = (local.get(..cut), local.get(cut..)) else { return false };
    let is_drawn = digits == RANDOM || digits.bytes().all(|byte| byte.is_ascii_digit());
    is_drawn && is_same(head.strip_suffix('+').unwrap_or(head), wanted)
}

/// Whether a domain is an initial one, of any cloud.
#[must_use]
pub fn is_initial_domain(domain: &str) -> bool {
    let lower = domain.to_lowercase();
    [".onmicrosoft.com", ".onmicrosoft.us", ".partner.onmschina.cn", ".onmicrosoft.de"]
        .iter()
        .any(|suffix| lower.ends_with(suffix))
}

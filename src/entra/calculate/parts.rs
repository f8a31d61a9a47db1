//! Parts of addresses, by the functions of the rule language.

use crate::language::function::{Function, Outcome};

fn part(function: Function, text: &str) -> &str {
    match function.apply(text.as_bytes(), &[]) {
        Outcome::Part(range) => text.get(range).unwrap_or_default(),
        _ => text,
    }
}

/// What stands before the last `@`; all of it if there is none.
#[must_use]
pub fn local_part(address: &str) -> &str {
    part(Function::LocalPart, address)
}

/// What stands behind the last `@`; nothing if there is none.
#[must_use]
pub fn domain(address: &str) -> &str {
    part(Function::Domain, address)
}

/// The type and the address of a proxy address: `SMTP` and `joe@contoso.com` of `SMTP:joe@contoso.com`. The type is empty
/// where there is none.
#[must_use]
pub fn split(proxy: &str) -> (&str, &str) {
    (part(Function::Scheme, proxy), part(Function::Address, proxy))
}

/// Whether a proxy address is of type SMTP.
#[must_use]
pub fn is_smtp(proxy: &str) -> bool {
    split(proxy).0.eq_ignore_ascii_case("smtp")
}

/// Whether a proxy address is of type SMTP and the primary one: its type is written in capitals.
#[must_use]
pub fn is_primary(proxy: &str) -> bool {
    split(proxy).0 == "SMTP"
}

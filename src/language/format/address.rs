//! Formats of addresses and sign-in names.
//!
//! What is allowed follows "Prepare for directory synchronization to Microsoft 365" and the password policy page of
//! Entra ID for user principal names, RFC 5321 and 5322 for SMTP addresses, narrowed by the characters that the first
//! page names for `proxyAddresses`.

use std::ops::Range;

use memchr::{memchr, memrchr};

use super::text::forbidden;
use super::{Faults, fault};
use crate::finding::is_invisible;

/// Bit 1: allowed in the local part of an SMTP address; bit 2: in the user part of a user principal name; bit 4: in a
/// label of a domain.
// evaluated by the compiler, which checks the index
#[allow(clippy::indexing_slicing)]
const CLASSES: [u8; 128] = {
    let mut table = [0; 128];
    let mut byte = 0;
    while byte < 128 {
        let c = byte as u8;
        let alphanumeric = c.is_ascii_alphanumeric();
        let smtp = alphanumeric
            || matches!(
                c,
                b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'-' | b'/' | b'=' | b'?' | b'^'
            )
            || matches!(c, b'_' | b'`' | b'{' | b'|' | b'}' | b'~' | b'.');
        let upn = alphanumeric || matches!(c, b'\'' | b'.' | b'-' | b'_' | b'!' | b'#' | b'^' | b'~');
        table[byte] = smtp as u8 | (upn as u8) << 1 | ((alphanumeric || c == b'-') as u8) << 2;
        byte += 1;
    }
    table
};

fn is_of(byte: u8, class: u8) -> bool {
    CLASSES.get(usize::from(byte)).is_some_and(|bits| bits & class != 0)
}

/// `local@domain` of plain ASCII, without a corner that needs a closer look.
fn is_plain(value: &[u8], class: u8, longest: usize) -> bool {
    let Some(at) = memchr(b'@', value) else { return false };
    let (Some(local), Some(domain)) = (value.get(..at), value.get(at + 1..)) else { return false };
    let proper = !local.is_empty()
        && local.len() <= longest
        && local.iter().all(|byte| is_of(*byte, class))
        && local.first() != Some(&b'.')
        && local.last() != Some(&b'.')
        && memchr::memmem::find(local, b"..").is_none();
    proper && is_plain_domain(domain)
}

/// At least two labels of letters, digits and inner hyphens, the last one not all digits.
fn is_plain_domain(domain: &[u8]) -> bool {
    let mut labels = 0;
    let mut last_has_letter = false;
    for label in domain.split(|byte| *byte == b'.') {
        let proper = !label.is_empty()
            && label.len() <= 63
            && label.iter().all(|byte| is_of(*byte, 4))
            && label.first() != Some(&b'-')
            && label.last() != Some(&b'-');
        if !proper {
            return false;
        }
        labels += 1;
        last_has_letter = label.iter().any(u8::is_ascii_alphabetic);
    }
    labels >= 2 && last_has_letter && domain.len() <= 253
}

pub(super) fn is_plain_smtp(value: &[u8]) -> bool {
    is_plain(value, 1, 64)
}

pub(super) fn is_plain_upn(value: &[u8]) -> bool {
    value.len() <= 113
        && is_plain(value, 2, 64)
        && memrchr(b'@', value).is_some_and(|at| value.len() - at - 1 <= 48)
}

/// An address at `base` of the whole value.
fn smtp_at(value: &[u8], base: usize) -> Faults {
    let Some(at) = memrchr(b'@', value) else { return without_at(value, base, smtp_forbidden) };
    let local = value.get(..at).unwrap_or_default();
    let domain = value.get(at + 1..).unwrap_or_default();
    let mut faults = forbidden(local, base, smtp_forbidden);
    if local.is_empty() {
        faults.push(fault(base..base + 1, "nothing before `@`"));
    }
    if local.chunk_length() > 64 {
        faults.push(fault(base..base + at, "more than 64 characters before `@`"));
    }
    faults.extend(periods(local, base));
    faults.extend(domain_name(domain, base + at + 1));
    sorted(faults)
}

trait ChunkLength {
    fn chunk_length(&self) -> usize;
}

impl ChunkLength for [u8] {
    /// The number of characters.
    fn chunk_length(&self) -> usize {
        self.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum()
    }
}

fn smtp_forbidden(character: char) -> bool {
    u8::try_from(character).map_or(true, |byte| !is_of(byte, 1))
}

fn upn_forbidden(character: char) -> bool {
    u8::try_from(character).map_or(true, |byte| !is_of(byte, 2))
}

fn without_at(value: &[u8], base: usize, is_forbidden: fn(char) -> bool) -> Faults {
    let mut faults = forbidden(value, base, is_forbidden);
    faults.push(fault(base..base + value.len(), "no `@`"));
    faults
}

/// Periods where none may stand: at the beginning, before `@`, side by side.
fn periods(local: &[u8], base: usize) -> Faults {
    let mut faults = Vec::new();
    for (at, _) in local.iter().enumerate().filter(|(_, byte)| **byte == b'.') {
        let reason = if at == 0 {
            "a period at the beginning"
        } else if at + 1 == local.len() {
            "a period before `@`"
        } else if local.get(at + 1) == Some(&b'.') {
            "two periods side by side"
        } else {
            continue;
        };
        let length = if reason.starts_with("two") { 2 } else { 1 };
        faults.push(fault(base + at..base + at + length, reason));
    }
    faults
}

fn sorted(mut faults: Faults) -> Faults {
    faults.sort_by_key(|fault| (fault.range.start, fault.range.end));
    faults
}

pub(super) fn smtp(value: &[u8]) -> Faults {
    smtp_at(value, 0)
}

pub(super) fn upn(value: &[u8]) -> Faults {
    let Some(at) = memrchr(b'@', value) else { return without_at(value, 0, upn_forbidden) };
    let user = value.get(..at).unwrap_or_default();
    let domain = value.get(at + 1..).unwrap_or_default();
    let mut faults = forbidden(user, 0, upn_forbidden);
    if user.is_empty() {
        faults.push(fault(0..1, "nothing before `@`"));
    }
    if user.last() == Some(&b'.') {
        faults.push(fault(at - 1..at, "a period before `@`"));
    }
    if user.chunk_length() > 64 {
        faults.push(fault(0..at, "more than 64 characters before `@`"));
    }
    if domain.chunk_length() > 48 {
        faults.push(fault(at + 1..value.len(), "more than 48 characters behind `@`"));
    }
    faults.extend(domain_name(domain, at + 1));
    sorted(faults)
}

/// A DNS name (RFC 1123, 2.1; RFC 5890 for other letters than ASCII) at `base` of the whole value.
pub(super) fn domain_name(domain: &[u8], base: usize) -> Faults {
    if is_plain_domain(domain) {
        return Vec::new();
    }
    let whole = base..base + domain.len();
    if domain.is_empty() {
        return vec![fault(whole, "no domain")];
    }
    let mut faults = forbidden(domain, base, |character| {
        let byte = u8::try_from(character).ok().filter(u8::is_ascii);
        match byte {
            Some(byte) => !is_of(byte, 4) && byte != b'.',
            None => is_invisible(character) || !character.is_alphanumeric(),
        }
    });
    if faults.is_empty() {
        faults = labels(domain, base);
    }
    if faults.is_empty() && !domain.is_ascii() {
        let ascii = std::str::from_utf8(domain).ok().and_then(|text| idna::domain_to_ascii_strict(text).ok());
        if ascii.is_none_or(|ascii| ascii.len() > 253) {
            faults.push(fault(whole.clone(), "no domain name that can be written in ASCII"));
        }
    }
    if faults.is_empty() && domain.len() > 253 {
        faults.push(fault(whole, "more than 253 characters in the domain"));
    }
    faults
}

fn labels(domain: &[u8], base: usize) -> Faults {
    let mut faults = Vec::new();
    let mut start = 0;
    let mut count = 0;
    let mut last: Range<usize> = 0..0;
    for label in domain.split(|byte| *byte == b'.') {
        let range = base + start..base + start + label.len();
        if label.is_empty() {
            let at = (base + start).min(base + domain.len() - 1);
            let at = if at + 1 == base + domain.len() || start == 0 { at } else { at - 1 };
            faults.push(fault(at..at + 1, "a period too much in the domain"));
        } else if label.first() == Some(&b'-') {
            faults.push(fault(range.start..range.start + 1, "a hyphen at the beginning of a label"));
        } else if label.last() == Some(&b'-') {
            faults.push(fault(range.end - 1..range.end, "a hyphen at the end of a label"));
        } else if label.chunk_length() > 63 {
            faults.push(fault(range.clone(), "more than 63 characters in a label"));
        }
        start += label.len() + 1;
        count += 1;
        last = range;
    }
    let digits = domain.get(last.start - base..last.end - base).unwrap_or_default();
    if faults.is_empty() && count < 2 {
        faults.push(fault(last, "a domain of one label"));
    } else if faults.is_empty() && digits.iter().all(u8::is_ascii_digit) {
        faults.push(fault(last, "a top-level domain of digits"));
    }
    faults
}

/// Suffixes that never resolve on the internet (RFC 6761, 6762, 8375, 9476, and those that ICANN keeps back).
const PRIVATE: &[&str] = &[
    "local",
    "localhost",
    "internal",
    "corp",
    "home",
    "mail",
    "lan",
    "test",
    "example",
    "invalid",
    "onion",
    "alt",
    "intranet",
    "private",
    "localdomain",
    "arpa",
];

/// A domain name whose suffix is in the public suffix list, so that it can be bought and verified.
pub(super) fn routable(value: &[u8]) -> Faults {
    let faults = domain_name(value, 0);
    if !faults.is_empty() {
        return faults;
    }
    let lower = String::from_utf8_lossy(value).to_lowercase();
    let ascii = idna::domain_to_ascii(&lower).unwrap_or(lower);
    let private = ascii.rsplit('.').next().is_some_and(|last| PRIVATE.contains(&last));
    let known = psl::suffix(ascii.as_bytes()).is_some_and(|suffix| suffix.is_known());
    let registered = psl::domain(ascii.as_bytes()).is_some();
    if private || !known || !registered {
        let start = memrchr(b'.', value).map_or(0, |dot| dot + 1);
        let start = if private || !known { start } else { 0 };
        return vec![fault(start..value.len(), "a suffix that is not on the internet")];
    }
    Vec::new()
}

/// A type of letters and digits, `:`, and an address of that type.
pub(super) fn proxy(value: &[u8]) -> Faults {
    let Some(colon) = memchr(b':', value) else {
        return vec![fault(0..value.len(), "no type before the address, such as `smtp:`")];
    };
    let kind = value.get(..colon).unwrap_or_default();
    let rest = value.get(colon + 1..).unwrap_or_default();
    let mut faults = forbidden(kind, 0, |character| !character.is_ascii_alphanumeric() && character != '-');
    if kind.is_empty() {
        faults.push(fault(0..1, "nothing before `:`"));
    }
    if rest.is_empty() {
        faults.push(fault(colon..colon + 1, "nothing behind `:`"));
        return faults;
    }
    if kind.eq_ignore_ascii_case(b"smtp") {
        faults.extend(smtp_at(rest, colon + 1));
    } else if kind.eq_ignore_ascii_case(b"x500") {
        faults.extend(x500_at(rest, colon + 1));
    } else if kind.eq_ignore_ascii_case(b"sip") {
        faults.extend(sip_at(rest, colon + 1));
    } else {
        faults
            .extend(forbidden(rest, colon + 1, |character| is_invisible(character) && character != '\u{A0}'));
    }
    faults
}

fn x500_at(rest: &[u8], base: usize) -> Faults {
    let mut faults = forbidden(rest, base, is_invisible);
    if rest.first() != Some(&b'/') {
        let end = base + rest.len().min(1);
        faults.insert(0, fault(base..end, "no `/` at the beginning of the name"));
    }
    faults
}

pub(super) fn x500(value: &[u8]) -> Faults {
    match value.get(..5) {
        Some(head) if head.eq_ignore_ascii_case(b"x500:") => x500_at(value.get(5..).unwrap_or_default(), 5),
        _ => vec![fault(0..value.len(), "no `X500:`")],
    }
}

fn sip_at(rest: &[u8], base: usize) -> Faults {
    smtp_at(rest, base)
}

pub(super) fn sip(value: &[u8]) -> Faults {
    match value.get(..4) {
        Some(head) if head.eq_ignore_ascii_case(b"sip:") => sip_at(value.get(4..).unwrap_or_default(), 4),
        _ => vec![fault(0..value.len(), "no `sip:`")],
    }
}

//! Formats of names and identifiers.

use super::{Faults, fault};
use crate::snapshot::value;

fn unless(holds: bool, value: &[u8], reason: &str) -> Faults {
    if holds { Vec::new() } else { vec![fault(0..value.len(), reason)] }
}

pub(super) fn dn(text: &[u8]) -> Faults {
    unless(value::dn::normalize_into(text, &mut Vec::new()), text, "no distinguished name")
}

pub(super) fn guid(text: &[u8]) -> Faults {
    unless(value::guid(text).is_some(), text, "no GUID")
}

pub(super) fn sid(text: &[u8]) -> Faults {
    unless(value::sid(text).is_some(), text, "no security identifier")
}

pub(super) fn generalized_time(text: &[u8]) -> Faults {
    let time = std::str::from_utf8(text).ok().and_then(value::time::generalized);
    unless(time.is_some(), text, "no time as LDAP writes it")
}

/// The officially assigned codes of ISO 3166-1 alpha-2, and `XK`, which Microsoft uses for Kosovo.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR \
    BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES \
    ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN \
    IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG \
    MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL \
    PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF \
    TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

/// For each first letter, the second letters as bits.
// evaluated by the compiler, which checks the indexes
#[allow(clippy::indexing_slicing)]
const BY_LETTER: [u32; 26] = {
    let codes = COUNTRIES.as_bytes();
    let mut table = [0; 26];
    let mut at = 0;
    while at < codes.len() {
        table[(codes[at] - b'A') as usize] |= 1 << (codes[at + 1] - b'A');
        at += 3;
    }
    table
};

pub(super) fn country_code(text: &[u8]) -> Faults {
    let known = match text {
        [first, second] if first.is_ascii_alphabetic() && second.is_ascii_alphabetic() => {
            let letter = |byte: &u8| byte.to_ascii_uppercase() - b'A';
            let seconds = BY_LETTER.get(usize::from(letter(first)));
            seconds.is_some_and(|seconds| seconds >> letter(second) & 1 == 1)
        }
        _ => false,
    };
    unless(known, text, "no country of ISO 3166")
}

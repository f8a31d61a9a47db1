//! The attributes that objects of all kinds have in Active Directory.

use super::names::BASE;
use super::object::Object;
use super::random::Random;

/// 2026-11-16 06:00 UTC, when this export would have been made, in 100 nanoseconds since 1601.
const EXPORTED: i64 = 134_392_824_000_000_000;

/// A day in the same unit.
const DAY: u64 = 864_000_000_000;

/// The classes and the attributes that stand at the beginning of an object.
pub(crate) fn head(object: &mut Object, classes: &[&str], dn: &str, cn: &str, random: &mut Random) {
    object.texts("objectClass", classes);
    object.text("cn", cn);
    object.text("distinguishedName", dn);
    object.number("instanceType", 4);
    object.text("whenCreated", &moment(random, 2012, 14));
    object.text("whenChanged", &moment(random, 2026, 1));
    object.number("uSNCreated", 8_000 + random.below(90_000_000) as i64);
}

/// The identifiers: name, GUID and category.
pub(crate) fn identifiers(object: &mut Object, cn: &str, category: &str, random: &mut Random) {
    object.text("name", cn);
    object.bytes("objectGUID", &guid(random));
    object.text("objectCategory", &format!("CN={category},CN=Schema,CN=Configuration,{BASE}"));
    object.text("dSCorePropagationData", "16010101000000.0Z");
}

/// The security identifier `S-1-5-21-..` with this relative identifier.
pub(crate) fn sid(object: &mut Object, relative: u64) {
    let mut bytes = vec![1, 5, 0, 0, 0, 0, 0, 5];
    for part in [21_u32, 1_724_605_332, 2_961_433_017, 839_522_115, relative as u32] {
        bytes.extend_from_slice(&part.to_le_bytes());
    }
    object.bytes("objectSid", &bytes);
}

/// A time in the last `days` days before the export, as Active Directory counts: 100 nanoseconds since 1601.
pub(crate) fn recent(random: &mut Random, days: u64) -> i64 {
    EXPORTED - random.below(days * DAY) as i64
}

/// A moment in one of `years` years, as GeneralizedTime; before October, so that it lies before the export.
fn moment(random: &mut Random, year: u64, years: u64) -> String {
    format!(
        "{}{:02}{:02}{:02}{:02}{:02}.0Z",
        year + random.below(years),
        1 + random.below(9),
        1 + random.below(28),
        random.below(24),
        random.below(60),
        random.below(60)
    )
}

fn guid(random: &mut Random) -> [u8; 16] {
    let bits = u128::from(random.next()) << 64 | u128::from(random.next());
    uuid_version_4(bits).to_le_bytes()
}

/// Marks the bits as a random GUID (RFC 9562, 5.4), in the byte order of Active Directory.
fn uuid_version_4(bits: u128) -> u128 {
    const VERSION: u128 = 0xf << (7 * 8 + 4);
    const VARIANT: u128 = 0b11 << (8 * 8 + 6);
    (bits & !VERSION & !VARIANT) | 4 << (7 * 8 + 4) | 0b10 << (8 * 8 + 6)
}

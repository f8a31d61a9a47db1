//! Points in time as directories write them, in seconds since 1970.

use jiff::Timestamp;
use jiff::civil::Date;

/// Seconds between 1601, when FILETIME begins, and 1970.
const FILETIME_EPOCH: i64 = 11_644_473_600;
/// The FILETIME that means never.
const NEVER: i64 = i64::MAX;

/// The time of a value: GeneralizedTime (RFC 4517, 3.3.13: `20260101120000.0Z`), FILETIME (100 ns since 1601; 0 and
/// 0x7FFFFFFFFFFFFFFF mean never, which is no time), ISO 8601, or `/Date(..)/`.
#[must_use]
pub fn seconds(value: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(value).ok()?.trim();
    generalized(text).or_else(|| filetime(text)).or_else(|| iso(text)).or_else(|| date(text))
}

/// `/Date(1767268800000)/`, milliseconds since 1970, as Windows PowerShell writes it; an offset behind them (`+0100`) tells
/// only how to show it.
fn date(text: &str) -> Option<i64> {
    let inner = text.strip_prefix("/Date(")?.strip_suffix(")/")?;
    let sign = inner.len() - inner.trim_start_matches('-').len();
    let end = inner.get(sign..)?.find(['+', '-']).map_or(inner.len(), |at| at + sign);
    let (milliseconds, offset) = inner.split_at_checked(end)?;
    let is_offset = offset.is_empty() || zone(offset).is_some();
    milliseconds.parse::<i64>().ok().filter(|_| is_offset).map(|count| count.div_euclid(1000))
}

fn filetime(text: &str) -> Option<i64> {
    let ticks: i64 = text.parse().ok()?;
    // shorter numbers are no time of this millennium
    if ticks == 0 || ticks == NEVER || text.len() < 17 {
        return None;
    }
    Some(ticks.div_euclid(10_000_000) - FILETIME_EPOCH)
}

fn iso(text: &str) -> Option<i64> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time.as_second());
    }
    let civil: jiff::civil::DateTime = text
        .parse()
        .or_else(|_| text.parse::<Date>().map(|date| date.to_datetime(jiff::civil::Time::midnight())))
        .ok()?;
    Some(civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second())
}

/// `YYYYMMDDHH[MM[SS]][(.|,)fraction](Z|+HHMM|-HHMM)`.
#[must_use]
pub fn generalized(text: &str) -> Option<i64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if !matches!(digits, 10 | 12 | 14) {
        return None;
    }
    let number = |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse::<i8>().ok());
    let year: i16 = text.get(..4)?.parse().ok()?;
    let minute = if digits >= 12 { number(10, 12)? } else { 0 };
    let second = if digits >= 14 { number(12, 14)? } else { 0 };
    let date = jiff::civil::DateTime::new(
        year,
        number(4, 6)?,
        number(6, 8)?,
        number(8, 10)?,
        minute,
        second.min(59),
        0,
    );
    let time = date.ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second();
    let rest = text.get(digits..)?;
    let rest = match rest.strip_prefix(['.', ',']) {
        Some(fraction) => {
            let length = fraction.bytes().take_while(u8::is_ascii_digit).count();
            if length == 0 {
                return None;
            }
            fraction.get(length..)?
        }
        None => rest,
    };
    Some(time - zone(rest)?)
}

/// Seconds east of Greenwich.
fn zone(text: &str) -> Option<i64> {
    if text == "Z" {
        return Some(0);
    }
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let minutes: i64 = match digits.len() {
        2 => 0,
        4 => digits.get(2..)?.parse().ok()?,
        _ => return None,
    };
    let hours: i64 = digits.get(..2)?.parse().ok()?;
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn all_ways_to_write_one_moment() {
        let moment = Some(1_767_268_800);
        for text in [
            "20260101120000.0Z",
            "20260101120000Z",
            "202601011200Z",
            "2026010112Z",
            "20260101130000.0+0100",
            "2026-01-01T12:00:00Z",
            "2026-01-01T13:00:00+01:00",
            "134117424000000000",
            "/Date(1767268800000)/",
            "/Date(1767268800999+0100)/",
        ] {
            assert_eq!(seconds(text.as_bytes()), moment, "{text}");
        }
        assert_eq!(seconds(b"2026-01-01"), Some(1_767_225_600));
        assert_eq!(seconds(b"/Date(-1000-0500)/"), Some(-1));
    }

    #[test]
    fn what_is_no_time() {
        for text in [
            "",
            "0",
            "9223372036854775807",
            "20261301120000Z",
            "20260101120000",
            "soon",
            "20260101120000.Z",
            "/Date()/",
            "/Date(1+x)/",
        ] {
            assert_eq!(seconds(text.as_bytes()), None, "{text}");
        }
    }
}

//! What tools write in place of values that they lost.

/// Where types live whose names stand for values: a value of .NET that is no text is written as the name of its type.
const SPACES: &[&[u8]] = &[
    b"System.Collections.",
    b"System.DirectoryServices.",
    b"System.Management.",
    b"System.Security.",
    b"Microsoft.ActiveDirectory.",
    b"Microsoft.Graph.",
    b"Microsoft.Exchange.",
    b"Microsoft.Open.",
    b"Microsoft.Online.",
    b"Microsoft.PowerShell.",
    b"Deserialized.",
];

/// Whether a value is the name of a type of .NET, which is no data: `System.Object[]`,
/// `Microsoft.ActiveDirectory.Management.ADPropertyValueCollection`.
#[must_use]
pub fn is_type_name(value: &[u8]) -> bool {
    if !matches!(value.first(), Some(b'S' | b'M' | b'D')) {
        return false;
    }
    let array = value.starts_with(b"System.") && value.ends_with(b"[]");
    if !array && !SPACES.iter().any(|space| value.len() > space.len() && value.starts_with(space)) {
        return false;
    }
    let is_part = |byte: &u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'`' | b'[' | b']' | b',' | b'_')
    };
    value.iter().all(is_part)
}

/// Whether a spreadsheet wrote a number in powers of ten: `1.32E+17`, `1,32E+17`.
#[must_use]
pub fn is_rounded(value: &[u8]) -> bool {
    let [first, rest @ ..] = value else { return false };
    if !first.is_ascii_digit() || value.len() > 24 {
        return false;
    }
    let Some(at) = memchr::memchr2(b'E', b'e', rest) else { return false };
    let (mantissa, exponent) = rest.split_at_checked(at).unwrap_or_default();
    let digits = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let exponent = exponent.get(1..).and_then(|text| text.strip_prefix(b"+")).is_some_and(digits);
    exponent && matches!(mantissa, [] | [b'.' | b',', ..]) && mantissa.iter().skip(1).all(u8::is_ascii_digit)
}

/// Whether a text is an object that `ConvertTo-Json` cut off at its depth: `@{mail=..; ..}`.
#[must_use]
pub fn is_cut_off(value: &[u8]) -> bool {
    value.starts_with(b"@{") && value.ends_with(b"}") && value.contains(&b'=')
}

/// Whether `?` stands beside a letter: what is left of a name that was written in ASCII (`Jos?`, `M?ller`).
#[must_use]
pub fn has_lost_letters(value: &[u8]) -> bool {
    memchr::memchr_iter(b'?', value).any(|at| {
        let letter = |at: Option<usize>| at.and_then(|at| value.get(at)).is_some_and(u8::is_ascii_alphabetic);
        letter(at.checked_sub(1)) || letter(Some(at + 1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_types_are_no_values() {
        for name in [
            "Microsoft.ActiveDirectory.Management.ADPropertyValueCollection",
            "System.Byte[]",
            "System.String[]",
            "System.Object[]",
            "System.Collections.Hashtable",
            "System.Collections.Hashtable+KeyCollection",
            "System.Collections.Generic.List`1[System.String]",
            "Microsoft.Graph.PowerShell.Models.MicrosoftGraphPasswordProfile",
            "Microsoft.Exchange.Data.ProxyAddressCollection",
            "System.DirectoryServices.ActiveDirectorySecurity",
        ] {
            assert!(is_type_name(name.as_bytes()), "{name}");
        }
        for value in [
            "",
            "Smith",
            "System.Collections.",
            "Microsoft",
            "System Administrator",
            "System.Collections. Team",
            "Microsoft.Teams",
        ] {
            assert!(!is_type_name(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn numbers_in_powers_of_ten_were_rounded() {
        for value in ["1.32E+17", "1,32E+17", "9E+18", "1.32e+17"] {
            assert!(is_rounded(value.as_bytes()), "{value}");
        }
        for value in ["", "132", "1E", "1.32E17x", "E+17", "1E-3", "1.2.3E+4", "A1.3E+17"] {
            assert!(!is_rounded(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn question_marks_beside_letters_were_letters() {
        for value in ["Jos?", "M?ller", "?ngstr?m", "CN=Bj?rn,DC=c"] {
            assert!(has_lost_letters(value.as_bytes()), "{value}");
        }
        assert!(!has_lost_letters(b"?") && !has_lost_letters(b"Room 5 ?") && !has_lost_letters(b"Smith"));
    }
}

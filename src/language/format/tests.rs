use proptest::prelude::*;

use super::Format;

/// The parts at fault, and why.
fn faults(format: &str, value: &str) -> Vec<(String, String)> {
    let faults = Format::from_name(format).unwrap().faults(value.as_bytes());
    faults.into_iter().map(|fault| (value.get(fault.range).unwrap().to_owned(), fault.reason)).collect()
}

fn has(format: &str, value: &str) -> bool {
    Format::from_name(format).unwrap().holds(value.as_bytes())
}

#[test]
fn addresses_that_exchange_accepts() {
    for value in [
        "joe@contoso.com",
        "o'neil@contoso.com",
        "joe+tag@contoso.co.uk",
        "a&b=c@x.museum",
        "joe@xn--mnchen-3ya.de",
        "joe@münchen.de",
        "JOE@CONTOSO.COM",
        "1@1.de",
    ] {
        assert!(has("smtp_address", value), "{value}: {:?}", faults("smtp_address", value));
    }
}

#[test]
fn faults_of_addresses_point_at_the_characters() {
    let cases: &[(&str, &[(&str, &str)])] = &[
        ("joe doe@contoso.com", &[(" ", "a space")]),
        ("joe@contoso", &[("contoso", "a domain of one label")]),
        ("joe", &[("joe", "no `@`")]),
        ("joe@", &[("", "no domain")]),
        ("@contoso.com", &[("@", "nothing before `@`")]),
        (".joe@contoso.com", &[(".", "a period at the beginning")]),
        ("joe.@contoso.com", &[(".", "a period before `@`")]),
        ("jo..e@contoso.com", &[("..", "two periods side by side")]),
        ("joe@contoso..com", &[(".", "a period too much in the domain")]),
        ("joe@contoso.com.", &[(".", "a period too much in the domain")]),
        ("joe@-contoso.com", &[("-", "a hyphen at the beginning of a label")]),
        ("joe@contoso.123", &[("123", "a top-level domain of digits")]),
        ("joe@con_toso.com", &[("_", "`_`")]),
        ("jos\u{e9}@contoso.com", &[("é", "`é` (U+00E9 LATIN SMALL LETTER E WITH ACUTE)")]),
        ("joe\u{200b}@contoso.com", &[("\u{200b}", "`U+200B` ZERO WIDTH SPACE")]),
        ("joe@contoso.com ", &[(" ", "a space")]),
        ("a@b@contoso.com", &[("@", "`@`")]),
    ];
    for (value, wanted) in cases {
        let got = faults("smtp_address", value);
        let got: Vec<(&str, &str)> =
            got.iter().map(|(part, reason)| (part.as_str(), reason.as_str())).collect();
        assert_eq!(got, *wanted, "{value}");
    }
}

#[test]
fn user_principal_names() {
    for value in ["joe@contoso.com", "o'neil@contoso.com", "a.b-c_d!e#f^g~h@contoso.com", "x@contoso.local"] {
        assert!(has("upn", value), "{value}: {:?}", faults("upn", value));
    }
    assert_eq!(
        faults("upn", "joe+a&b@contoso.com"),
        [("+".into(), "`+`".into()), ("&".into(), "`&`".into())]
    );
    assert_eq!(faults("upn", "joe.@contoso.com"), [(".".to_owned(), "a period before `@`".to_owned())]);
    let long = format!("{}@contoso.com", "a".repeat(65));
    assert_eq!(faults("upn", &long)[0].1, "more than 64 characters before `@`");
    let long = format!("a@{}.com", "a".repeat(45));
    assert_eq!(faults("upn", &long)[0].1, "more than 48 characters behind `@`");
}

#[test]
fn proxy_addresses_by_their_type() {
    for value in [
        "SMTP:joe@contoso.com",
        "smtp:joe@contoso.com",
        "X500:/o=ExchangeLabs/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=joe",
        "sip:joe@contoso.com",
        "X400:c=US;a= ;p=First Organizati;o=Exchange;s=Joe;",
        "EUM:1234;phone-context=dp.contoso.com",
        "SPO:SPO_1@SPO_2",
    ] {
        assert!(has("proxy_address", value), "{value}: {:?}", faults("proxy_address", value));
    }
    assert_eq!(
        faults("proxy_address", "joe@contoso.com")[0].1,
        "no type before the address, such as `smtp:`"
    );
    assert_eq!(faults("proxy_address", "smtp:joe@contoso")[0].0, "contoso");
    assert_eq!(faults("proxy_address", "smtp:")[0].1, "nothing behind `:`");
    assert_eq!(faults("proxy_address", "smtp:smtp:joe@contoso.com")[0].0, ":");
}

#[test]
fn domains_that_can_be_verified() {
    for value in ["contoso.com", "contoso.co.uk", "a.b.münchen.de", "contoso.gmbh"] {
        assert!(has("routable_domain", value), "{value}");
    }
    for value in ["contoso.local", "corp.internal", "contoso", "co.uk", "contoso.lan", "a.nosuchtld"] {
        assert!(!has("routable_domain", value), "{value}");
    }
    assert_eq!(faults("routable_domain", "corp.contoso.local")[0].0, "local");
}

#[test]
fn texts_and_identifiers() {
    assert!(has("blank", " \t\u{a0}\u{200b}") && has("blank", "") && !has("blank", "x"));
    assert!(has("printable", "Jörg O'Neil") && !has("printable", "a\u{ad}b"));
    assert!(has("ascii", "abc") && !has("ascii", "ä"));
    assert!(has("country_code", "DE") && has("country_code", "de") && !has("country_code", "UK"));
    assert!(has("generalized_time", "20260101120000.0Z") && !has("generalized_time", "2026-01-01"));
    assert!(has("sid", "S-1-5-21-1") && has("guid", "b074c416-0a1b-2c3d-4e5f-60718293a4b5"));
    assert!(has("dn", "CN=a,DC=b") && !has("dn", "joe"));
}

proptest! {
    /// The quick answer and the slow one agree, and faults lie within the value at character borders.
    #[test]
    fn holds_means_no_faults(value in "[ -~éж\u{200b}]{0,12}(@[a-zA-Z.@_é-]{0,12})?") {
        for (format, name, _) in Format::all() {
            let faults = format.faults(value.as_bytes());
            prop_assert_eq!(format.holds(value.as_bytes()), faults.is_empty(), "{} of {:?}", name, value);
            for fault in faults {
                prop_assert!(value.get(fault.range.clone()).is_some(), "{} of {:?}: {:?}", name, value, fault);
            }
        }
    }

    #[test]
    fn no_bytes_are_too_odd(value in prop::collection::vec(any::<u8>(), 0..30)) {
        for (format, _, _) in Format::all() {
            prop_assert_eq!(format.holds(&value), format.faults(&value).is_empty());
        }
    }
}

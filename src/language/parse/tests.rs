use proptest::prelude::*;

use super::*;

/// What is said of a rule: message, remedy, and the text that is underlined.
fn refusal(text: &str) -> (String, String, String) {
    let fault = parse_sentence(text).unwrap_err();
    let underlined = text.get(fault.span.clone()).unwrap().to_owned();
    (fault.message, fault.help.unwrap_or_default(), underlined)
}

#[test]
fn hints_for_what_people_write() {
    for (text, message, help, underlined) in [
        ("no user where mail == \"joe\"", "`==` is not known", "write `=`", "=="),
        ("no user where mail = \"x\" && has c", "`&&` is not known", "write `and`", "&&"),
        (
            "no user where mail = \"x\" AND has c",
            "`AND` is not known here",
            "the words of rules are lower case: write `and`",
            "AND",
        ),
        (
            "no user where mail like \"x*\"",
            "`like` is not known here",
            "write `contains \"x\"`, `starts with \"x\"` or `matches /x/`",
            "like",
        ),
        ("no user where mail doesn't match /x/", "`doesn't` is not known", "write `does not`", "doesn't"),
        (
            "no user where mail = 'joe'",
            "`'` is no quotation mark of rules",
            "texts stand in straight double quotes: `\"joe\"`",
            "'",
        ),
        (
            "no user where mail = “x”",
            "`“` is no quotation mark of rules",
            "texts stand in straight double quotes: `\"joe\"`",
            "“",
        ),
        (
            "each user must be under OU=Staff",
            "a distinguished name stands in quotes",
            "write `\"OU=Staff\"`",
            "OU=Staff",
        ),
        ("no user where mail = \"joe", "a text is not closed", "write a double quote at its end", "\""),
        (
            "no user where mail matches /abc",
            "a regular expression is not closed",
            "write a slash at its end; a slash inside is written `\\/`",
            "/",
        ),
        (
            "no user where mail matches ^svc",
            "a regular expression stands between slashes",
            "write `/^svc-/`",
            "^",
        ),
        (
            "no user where (mail = \"x\" or mail = \"y\"",
            "a parenthesis is not closed",
            "write `)` where it ends",
            "(",
        ),
        (
            "each user wher has mail must have proxyAddresses",
            "`wher` is not known here",
            "did you mean `where`?",
            "wher",
        ),
        ("unique mail accross user", "`accross` is not known here", "did you mean `across`?", "accross"),
        (
            "each of of user must be ascii",
            "`of` is a word of the language",
            "an attribute of this name is written `` `of` ``",
            "of",
        ),
        (
            "No user where has mail",
            "`No` is not known here",
            "the words of rules are lower case: write `no`",
            "No",
        ),
        (
            "no user where age(lastLogonTimestamp) > 6 months",
            "`months` is not known here",
            "months differ in length: write days or weeks",
            "months",
        ),
        (
            "only user can have mail",
            "`can` is not known here",
            "write `may` after `only`, and `must` after `each`",
            "can",
        ),
        (
            "users must have mail",
            "`users` is not known here",
            "a rule begins with `each`, `no`, `only` or `unique`",
            "users",
        ),
        (
            "no user where mail matches /x/g",
            "unknown flag `g` of a regular expression",
            "`i` matches letters without regard to case; `^`, `$` and `(?m)` say the rest",
            "g",
        ),
    ] {
        assert_eq!(refusal(text), (message.to_owned(), help.to_owned(), underlined.to_owned()), "{text}");
    }
}

#[test]
fn without_a_hint_the_expected_words_are_named() {
    let (message, help, underlined) = refusal("each user where has mail");
    assert!(message.contains("`must`") && message.ends_with("is expected at the end"), "{message}");
    assert!(help.starts_with("the form is `each CLASSES"), "{help}");
    assert_eq!(underlined, "");
    let (message, _, underlined) = refusal("unique mail of user");
    assert!(message.contains("`across`") && message.ends_with("not `of`"), "{message}");
    assert_eq!(underlined, "of");
    assert_eq!(refusal("  ").0, "the text is empty");
}

#[test]
fn deep_nesting_is_refused_before_it_is_followed() {
    let deep = format!("no user where {}has mail{}", "(".repeat(100_000 / 2), ")".repeat(100));
    assert_eq!(parse_sentence(&deep).unwrap_err().code, "rule-too-large");
    let nots = format!("no user where {}has mail", "not ".repeat(10_000));
    assert_eq!(parse_sentence(&nots).unwrap_err().code, "rule-too-large");
    let fits = format!("no user where {}has mail{}", "(".repeat(60), ")".repeat(60));
    assert!(parse_sentence(&fits).is_ok());
}

#[test]
fn messages_hold_operands() {
    let template = parse_template("a {class} has {{{it}}} of {rdn(dn)}").unwrap();
    assert_eq!(template.parts.len(), 6);
    let fault = parse_template("a {class has").unwrap_err();
    assert_eq!((fault.message.as_str(), fault.span), ("a brace is not closed", 2..3));
    assert_eq!(parse_template("a {cl ass}").unwrap_err().span.start, 6);
}

proptest! {
    /// Whatever is written, an answer comes back, and its place lies in the text.
    #[test]
    fn no_text_is_too_odd(words in prop::collection::vec(prop::sample::select(WORDS), 0..24)) {
        let text = words.join(" ");
        if let Err(fault) = parse_sentence(&text) {
            prop_assert!(text.get(fault.span.clone()).is_some(), "{} {:?}", text, fault);
        }
    }

    #[test]
    fn no_bytes_are_too_odd(text in "\\PC{0,40}") {
        for fault in [parse_sentence(&text).err(), parse_condition(&text).err(), parse_template(&text).err()] {
            prop_assert!(fault.is_none_or(|fault| text.get(fault.span).is_some()));
        }
    }
}

const WORDS: &[&str] = &[
    "each",
    "no",
    "only",
    "unique",
    "user",
    "where",
    "must",
    "have",
    "mail",
    "of",
    "across",
    "(",
    ")",
    "[",
    "]",
    ",",
    "=",
    "\"x\"",
    "/x/",
    "$p",
    "it",
    "self.mail",
    "not",
    "and",
    "or",
    "is",
    "under",
    "at most",
    "5",
    "90 days",
    "matches",
    "starts with",
    "equals any",
    "refers to",
    "count(",
    "`of`",
    ":",
    "#",
    "\"",
    "'",
    "é",
];

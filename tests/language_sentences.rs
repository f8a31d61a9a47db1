//! The sentences of the folder that `PRESYNC_CORPUS` names: those that must parse, and those that must be refused.

#![allow(clippy::unwrap_used, clippy::panic)]

use presync::language::parse_sentence;

fn lines(name: &str) -> Option<Vec<String>> {
    let Some(root) = std::env::var_os("PRESYNC_CORPUS") else {
        println!("skipped: PRESYNC_CORPUS is not set");
        return None;
    };
    let text = std::fs::read_to_string(std::path::Path::new(&root).join("sentences").join(name)).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    Some(lines.map(str::to_owned).collect())
}

#[test]
fn sentences_that_people_say_parse() {
    let Some(lines) = lines("accepted.txt") else { return };
    let refused: Vec<String> = lines
        .iter()
        .filter_map(|line| parse_sentence(line).err().map(|fault| format!("{line}\n   {fault:?}")))
        .collect();
    assert!(refused.is_empty(), "{} of {}:\n{}", refused.len(), lines.len(), refused.join("\n"));
}

/// Sentences that are well formed, and refused because of what they mean.
const BY_THE_CHECKER: &[&str] = &[
    "each userPrincipalName of user must smtp_address",
    "no user where mail is null",
    "each user must not have mail or proxyAddresses",
    "each userPrincipalName of user: domain(it) in verified_domains",
];

#[test]
fn what_is_no_sentence_is_refused_with_a_place_and_a_remedy() {
    let Some(lines) = lines("refused.txt") else { return };
    for line in &lines {
        match parse_sentence(line) {
            Ok(_) => assert!(BY_THE_CHECKER.contains(&line.as_str()), "accepted: {line}"),
            Err(fault) => {
                println!(
                    "{line}\n   {} [{}] {:?}",
                    fault.message,
                    &line.get(fault.span.clone()).unwrap(),
                    fault.help
                );
                assert!(fault.help.is_some(), "{line}: {fault:?}");
            }
        }
    }
}

//! Requests as a script for the Active Directory module of PowerShell.

use std::io::{self, Write};

use data_encoding::BASE64;

use super::by_object::{Modified, Request};

/// What stands at the beginning of each script. A value that is not what was exported stops the change of its object.
const HEAD: &str = "\
#Requires -Modules ActiveDirectory

# stops unless the object holds these values, letter for letter
function Assert-Held($Object, $Name, $Values) {
    foreach ($Value in $Values) {
        if (@($Object.$Name) -cnotcontains $Value) { throw \"$Name is no longer $Value\" }
    }
}
";

/// Writes requests; `is_single` says of which attributes an object has one value at most.
///
/// # Errors
/// What the operating system says.
pub fn powershell(
    requests: &[Request],
    about: &[&str],
    is_single: &dyn Fn(&str) -> bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    // Windows PowerShell takes a script without the mark for one of the old code page
    write!(out, "\u{FEFF}")?;
    for line in about {
        writeln!(out, "# {line}")?;
    }
    writeln!(out, "{HEAD}")?;
    for request in requests {
        object(request, is_single, out)?;
    }
    Ok(())
}

fn object(request: &Request, is_single: &dyn Fn(&str) -> bool, out: &mut dyn Write) -> io::Result<()> {
    let identity = quoted(request.name.as_bytes());
    let names = request.attributes.iter().map(|modified| quoted(modified.attribute.as_bytes()));
    let names = names.collect::<Vec<_>>().join(", ");
    writeln!(out, "try {{")?;
    writeln!(out, "    $Object = Get-ADObject -Identity {identity} -Properties {names}")?;
    let (mut remove, mut add, mut replace) = (Vec::new(), Vec::new(), Vec::new());
    for Modified { attribute, removed, added } in &request.attributes {
        let name = quoted(attribute.as_bytes());
        if !removed.is_empty() {
            writeln!(out, "    Assert-Held $Object {name} @({})", list(removed))?;
        }
        match (removed.is_empty(), added.is_empty()) {
            (false, false) if is_single(attribute) => replace.push(format!("{name}={}", list(added))),
            (has_old, has_new) => {
                if !has_old {
                    remove.push(format!("{name}={}", list(removed)));
                }
                if !has_new {
                    add.push(format!("{name}={}", list(added)));
                }
            }
        }
    }
    write!(out, "    Set-ADObject -Identity {identity}")?;
    for (option, values) in [("Remove", remove), ("Add", add), ("Replace", replace)] {
        if !values.is_empty() {
            write!(out, " -{option} @{{{}}}", values.join("; "))?;
        }
    }
    writeln!(out, "\n}} catch {{ Write-Error -ErrorRecord $_ }}\n")
}

fn list(values: &[Vec<u8>]) -> String {
    values.iter().map(|value| quoted(value)).collect::<Vec<_>>().join(", ")
}

/// A value as one word of PowerShell, in which nothing is expanded. What is no text, or would not be seen, is written in
/// base64.
pub(crate) fn quoted(value: &[u8]) -> String {
    let base64 = || BASE64.encode(value);
    match std::str::from_utf8(value) {
        Err(_) => format!("([Convert]::FromBase64String('{}'))", base64()),
        Ok(text) if text.chars().any(|c| c.is_control() || crate::finding::is_invisible(c)) => {
            format!("([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('{}')))", base64())
        }
        Ok(text) => {
            // PowerShell takes typographic marks for the plain one
            let mark = |c: char| matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201A}' | '\u{201B}');
            let twice = |c: char| std::iter::repeat_n(c, if mark(c) { 2 } else { 1 });
            format!("'{}'", text.chars().flat_map(twice).collect::<String>())
        }
    }
}

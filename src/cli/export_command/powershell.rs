//! The command of the Active Directory module of PowerShell.

use super::quote::Shell;
use super::{Export, Order, directory};
use crate::snapshot::value::Type;

/// The block ends at the first error: an export that was cut short writes no file.
const HEAD: &str = r#"& {
$ErrorActionPreference = 'Stop'
# every value as text: bytes in base64, times in UTC, several values joined by semicolons
$text = {
  param($value)
  if ($null -eq $value) { return }
  if ($value -is [byte[]]) { $value = , $value }
  @(foreach ($one in $value) {
    if ($one -is [byte[]]) { [Convert]::ToBase64String($one) }
    elseif ($one -is [datetime]) { $one.ToUniversalTime().ToString('o') }
    else { "$one" }
  }) -join ';'
}
"#;

/// Get-ADObject refuses a property that the schema lacks, as without Exchange or LAPS.
const KNOWN: &str = r"# only what this forest has: Get-ADObject refuses unknown attributes
$schema = (Get-ADRootDSE @at).schemaNamingContext
$known = Get-ADObject @at -SearchBase $schema -LDAPFilter '(objectClass=attributeSchema)' -Properties lDAPDisplayName |
  ForEach-Object { $_.lDAPDisplayName }
";

pub(super) fn active_directory(order: &Order<'_>) -> Export {
    let file = "ad.csv";
    let quote = |text: &str| Shell::Pwsh.quote(text);
    let names = directory::names(order);
    let mut at = Vec::new();
    if let Some(host) = order.host {
        at.push(format!("Server = {}", quote(host)));
    }
    if let Some(bind) = order.bind {
        at.push(format!("Credential = Get-Credential {}", quote(bind)));
    }
    let quoted: Vec<String> = names.iter().map(|name| quote(name)).collect();
    let columns: Vec<String> = names.iter().map(|name| column(name, order)).collect();
    let base = order.base.map(|base| format!(" -SearchBase {}", quote(base))).unwrap_or_default();
    let command = format!(
        "{HEAD}$at = @{{{}}}\n{KNOWN}$wanted = {} | Where-Object {{ $known -contains $_ }}\n\
         $objects = Get-ADObject @at{base} -LDAPFilter {} -Properties $wanted |\n  \
         Select-Object 'DistinguishedName',\n    {}\n\
         $objects | Export-Csv -Path {file} -NoTypeInformation -Encoding UTF8\n}}\n",
        at.join("; "),
        quoted.join(", "),
        quote(&directory::filter(order, false)),
        columns.join(",\n    "),
    );
    let note = "paste this into Windows PowerShell with the Active Directory module (RSAT)".to_owned();
    Export { command, file, notes: vec![note] }
}

/// A column. A list that Export-Csv gets as it is becomes the name of its type, and so do bytes; a time is written in the
/// language of the computer.
fn column(name: &str, order: &Order<'_>) -> String {
    let quoted = Shell::Pwsh.quote(name);
    let known = order.asked.attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name));
    let plain = known.is_some_and(|attribute| {
        attribute.single && matches!(attribute.kind, Type::Text | Type::Number | Type::Boolean | Type::Dn)
    });
    if plain { quoted } else { format!("@{{n={quoted};e={{& $text $_.{quoted}}}}}") }
}

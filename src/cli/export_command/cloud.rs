//! Commands of Microsoft Graph, of Exchange Online, and of the sync client.

use super::quote::Shell;
use super::{Export, Order};

/// What presync reads of every user, group and contact of a tenant, whatever the rules.
const USER: &str = "id,displayName,userPrincipalName,mail,mailNickname,proxyAddresses,userType,accountEnabled,\
onPremisesSyncEnabled,onPremisesLastSyncDateTime,onPremisesImmutableId,onPremisesSecurityIdentifier,\
onPremisesDistinguishedName,onPremisesUserPrincipalName,onPremisesSamAccountName,onPremisesDomainName,\
onPremisesProvisioningErrors,assignedLicenses,identities,imAddresses,assignedPlans,jobTitle,businessPhones,\
mobilePhone,department,deletedDateTime";
const GROUP: &str = "id,displayName,mail,mailNickname,mailEnabled,securityEnabled,groupTypes,proxyAddresses,\
onPremisesSyncEnabled,onPremisesLastSyncDateTime,onPremisesSecurityIdentifier,onPremisesSamAccountName,\
onPremisesProvisioningErrors";
const CONTACT: &str = "id,displayName,mail,mailNickname,proxyAddresses,onPremisesSyncEnabled,\
onPremisesLastSyncDateTime,onPremisesProvisioningErrors";
/// Properties that Graph has for some kinds of objects, or in some tenants, only.
const PERHAPS: [&str; 2] = ["onPremisesObjectIdentifier", "isCloudManaged"];

/// The property of an object that an attribute is, or is part of: `signInActivity/lastSignInDateTime`.
pub(super) fn property(name: &str) -> &str {
    name.split('/').next().unwrap_or(name)
}

/// Pages are kept as Graph sends them: nothing is converted or cut, and the last page shows whether it is the last. The
/// link is found in the text, since Windows PowerShell refuses to parse long pages.
const GRAPH: &str = r#"function Get-Page([string] $next) {
  while ($next) {
    $page = Invoke-MgGraphRequest -Method GET -Uri $next -OutputType Json -ErrorAction Stop
    $page -replace '\r?\n', ' '
    $next = if ($page -match '"@odata\.nextLink"\s*:\s*"([^"]+)"') { [regex]::Unescape($Matches[1]) }
  }
}
# one refused property refuses the whole request: those that are not sure are tried first
function Get-Known([string] $set, [string[]] $names) {
  foreach ($name in $names) {
    try {
      $null = Invoke-MgGraphRequest -Method GET -Uri ($beta + $set + '?$top=1&$select=' + $name) -ErrorAction Stop
      $name
    } catch { Write-Warning "left out of ${set}: $name" }
  }
}
"#;

/// What helps a forecast, and may need rights or a licence that are not there.
const MORE: &str = r#"foreach ($set in 'domains', 'directory/onPremisesSynchronization',
    'directoryRoles?$expand=members', 'roleManagement/directory/roleEligibilitySchedules') {
  try { $lines += @(Get-Page ($v1 + $set)) } catch { Write-Warning "left out: $set" }
}
"#;

pub(super) fn graph(order: &Order<'_>) -> Export {
    let file = "tenant.jsonl";
    let quote = |text: &str| Shell::Pwsh.quote(text);
    let tenant = order.host.map(|host| format!(" -TenantId {}", quote(host))).unwrap_or_default();
    let mut command = format!(
        "& {{\n$ErrorActionPreference = 'Stop'\n\
         Connect-MgGraph -NoWelcome{tenant} -Scopes 'Directory.Read.All', 'OnPremDirectorySynchronization.Read.All', \
         'RoleEligibilitySchedule.Read.Directory'\n\
         $v1 = 'https://graph.microsoft.com/v1.0/'; $beta = 'https://graph.microsoft.com/beta/'\n{GRAPH}$lines = @()\n"
    );
    let sets = [("users", USER), ("groups", GROUP), ("contacts", CONTACT)];
    for (set, sure) in sets {
        let perhaps: Vec<String> = perhaps(order, sure).iter().map(|name| quote(name)).collect();
        command.push_str(&format!(
            "$select = (@('{sure}') + @(Get-Known '{set}' {})) -join ','\n\
             $lines += @(Get-Page ($beta + '{set}?$top=999&$select=' + $select))\n",
            perhaps.join(", "),
        ));
        if set == "users" {
            command.push_str(
                "$lines += @(Get-Page ($beta + 'directory/deletedItems/microsoft.graph.user?$top=999&$select=' + $select))\n",
            );
        }
    }
    command.push_str(MORE);
    command.push_str(&format!("$lines | Set-Content -Path {file} -Encoding UTF8\n}}\n"));
    let notes = vec![
        "paste this into PowerShell with the module Microsoft.Graph.Authentication".to_owned(),
        "it reads users, groups, contacts, deleted users, domains, sync settings and roles, and changes nothing"
            .to_owned(),
    ];
    Export { command, file, notes }
}

/// Properties that rules ask for beside those that are sure.
fn perhaps<'a>(order: &'a Order<'_>, sure: &str) -> Vec<&'a str> {
    let asked = order.asked.attributes.iter().map(|attribute| property(&attribute.name));
    let mut names: Vec<&str> = Vec::new();
    for name in PERHAPS.into_iter().chain(asked) {
        let known = sure.split(',').chain(["objectClass"]).any(|known| known.eq_ignore_ascii_case(name));
        if !known && !names.iter().any(|other| other.eq_ignore_ascii_case(name)) {
            names.push(name);
        }
    }
    names
}

pub(super) fn exchange(order: &Order<'_>) -> Export {
    let file = "recipients.json";
    let user = order.bind.map(|bind| format!(" -UserPrincipalName {}", Shell::Pwsh.quote(bind)));
    let command = format!(
        "& {{\n$ErrorActionPreference = 'Stop'\nConnect-ExchangeOnline -ShowBanner:$false{}\n\
         $recipients = Get-EXORecipient -ResultSize Unlimited |\n  \
         Select-Object ExternalDirectoryObjectId, Alias, DisplayName, PrimarySmtpAddress, RecipientType, \
         RecipientTypeDetails,\n    \
         @{{n='EmailAddresses';e={{, [string[]] @($_.EmailAddresses)}}}}\n\
         ConvertTo-Json -InputObject @($recipients) -Depth 4 | Set-Content -Path {file} -Encoding UTF8\n}}\n",
        user.unwrap_or_default(),
    );
    let notes = vec![
        "paste this into PowerShell with the module ExchangeOnlineManagement".to_owned(),
        "Exchange knows the addresses of all recipients; other attributes that rules ask for come from graph"
            .to_owned(),
    ];
    Export { command, file, notes }
}

pub(super) fn csexport(order: &Order<'_>) -> Export {
    let file = "export.xml";
    let tenant = order.host.unwrap_or("contoso.onmicrosoft.com");
    let connector = Shell::Cmd.quote(&format!("{tenant} - AAD"));
    let command =
        format!("\"%ProgramFiles%\\Microsoft Azure AD Sync\\Bin\\csexport.exe\" {connector} {file} /f:x\n");
    let mut notes =
        vec!["paste this into a command prompt (cmd.exe) on the server of Entra Connect".to_owned()];
    if order.host.is_none() {
        notes.push(format!("replace `{tenant}` (or give --host)"));
    }
    notes.push(
        "it writes all attributes of all objects that wait for export; rules cannot narrow it".to_owned(),
    );
    Export { command, file, notes }
}

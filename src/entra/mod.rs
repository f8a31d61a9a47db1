//! What Entra Connect, Cloud Sync and Entra ID do with the objects of a directory.
//!
//! Everything here works on plain data: [`SourceObject`]s, [`CloudObject`]s and a [`Tenant`]. [`forecast()`] says what the
//! next synchronisation does to each of them; the modules below it are the steps, each of which can be asked on its own.
//! Every fact names the page that it comes from by the tags of the table below; what no page says, or what pages
//! say differently, is marked as likely or disputed.
//!
//! | tag | page |
//! |---|---|
//! | PAGE-DUP | "Duplicate or invalid attributes prevent directory synchronization in Microsoft 365" |
//! | PAGE-DAR, E-DAR | "Identity synchronization and duplicate attribute resiliency" |
//! | E-ERR26, E-ERR18 | "Troubleshoot errors during synchronization", as of 2026 and 2018 |
//! | E-EXIST26 | "Microsoft Entra Connect: when you have an existing tenant", as of 2026 |
//! | E-FEAT | "Microsoft Entra Connect Sync service features" |
//! | E-DESIGN | "Microsoft Entra Connect: design concepts" |
//! | E-UPN | "Microsoft Entra UserPrincipalName population" |
//! | E-DEFCFG | "Microsoft Entra Connect Sync: understanding the default configuration" |
//! | E-CONTACT | "Microsoft Entra Connect Sync: understanding users, groups, and contacts" |
//! | E-CERT | "Microsoft Entra Connect Sync: handling LargeObject errors caused by userCertificate attribute" |
//! | E-HEALTH, E-HDIAG | "Microsoft Entra Connect Health" for sync, and its diagnosis of duplicated attributes |
//! | E-NOTSYNC | "Troubleshoot an object that is not synchronizing" |
//! | E-SOA | "Configure user Source of Authority" |
//! | E-NEW | "What's new in Microsoft Entra", 2026 |
//! | C-FAQ, C-ATTR | Cloud Sync: frequently asked questions, attribute mapping |
//! | S-PROXY | "How the proxyAddresses attribute is populated in Microsoft Entra ID" |
//! | S-2643629 | "One or more objects don't sync when using the Azure Active Directory Sync tool" |
//! | S-3164442 | "How to use UPN matching for identity synchronization" |
//! | S-3166795, S-3166798 | error texts of quarantined names and addresses |
//! | S-2812409 | "Exceeded the number of objects that can be synchronized" |
//! | S-3066176 | "User object missing or filtered": linked mailboxes |
//! | S-4096314 | "Mail-enabled security groups and synchronization" |
//! | S-E2E | "End-to-end troubleshooting of Microsoft Entra Connect objects and attributes" |
//! | M-PREP, M-NR | "Prepare for directory synchronization", "Prepare a nonroutable domain" |
//! | R-17, R-V2 | the default rules of Entra Connect, as exported |
//! | X-ALIAS | Exchange PowerShell reference, parameter `-Alias` |
//! | G-USER, G-PERR | Microsoft Graph: user, onPremisesProvisioningError |
//! | W-UNIQ | "Azure AD Object Attribute Uniqueness", archive of Microsoft's blogs |
//! | GH-54426, GH-74931, GH-83697, GH-104271, GH-1290 | threads of MicrosoftDocs/azure-docs, the last of entra-powershell |
//! | P-6941 | Get-AADConnectEventLogErrors.ps1 |
//! | DECISION | what this model takes for likely where no page says anything |

pub mod anchor;
mod attribute;
pub mod calculate;
mod catalogue;
mod cloud;
pub mod conflict;
mod forecast;
pub mod join;
pub mod matching;
mod object;
mod outcome;
pub mod placeholder;
pub mod quarantine;
pub mod report;
mod tenant;
pub mod unique;
mod values;

pub use attribute::{Attribute, AttributeSet};
pub use catalogue::{SyncError, conflict_name};
pub use cloud::{CloudObject, Exchange, Origin, ProvisioningError, Role};
pub use forecast::{Deletion, Forecast, Stop, forecast};
pub use object::{Class, Scope, SourceObject};
pub use outcome::{Certainty, Fate, Kind, Match, MatchKind, Outcome, Party, Sources};
pub use tenant::{AnchorAttribute, Client, Domain, Tenant};
pub use values::{Place, Value, Values};

//! Commands of LDAP directories: ldifde, csvde, ldapsearch and ldbsearch.

use super::quote::Shell;
use super::{Export, Order, asked};
use crate::cli::arguments::ExportSource;
use crate::language::plan::ClassKind;

/// The longest line that cmd.exe takes.
const CMD_LIMIT: usize = 8191;
/// What every snapshot needs beside the distinguished name, which all these programs write by themselves.
pub(super) const ALWAYS: [&str; 2] = ["objectClass", "objectGUID"];
/// Object classes of the built-in classes that Active Directory has by these categories.
const BY_CATEGORY: [&str; 4] = ["user", "contact", "group", "computer"];
/// Object classes that the built-in classes have for other directories.
const ELSEWHERE: [&str; 8] = [
    "inetOrgPerson",
    "posixAccount",
    "groupOfNames",
    "groupOfUniqueNames",
    "groupOfMembers",
    "posixGroup",
    "device",
    "ipHost",
];

pub(super) fn ldifde(order: &Order<'_>) -> Export {
    windows("ldifde", "ad.ldf", order)
}

pub(super) fn csvde(order: &Order<'_>) -> Export {
    windows("csvde", "ad.csv", order)
}

fn windows(program: &str, file: &'static str, order: &Order<'_>) -> Export {
    let quote = |text: &str| Shell::Cmd.quote(text);
    // without -u, what is not ASCII is written in base64 or lost
    let mut command = format!("{program} -u -f {file}");
    if let Some(host) = order.host {
        command.push_str(&format!(" -s {}", quote(host)));
    }
    if let Some((user, domain)) = order.bind.and_then(account) {
        command.push_str(&format!(" -b {} {} *", quote(user), quote(domain)));
    }
    if let Some(base) = order.base {
        command.push_str(&format!(" -d {}", quote(base)));
    }
    command.push_str(&format!(" -r {}", quote(&filter(order, false))));
    let mut notes = vec!["paste this into a command prompt (cmd.exe) on Windows".to_owned()];
    let list = format!(" -l {}", quote(&names(order).join(",")));
    if command.len() + list.len() <= CMD_LIMIT {
        command.push_str(&list);
    } else {
        // one file for each part of the list would not do: a snapshot holds an object once
        notes.push(
            "the rules ask for more attributes than a line of cmd.exe can hold, so all are exported; constructed \
             attributes are not among them"
                .to_owned(),
        );
    }
    Export { command: command + "\n", file, notes }
}

pub(super) fn is_windows(source: ExportSource) -> bool {
    matches!(source, ExportSource::Ldifde | ExportSource::Csvde)
}

/// The user and the domain of `joe@contoso.com` or `CONTOSO\joe`: these programs take them apart.
pub(super) fn account(bind: &str) -> Option<(&str, &str)> {
    let (user, domain) = match bind.split_once('\\') {
        Some((domain, user)) => (user, domain),
        None => bind.rsplit_once('@')?,
    };
    let whole = |part: &str| !part.is_empty() && !part.starts_with('-');
    (whole(user) && whole(domain)).then_some((user, domain))
}

pub(super) fn ldapsearch(order: &Order<'_>) -> Export {
    let quote = |text: &str| Shell::Posix.quote(text);
    let placeholders = [
        (order.host, "--host", "dc1.contoso.com"),
        (order.bind, "--bind", "joe@contoso.com"),
        (order.base, "--base", "DC=contoso,DC=com"),
    ];
    let [host, bind, base] = placeholders.map(|(given, _, example)| given.unwrap_or(example));
    let address = if host.contains("://") { host.to_owned() } else { format!("ldaps://{host}") };
    // comments and trailer stay (no -LLL): they tell whether the export is complete
    let lines = [
        format!("ldapsearch -x -H {} -D {} -W", quote(&address), quote(bind)),
        format!("-b {} -E pr=1000/noprompt -o ldif-wrap=no", quote(base)),
        quote(&filter(order, true)),
    ];
    let mut attributes = names(order);
    // the anchor of directories other than Active Directory
    attributes.push("entryUUID".to_owned());
    let missing: Vec<String> = placeholders
        .iter()
        .filter(|(given, ..)| given.is_none())
        .map(|(_, option, example)| format!("`{example}` (or give {option})"))
        .collect();
    let mut notes = Vec::new();
    if !missing.is_empty() {
        notes.push(format!("replace {}", missing.join(", ")));
    }
    Export { command: posix(&lines, &attributes, "ad.ldif"), file: "ad.ldif", notes }
}

pub(super) fn samba(order: &Order<'_>) -> Export {
    let quote = |text: &str| Shell::Posix.quote(text);
    let mut notes = Vec::new();
    let mut first = match order.host {
        // the file has no limit of answers, a server has
        Some(host) => {
            let address = if host.contains("://") { host.to_owned() } else { format!("ldap://{host}") };
            format!("ldbsearch -H {} --controls=paged_results:1:1000", quote(&address))
        }
        None => {
            notes.push("run this as root on the domain controller, or give --host".to_owned());
            "ldbsearch -H /var/lib/samba/private/sam.ldb".to_owned()
        }
    };
    if let Some(bind) = order.bind {
        first.push_str(&format!(" -U {}", quote(bind)));
        // without a terminal its question goes to standard output, into the file
        notes.push(
            "in a script set PASSWD, else the question for the password ends up in the file".to_owned(),
        );
    }
    if let Some(base) = order.base {
        first.push_str(&format!(" -b {}", quote(base)));
    }
    let lines = [first, quote(&filter(order, false))];
    Export { command: posix(&lines, &names(order), "samba.ldif"), file: "samba.ldif", notes }
}

/// One command over several lines.
fn posix(lines: &[String], attributes: &[String], file: &str) -> String {
    let mut all = lines.to_vec();
    let mut line = String::new();
    for name in attributes {
        if !line.is_empty() && line.len() + name.len() > 100 {
            all.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(name);
    }
    all.push(line);
    all.push(format!("> {file}"));
    all.join(" \\\n    ") + "\n"
}

/// The names of the attributes: those of every snapshot first.
pub(super) fn names(order: &Order<'_>) -> Vec<String> {
    let asked = order.asked.attributes.iter().map(|attribute| attribute.name.as_str());
    let rest = asked.filter(|name| !ALWAYS.iter().any(|known| known.eq_ignore_ascii_case(name)));
    ALWAYS.into_iter().chain(rest).map(str::to_owned).collect()
}

/// The filter for persons, groups, contacts, and what else the rules speak of. Only Active Directory has categories of
/// objects; where a search may go to another directory, object classes stand beside them.
pub(super) fn filter(order: &Order<'_>, elsewhere: bool) -> String {
    if asked::is_every_object(&order.asked.classes) {
        return "(objectClass=*)".to_owned();
    }
    let mut parts = vec!["(objectCategory=person)".to_owned(), "(objectCategory=group)".to_owned()];
    let mut classes = vec!["user", "contact", "group"];
    for test in &order.asked.classes {
        match test.kind {
            ClassKind::ObjectClass => parts.push(format!("(objectClass={})", test.name)),
            ClassKind::Any => {}
            ClassKind::Mapped if classes.contains(&test.name.as_str()) => {}
            ClassKind::Mapped => {
                classes.push(&test.name);
                if test.name == "device" {
                    parts.push("(objectCategory=computer)".to_owned());
                }
            }
        }
    }
    for (object_class, class) in &order.classes {
        let known = |names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(object_class));
        if classes.contains(&class.as_str())
            && !known(&BY_CATEGORY)
            && (elsewhere || !known(&ELSEWHERE))
            && super::quote::is_ldap_name(object_class)
        {
            parts.push(format!("(objectClass={object_class})"));
        }
    }
    let mut seen = Vec::new();
    parts.retain(|part| {
        !seen.contains(part) && {
            seen.push(part.clone());
            true
        }
    });
    format!("(|{})", parts.concat())
}

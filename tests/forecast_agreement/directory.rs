//! Directories with a tenant, in which names and addresses are broken or belong to several objects. The same seed makes the
//! same files.

use std::collections::HashSet;
use std::fmt::Write;

use data_encoding::BASE64;
use serde_json::{Value, json};

/// How many objects a directory has.
const OBJECTS: u64 = 24;
const NAMES: [&str; 8] = ["ann", "bob", "cat", "dan", "eve", "fay", "gus", "hal"];

/// Numbers that follow from a seed (splitmix64).
pub(super) struct Numbers(pub(super) u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// Yes in so many of a hundred cases.
    fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    fn of<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[usize::try_from(self.below(texts.len() as u64)).unwrap()]
    }

    fn address(&mut self) -> String {
        let domains = ["contoso.com", "contoso.com", "contoso.com", "fabrikam.com", "corp.local"];
        let number = if self.percent(60) { String::new() } else { self.below(9).to_string() };
        format!("{}{number}@{}", self.of(&NAMES), self.of(&domains))
    }

    /// The address as somebody typed it.
    fn typed(&mut self, address: &str) -> String {
        if !self.percent(12) {
            return address.to_owned();
        }
        match self.below(8) {
            0 => address.replace('@', " @"),
            1 => address.replace('@', "@@"),
            2 => format!("{address}\u{200B}"),
            3 => address.replace('@', ".@"),
            4 => address.replace('n', "é"),
            5 => address.split('@').next().unwrap().to_owned(),
            6 => address.to_uppercase(),
            _ => address.replace("contoso.com", "contoso.onmicrosoft.com"),
        }
    }
}

fn guid(number: u64) -> String {
    let mut bytes = [7; 16];
    bytes[..8].copy_from_slice(&number.to_le_bytes());
    BASE64.encode(&bytes)
}

fn sid(number: u64) -> String {
    format!("S-1-5-21-1-2-3-{}", 1_000 + number)
}

/// The directory, as LDIF.
pub(super) fn source(numbers: &mut Numbers) -> String {
    (0..OBJECTS).map(|number| object(numbers, number)).collect()
}

fn object(numbers: &mut Numbers, number: u64) -> String {
    let class = numbers.of(&["user", "user", "user", "user", "group", "contact"]);
    let mut values = vec![
        ("dn", format!("CN=O{number},DC=contoso,DC=com")),
        ("objectClass", class.to_owned()),
        ("cn", format!("O{number}")),
        ("displayName", format!("O{number}")),
        ("whenCreated", format!("202001010000{number:02}.0Z")),
    ];
    let mut known: Vec<String> = Vec::new();
    if class != "contact" {
        values.push(("sAMAccountName", format!("o{number}")));
    }
    if class == "user" {
        values.push(("userAccountControl", "512".to_owned()));
        if numbers.percent(93) {
            let address = numbers.address();
            known.push(numbers.typed(&address));
            values.push(("userPrincipalName", known[0].clone()));
        }
    }
    if class == "group" {
        values.push(("groupType", "-2147483640".to_owned()));
        values.push(("objectSid", sid(number)));
    }
    if numbers.percent(40) {
        values.push(("mailNickname", format!("{}{number}", numbers.of(&NAMES))));
    }
    let mut another = |numbers: &mut Numbers| {
        let again = known.last().filter(|_| numbers.percent(45)).cloned();
        let address = again.unwrap_or_else(|| numbers.address());
        known.push(numbers.typed(&address));
        known.last().unwrap().clone()
    };
    if numbers.percent(if class == "contact" { 90 } else { 35 }) {
        values.push(("mail", another(numbers)));
    }
    if numbers.percent(60) {
        for place in 0..=numbers.below(3) {
            let plain = if place == 0 && numbers.percent(90) { "SMTP:" } else { "smtp:" };
            let kind = if numbers.percent(5) {
                numbers.of(&["", "SIP:", "x500:", "SMTP: ", "X400:"])
            } else {
                plain
            };
            values.push(("proxyAddresses", format!("{kind}{}", another(numbers))));
        }
    }
    if numbers.percent(5) {
        values.push(("msRTCSIP-PrimaryUserAddress", format!("sip:{}", numbers.address())));
    }
    let mut text = String::new();
    let mut written = HashSet::new();
    for (attribute, value) in values {
        if !written.insert((attribute, value.to_lowercase())) {
        } else if value.is_ascii() && !value.ends_with(' ') {
            writeln!(text, "{attribute}: {value}").unwrap();
        } else {
            writeln!(text, "{attribute}:: {}", BASE64.encode(value.as_bytes())).unwrap();
        }
    }
    writeln!(text, "objectGUID:: {}\n", guid(number)).unwrap();
    text
}

/// The tenant, as pages of Microsoft Graph; no two of its objects hold one value.
pub(super) fn tenant(numbers: &mut Numbers) -> String {
    let mut pages: [(&str, Vec<Value>); 3] = [("users", vec![]), ("groups", vec![]), ("contacts", vec![])];
    let (mut active, mut eligible) = (Vec::new(), Vec::new());
    let mut held = HashSet::new();
    for number in 0..numbers.below(OBJECTS) {
        let kind = usize::try_from(numbers.below(10)).unwrap().saturating_sub(6).min(2);
        let object = cloud(numbers, number, kind);
        if numbers.percent(15) {
            active.push(json!({ "id": object["id"] }));
        } else if numbers.percent(10) {
            eligible.push(object["id"].clone());
        }
        let proxies = object["proxyAddresses"].as_array().unwrap().iter();
        let mut values: Vec<String> =
            proxies.map(|proxy| proxy.as_str().unwrap().to_lowercase().split_off(5)).collect();
        for field in ["userPrincipalName", "onPremisesImmutableId", "onPremisesSecurityIdentifier"] {
            values.extend(object[field].as_str().map(str::to_lowercase));
        }
        values.sort();
        values.dedup();
        if values.iter().all(|value| !held.contains(value)) {
            held.extend(values);
            pages[kind].1.push(object);
        }
    }
    let page = |collection: &str, value: Value| json!({ "@odata.context": format!("https://graph.microsoft.com/v1.0/$metadata#{collection}"), "value": value });
    let mut lines: Vec<Value> =
        pages.into_iter().map(|(collection, value)| page(collection, value.into())).collect();
    lines.push(page("directoryRoles", json!([{ "id": "r", "roleTemplateId": "r", "members": active }])));
    let eligible = eligible
        .iter()
        .map(|id| json!({ "id": format!("e{id}"), "principalId": id, "roleDefinitionId": "r", "memberType": "Direct" }));
    lines.push(page("roleManagement/directory/roleEligibilitySchedules", eligible.collect()));
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn cloud(numbers: &mut Numbers, number: u64, kind: usize) -> Value {
    let is_synced = numbers.percent(50);
    let proxies: Vec<String> = (0..numbers.below(3))
        .map(|place| format!("{}{}", if place == 0 { "SMTP:" } else { "smtp:" }, numbers.address()))
        .collect();
    let mut object = json!({
        "id": format!("t{number}"), "displayName": format!("T{number}"), "mailNickname": format!("t{number}"),
        "mail": proxies.first().map(|proxy| proxy.trim_start_matches("SMTP:")), "proxyAddresses": proxies,
        "onPremisesSyncEnabled": is_synced.then_some(true),
    });
    let twin = numbers.below(OBJECTS);
    match kind {
        0 => {
            let is_guest = numbers.percent(10);
            let name = if numbers.percent(70) {
                numbers.address()
            } else {
                format!("t{number}@contoso.onmicrosoft.com")
            };
            let has_anchor = !is_guest && (is_synced || numbers.percent(20));
            object["userPrincipalName"] = if is_guest {
                format!("{}#EXT#@contoso.onmicrosoft.com", name.replace('@', "_"))
            } else {
                name
            }
            .into();
            object["userType"] = if is_guest { "Guest" } else { "Member" }.into();
            object["onPremisesSyncEnabled"] =
                if is_guest { Value::Null } else { object["onPremisesSyncEnabled"].take() };
            object["onPremisesImmutableId"] = if has_anchor { guid(twin).into() } else { Value::Null };
            object["assignedLicenses"] =
                if numbers.percent(40) { json!([{ "skuId": "1" }]) } else { json!([]) };
        }
        1 => {
            object["securityEnabled"] = true.into();
            object["mailEnabled"] = (!proxies.is_empty()).into();
            object["groupTypes"] = if numbers.percent(30) { json!(["Unified"]) } else { json!([]) };
            object["onPremisesSecurityIdentifier"] = if is_synced { sid(twin).into() } else { Value::Null };
        }
        _ => {}
    }
    object
}

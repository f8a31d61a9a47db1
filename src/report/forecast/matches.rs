//! Which objects of the two sides belong together, why, and what stands against it.

use std::io::{self, Write};

use rustc_hash::FxHashMap;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Chosen, address, plain};
use crate::entra::{Attribute, CloudObject, Kind, MatchKind, Origin, Values};
use crate::finding::printable;
use crate::report::cells;
use crate::report::json::{Place, text};
use crate::report::place::Places;
use crate::run::forecast::{Foretold, Shown};

/// Attributes whose values two objects do not share.
const WANTED: [Attribute; 3] = [Attribute::UserPrincipalName, Attribute::Mail, Attribute::ProxyAddresses];

/// A source object and a cloud object that meet.
pub(super) struct Row {
    source: usize,
    cloud: usize,
    /// `hard`, `soft-smtp`, `soft-upn`, `connected`; `conflict` where they only want the same value.
    kind: &'static str,
    is_blocked: bool,
    reason: String,
    /// What stands against it: errors of the object, or what the holder is.
    conflict: String,
    names: [String; 4],
}

/// Pairs first, then cloud objects without twin that hold what a source object wants.
pub(super) fn table(foretold: &Foretold, chosen: &Chosen) -> Vec<Row> {
    let numbers = chosen.objects(foretold);
    let mut rows: Vec<Row> = numbers.iter().filter_map(|number| pair(foretold, *number)).collect();
    let mut holders: FxHashMap<String, Vec<usize>> = FxHashMap::default();
    for (number, object) in foretold.cloud.iter().enumerate().filter(|(_, object)| is_free(object)) {
        for key in keys(&object.values) {
            let known = holders.entry(key).or_default();
            if known.last() != Some(&number) {
                known.push(number);
            }
        }
    }
    let paired: Vec<(usize, usize)> = rows.iter().map(|row| (row.source, row.cloud)).collect();
    let taken: rustc_hash::FxHashSet<usize> = foretold
        .forecast
        .fates
        .iter()
        .filter(|fate| !fate.twin.is_blocked)
        .filter_map(|fate| fate.twin.cloud)
        .map(|cloud| cloud as usize)
        .collect();
    for number in numbers {
        let Some(object) = foretold.objects.get(number) else { continue };
        let mut met: Vec<(usize, String)> = Vec::new();
        for key in keys(&object.values) {
            for cloud in holders.get(&key).into_iter().flatten() {
                let is_new = !met.iter().any(|(known, _)| known == cloud)
                    && !paired.contains(&(number, *cloud))
                    && !taken.contains(cloud);
                if is_new {
                    met.push((*cloud, key.clone()));
                }
            }
        }
        for (cloud, key) in met {
            let Some(other) = foretold.cloud.get(cloud) else { continue };
            let reason = format!("both want `{key}`");
            rows.push(row(foretold, (number, cloud), "conflict", false, reason, describe(other)));
        }
    }
    rows
}

/// Made in the cloud: nothing ties it to a source object.
fn is_free(object: &CloudObject) -> bool {
    object.origin != Origin::Synced && object.deleted.is_none()
}

fn keys(values: &Values) -> impl Iterator<Item = String> + '_ {
    let wanted = values.iter().filter(|value| WANTED.contains(&value.attribute));
    wanted.map(|value| plain(address(value.text))).filter(|key| key.contains('@'))
}

fn describe(object: &CloudObject) -> String {
    let guest = if object.is_guest { "guest, " } else { "" };
    format!("{guest}{} made in the cloud", object.class.name())
}

fn pair(foretold: &Foretold, number: usize) -> Option<Row> {
    let fate = foretold.forecast.fates.get(number)?;
    let cloud = fate.twin.cloud? as usize;
    let other = foretold.cloud.get(cloud)?;
    let object = foretold.objects.get(number)?;
    let text = |attribute| object.values.text(attribute).unwrap_or_default();
    let reason = match fate.twin.kind {
        MatchKind::Hard => format!("source anchor `{}`", other.immutable_id.as_deref().unwrap_or_default()),
        MatchKind::SoftSmtp => {
            let primary =
                object.values.all(Attribute::ProxyAddresses).find(|value| value.text.starts_with("SMTP:"));
            format!(
                "primary address `{}`",
                primary.map_or(text(Attribute::Mail), |value| address(value.text))
            )
        }
        MatchKind::SoftUpn => format!("user principal name `{}`", text(Attribute::UserPrincipalName)),
        MatchKind::Connected => "synchronised already".to_owned(),
        MatchKind::None => "no match".to_owned(),
    };
    let is_conflict = |kind: Kind| !matches!(kind, Kind::Create | Kind::Update | Kind::Takeover | Kind::Heal);
    let mut conflicts: Vec<String> = Vec::new();
    for outcome in fate.outcomes.iter().filter(|outcome| outcome.cycle == 1 && is_conflict(outcome.kind)) {
        let name = outcome.error.map_or(outcome.kind.name(), crate::entra::SyncError::name);
        if !conflicts.iter().any(|known| known == name) {
            conflicts.push(name.to_owned());
        }
    }
    let kind = fate.twin.kind.name();
    Some(row(foretold, (number, cloud), kind, fate.twin.is_blocked, reason, conflicts.join(", ")))
}

fn row(
    foretold: &Foretold,
    (source, cloud): (usize, usize),
    kind: &'static str,
    is_blocked: bool,
    reason: String,
    conflict: String,
) -> Row {
    let upn = |values: Option<&Values>| {
        values.and_then(|values| values.text(Attribute::UserPrincipalName)).unwrap_or_default().to_owned()
    };
    let object = foretold.objects.get(source);
    let other = foretold.cloud.get(cloud);
    let names = [
        object.map_or(String::new(), |object| object.dn.to_string()),
        upn(object.map(|object| &object.values)),
        other.map_or(String::new(), |object| object.id.to_string()),
        upn(other.map(|object| &object.values)),
    ];
    Row { source, cloud, kind, is_blocked, reason, conflict, names }
}

pub(super) fn human(table: &[Row], out: &mut dyn Write) -> io::Result<()> {
    let conflicts = table.iter().filter(|row| row.kind == "conflict").count();
    let blocked = table.iter().filter(|row| row.is_blocked).count();
    let (pairs, verb) = (table.len() - conflicts, if conflicts == 1 { "wants" } else { "want" });
    let plural = if pairs == 1 { "pair" } else { "pairs" };
    writeln!(
        out,
        "{pairs} {plural}, {blocked} of them blocked; {conflicts} {verb} what an object of the cloud holds\n"
    )?;
    for row in table {
        let [dn, upn, id, cloud_upn] = &row.names;
        let named = |name: &str, upn: &str| {
            if upn.is_empty() || name == upn {
                printable(name).into_owned()
            } else {
                format!("{} ({})", printable(name), printable(upn))
            }
        };
        let blocked = if row.is_blocked { ", blocked" } else { "" };
        writeln!(out, "{}{blocked}: {}", row.kind, printable(&row.reason))?;
        writeln!(out, "    {}", named(dn, upn))?;
        writeln!(out, "    {}", named(id, cloud_upn))?;
        if !row.conflict.is_empty() {
            writeln!(out, "    {}", printable(&row.conflict))?;
        }
    }
    Ok(())
}

/// The name of the form of `presync forecast --matches`.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
enum Schema {
    #[serde(rename = "presync-matches/1")]
    Version1,
}

/// Which objects of the two sides belong together.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Document<'a> {
    schema: Schema,
    matches: Vec<Meeting<'a>>,
    /// What has to be known to read the table.
    notes: &'a [String],
}

/// A source object and a cloud object that meet.
#[derive(Serialize, JsonSchema)]
struct Meeting<'a> {
    /// `conflict` where they only want the same value.
    #[schemars(extend("enum" = ["none", "hard", "soft-smtp", "soft-upn", "connected", "conflict"]))]
    kind: &'static str,
    blocked: bool,
    reason: &'a str,
    /// What stands against it; empty if nothing does.
    conflict: &'a str,
    object: &'a str,
    #[serde(rename = "userPrincipalName")]
    user_principal_name: &'a str,
    location: Option<Place<'a>>,
    cloud_id: &'a str,
    #[serde(rename = "cloud_userPrincipalName")]
    cloud_user_principal_name: &'a str,
    cloud_location: Option<Place<'a>>,
}

pub(super) fn json<'a>(
    table: &'a [Row],
    foretold: &'a Foretold,
    places: &Places<'a>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let place = |shown: Option<&Shown>| shown.map(|shown| Place::of(shown.spot.location, places));
    let matches = table.iter().map(|row| {
        let [object, upn, id, cloud_upn] = &row.names;
        Meeting {
            kind: row.kind,
            blocked: row.is_blocked,
            reason: &row.reason,
            conflict: &row.conflict,
            object,
            user_principal_name: upn,
            location: place(foretold.shown.get(row.source)),
            cloud_id: id,
            cloud_user_principal_name: cloud_upn,
            cloud_location: place(foretold.cloud_shown.get(row.cloud)),
        }
    });
    let matches = matches.collect();
    writeln!(out, "{}", text(&Document { schema: Schema::Version1, matches, notes: &foretold.notes })?)
}

pub(super) fn csv(table: &[Row], out: &mut dyn Write) -> io::Result<()> {
    let header = [
        "kind",
        "blocked",
        "reason",
        "conflict",
        "object",
        "userPrincipalName",
        "cloud_id",
        "cloud_userPrincipalName",
    ];
    cells::row(&header, out)?;
    for row in table {
        let [dn, upn, id, cloud_upn] = &row.names;
        let blocked = if row.is_blocked { "true" } else { "false" };
        cells::row(&[row.kind, blocked, &row.reason, &row.conflict, dn, upn, id, cloud_upn], out)?;
    }
    Ok(())
}

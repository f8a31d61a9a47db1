//! Errors for people: one block an error, or one a pair.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style as Paint};

use super::{First, Listing, Pair};
use crate::entra::conflict::{Side, State};
use crate::finding::printable;
use crate::report::Style;
use crate::report::place::Places;
use crate::run::{Party, Recorded};
use crate::source::{Location, Store};

pub(super) fn write(
    listing: &Listing<'_>,
    store: &Store,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let of_errors = listing.errors.iter().map(|error| error.location.file);
    let of_pairs = listing.pairs.iter().map(|pair| pair.error.location.file);
    let of_holders = listing.pairs.iter().filter_map(|pair| listing.party(pair.holder));
    let of_holders = of_holders.map(|party| party.location.file);
    let of_names = listing.placeholders.iter().map(|placeholder| placeholder.location.file);
    let places = Places::of_files(of_errors.chain(of_pairs).chain(of_holders).chain(of_names), store);
    let drawing = Drawing { listing, places, bold: bold(style, None), style };
    if listing.by_pair {
        for pair in &listing.pairs {
            drawing.pair(pair, out)?;
        }
    }
    let is_paired = |error: &Recorded| {
        listing.by_pair
            && listing.pairs.iter().any(|pair| {
                pair.error.key == error.key && (pair.error.party == error.party || pair.holder == error.party)
            })
    };
    for error in listing.errors.iter().filter(|error| !is_paired(error)) {
        drawing.error(error, out)?;
    }
    for placeholder in &listing.placeholders {
        drawing.head(placeholder.party, out)?;
        let (name, wanted) = (printable(&placeholder.name), printable(&placeholder.wanted));
        writeln!(
            out,
            "  signs in as the placeholder `{name}`, though nobody holds `{wanted}` and no error is recorded"
        )?;
        writeln!(
            out,
            "  set the userPrincipalName to `{wanted}` in the tenant, or change it in the directory and back"
        )?;
        drawing.place(placeholder.location, out)?;
    }
    Ok(())
}

fn bold(style: &Style<'_>, colour: Option<AnsiColor>) -> Paint {
    if style.colour { Paint::new().bold().fg_color(colour.map(Into::into)) } else { Paint::new() }
}

struct Drawing<'d> {
    listing: &'d Listing<'d>,
    places: Places<'d>,
    bold: Paint,
    style: &'d Style<'d>,
}

impl Drawing<'_> {
    /// The object of a block.
    fn head(&self, number: usize, out: &mut dyn Write) -> io::Result<()> {
        let bold = self.bold;
        let Some(party) = self.listing.party(number) else { return Ok(()) };
        writeln!(out, "{bold}{}{bold:#}  {} {}", printable(&party.name), party.class, printable(&party.id))
    }

    fn error(&self, error: &Recorded, out: &mut dyn Write) -> io::Result<()> {
        self.head(error.party, out)?;
        let colour = if error.state == State::Healing { AnsiColor::Green } else { AnsiColor::Red };
        let paint = bold(self.style, Some(colour));
        let since = error.occurred.as_deref().map(|time| format!(", since {}", printable(time)));
        let (property, value) = (printable(&error.property), printable(&error.value));
        let state = error.state.name();
        writeln!(out, "  {paint}{state}{paint:#}: {property} `{value}`{}", since.unwrap_or_default())?;
        match (error.side, error.state) {
            (Side::Holder, _) => {
                let victims = self.listing.found.errors.iter().filter(|other| {
                    other.key == error.key && other.party != error.party && other.side == Side::Victim
                });
                let names: Vec<String> = victims.map(|victim| self.called(victim.party)).collect();
                if names.is_empty() {
                    writeln!(out, "  it holds the value; no other object records that it is refused it")?;
                } else {
                    writeln!(out, "  it holds the value, which is refused to {}", names.join(", "))?;
                }
            }
            (_, State::Healing) => {
                writeln!(out, "  nobody holds it any more: the task that runs every hour gives it back")?;
            }
            (Side::Victim, _) if error.holders.is_empty() => {
                writeln!(out, "  nobody is seen to hold it, but not all addresses were exported")?;
            }
            (Side::Victim, _) => {
                for (number, attribute) in &error.holders {
                    writeln!(out, "  {} holds it as {}", self.called(*number), attribute.graph_name())?;
                }
            }
            (Side::Unknown, _) => {
                writeln!(out, "  whether it holds the value itself cannot be told from what was exported")?;
            }
        }
        if let Some(placeholder) = &error.placeholder {
            writeln!(out, "  until then it signs in as `{}`", printable(placeholder))?;
        }
        self.place(error.location, out)
    }

    fn pair(&self, pair: &Pair<'_>, out: &mut dyn Write) -> io::Result<()> {
        let bold = self.bold;
        let (property, value) = (printable(&pair.error.property), printable(&pair.error.value));
        let since = pair.error.occurred.as_deref().map(|time| format!(", since {}", printable(time)));
        writeln!(out, "{bold}{property} `{value}`{bold:#}{}", since.unwrap_or_default())?;
        writeln!(out, "  victim  {}{}", self.called(pair.error.party), self.at(pair.error.location))?;
        let Some(holder) = self.listing.party(pair.holder) else { return Ok(()) };
        let held = pair.held_as.graph_name();
        writeln!(out, "  holder  {}, as {held}{}", self.called(pair.holder), self.at(holder.location))?;
        let first = match pair.first {
            First::Victim => "the victim was made first",
            First::Holder => "the holder was made first",
            First::HolderByValue => "the holder, since it has the value (`createdDateTime` was not exported)",
        };
        writeln!(out, "  first   {first}")?;
        let side = match holder.synced {
            Some(true) => "in the directory, since it is synchronised",
            _ => "in the tenant, since it is not synchronised",
        };
        let name = printable(&holder.name);
        writeln!(out, "  freed   by taking it from {name} {side}; within an hour the service gives it back")?;
        if let Some(placeholder) = &pair.error.placeholder {
            writeln!(out, "  until then the victim signs in as `{}`", printable(placeholder))?;
        }
        writeln!(out)
    }

    fn called(&self, number: usize) -> String {
        let Some(party) = self.listing.party(number) else { return String::new() };
        called(party)
    }

    fn at(&self, location: Location) -> String {
        let position = self.places.position(location.file, location.span.offset);
        let file = printable(self.places.store.name(location.file)).into_owned();
        format!("  ({file}:{}:{})", position.line, position.column)
    }

    fn place(&self, location: Location, out: &mut dyn Write) -> io::Result<()> {
        let position = self.places.position(location.file, location.span.offset);
        let file = printable(self.places.store.name(location.file)).into_owned();
        writeln!(out, "  {file}:{}:{}\n", position.line, position.column)
    }
}

/// An object as people call it: `user Joe (joe@contoso.com)`.
fn called(party: &Party) -> String {
    let address = party.address.as_ref().filter(|address| **address != party.name);
    let address = address.map(|address| format!(" ({})", printable(address))).unwrap_or_default();
    format!("{} {}{address}", party.class, printable(&party.name))
}

pub(super) fn summary(listing: &Listing<'_>, out: &mut dyn Write) -> io::Result<()> {
    let healing = listing.errors.iter().filter(|error| error.state == State::Healing).count();
    let mut objects: Vec<usize> = listing.errors.iter().map(|error| error.party).collect();
    objects.sort_unstable();
    objects.dedup();
    let all = listing.found.errors.len();
    let count = |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
    let mut text = match (listing.errors.len(), all) {
        (0, 0) => "no provisioning errors are recorded".to_owned(),
        (0, all) => format!("no error fits, of {all}"),
        (shown, all) => {
            let conflicts = shown - healing;
            let of = if shown < all { format!(", of {all}") } else { String::new() };
            let (errors, objects) = (count(shown, "error"), count(objects.len(), "object"));
            format!("{errors} of {objects}: {conflicts} in conflict, {healing} healing{of}")
        }
    };
    if !listing.placeholders.is_empty() {
        let names = count(listing.placeholders.len(), "placeholder");
        text.push_str(&format!("; {names} that should have healed"));
    }
    writeln!(out, "{text}")?;
    writeln!(out, "read {}", count(usize::try_from(listing.found.objects).unwrap_or(usize::MAX), "object"))
}

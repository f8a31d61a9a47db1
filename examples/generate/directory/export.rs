//! A whole export: what was asked for, and the order of its objects.

use super::faults::Faults;
use super::format::Format;
use super::layout::Layout;
use super::ldif::Style;
use super::object::Object;
use super::objects::{Directory, unit, units};
use super::random::Random;
use std::collections::HashSet;
use std::io::{self, Write};

/// Smaller files have no organizational units.
const SMALLEST_WITH_UNITS: u64 = 100;

/// What an export is made from.
pub(crate) struct Export {
    /// How many objects, organizational units included.
    pub(crate) objects: u64,
    /// Another number gives another directory.
    pub(crate) seed: u64,
    /// The share of users, groups and contacts that get a fault, from 0 to 1.
    pub(crate) faults: f64,
    /// The format of the file.
    pub(crate) format: Format,
    /// The tool whose LDIF is imitated.
    pub(crate) style: Style,
}

impl Export {
    /// Writes the file, and returns what was spoiled in it.
    pub(crate) fn write(&self, out: impl Write) -> io::Result<Faults> {
        let columns = if self.format.needs_columns() { self.columns()? } else { Vec::new() };
        let mut writer = self.format.begin(out, self.style, columns)?;
        let faults = self.each(&mut |object| writer.object(object))?;
        writer.finish()?;
        Ok(faults)
    }

    /// Makes one object after the other.
    fn each(&self, show: &mut dyn FnMut(&Object) -> io::Result<()>) -> io::Result<Faults> {
        let with_units = if self.objects < SMALLEST_WITH_UNITS { 0 } else { units().count() };
        let mut random = Random::of(self.seed, 4, 0);
        for (name, parent) in units().take(with_units) {
            show(&unit(&mut random, name, parent))?;
        }
        let others = self.objects - with_units as u64;
        let layout = Layout::new(self.seed, others);
        let faults = Faults::new(self.seed, self.faults, layout.users);
        let mut directory = Directory { seed: self.seed, layout, faults };
        for place in 0..others {
            show(&directory.object(place))?;
        }
        Ok(directory.faults)
    }

    /// The attributes of all objects, each once, as they are met. The directory is made twice for it: nothing is remembered.
    fn columns(&self) -> io::Result<Vec<&'static str>> {
        let (mut known, mut columns) = (HashSet::new(), Vec::new());
        self.each(&mut |object| {
            columns.extend(
                object.attributes.iter().map(|attribute| attribute.name).filter(|name| known.insert(*name)),
            );
            Ok(())
        })?;
        Ok(columns)
    }
}

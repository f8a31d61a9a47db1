//! A whole export: what was asked for, and the order of its objects.

use crate::faults::Faults;
use crate::layout::Layout;
use crate::ldif::{Ldif, Style};
use crate::objects::{Directory, unit, units};
use crate::random::Random;
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
    /// The tool whose output is imitated.
    pub(crate) style: Style,
}

impl Export {
    /// Writes the file, and returns what was spoiled in it.
    pub(crate) fn write(&self, out: impl Write) -> io::Result<Faults> {
        let mut ldif = Ldif::begin(out, self.style)?;
        let with_units = if self.objects < SMALLEST_WITH_UNITS { 0 } else { units().count() };
        let mut random = Random::of(self.seed, 4, 0);
        for (name, parent) in units().take(with_units) {
            unit(&mut ldif, &mut random, name, parent)?;
        }
        let others = self.objects - with_units as u64;
        let layout = Layout::new(self.seed, others);
        let faults = Faults::new(self.seed, self.faults, layout.users);
        let mut directory = Directory { seed: self.seed, layout, faults };
        for place in 0..others {
            directory.object(&mut ldif, place)?;
        }
        ldif.finish()?;
        Ok(directory.faults)
    }
}

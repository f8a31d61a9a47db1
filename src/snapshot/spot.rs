//! Where the values and the name of a record stand in the file.

use super::record::{Place, Record};
use crate::source::{FileId, Form, Location};

/// Where a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// The stored value.
    pub location: Location,
    /// How it is written there.
    pub form: Form,
    /// How many bytes at its beginning stand nowhere in the file.
    pub added: u8,
}

impl Place {
    /// The place in the file; `offset` is where the block begins that the record was read from.
    #[must_use]
    pub fn located(&self, file: FileId, offset: u64) -> Location {
        Location::new(file, offset + u64::from(self.start), u64::from(self.length))
    }

    fn spot(&self, file: FileId, offset: u64) -> Spot {
        // of a URL the text is what stands there
        let form = if self.url { Form::Plain } else { self.form };
        Spot { location: self.located(file, offset), form, added: self.added }
    }
}

impl Record {
    /// Where value number `index` of the record stands, and where the reference to it does, if it stands elsewhere.
    #[must_use]
    pub fn spot(&self, index: usize, file: FileId, offset: u64) -> Option<(Spot, Option<Location>)> {
        let here = self.entry(index)?.place.spot(file, offset);
        let elsewhere = self.elsewhere.iter().find(|known| known.entry as usize == index);
        Some(match elsewhere {
            None => (here, None),
            Some(known) => {
                let location = Location { file, span: known.span };
                (Spot { location, form: known.form, ..here }, Some(here.location))
            }
        })
    }

    /// Where the name stands.
    #[must_use]
    pub fn name_spot(&self, file: FileId, offset: u64) -> Spot {
        self.dn_place.spot(file, offset)
    }
}

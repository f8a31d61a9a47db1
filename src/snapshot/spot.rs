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

/// A [`Spot`] in half of its size, for places of which there are tens of millions. A value of more than 4 GB, or behind the
/// first TB of its file, is kept as the beginning of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptSpot {
    file: FileId,
    /// The lower bits of the offset.
    offset: u32,
    length: u32,
    /// The upper bits of the offset.
    above: u8,
    form: Form,
    added: u8,
}

const _: () = assert!(size_of::<KeptSpot>() == 16);

impl From<Spot> for KeptSpot {
    fn from(Spot { location, form, added }: Spot) -> Self {
        let Location { file, span } = location;
        let above = u8::try_from(span.offset >> 32);
        let (Ok(above), Ok(length)) = (above, u32::try_from(span.length)) else {
            return Self { file, offset: 0, length: 0, above: 0, form: Form::Plain, added: 0 };
        };
        // the upper bits stand in `above`
        let offset = (span.offset & u64::from(u32::MAX)) as u32;
        Self { file, offset, length, above, form, added }
    }
}

impl From<KeptSpot> for Spot {
    fn from(kept: KeptSpot) -> Self {
        let offset = u64::from(kept.above) << 32 | u64::from(kept.offset);
        let location = Location::new(kept.file, offset, u64::from(kept.length));
        Self { location, form: kept.form, added: kept.added }
    }
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

#[cfg(test)]
mod tests {
    use super::{KeptSpot, Spot};
    use crate::source::{FileId, Form, Location};

    #[test]
    fn a_kept_spot_is_the_spot() {
        let of = |offset, length| Spot {
            location: Location::new(FileId(7), offset, length),
            form: Form::Csv { quoted: true, list: false },
            added: 5,
        };
        let last = (1_u64 << 40) - 1;
        for (offset, length) in [(0, 0), (u64::from(u32::MAX) + 1, 3), (last, u64::from(u32::MAX))] {
            assert_eq!(Spot::from(KeptSpot::from(of(offset, length))), of(offset, length));
        }
        for (offset, length) in [(last + 1, 1), (1, 1 << 32)] {
            let kept = Spot::from(KeptSpot::from(of(offset, length)));
            assert_eq!(kept.location, Location::new(FileId(7), 0, 0));
        }
    }
}

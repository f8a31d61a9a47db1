//! Bytes that are looked at side by side: of 64 bytes at once, which ones are of a kind.

use wide::u8x16;

/// How many bytes are looked at together.
pub(super) const WIDTH: usize = 64;

/// Some bytes that stand side by side.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lanes([u8x16; 4]);

impl Lanes {
    /// The bytes that a text begins with; behind its end stand bytes that are `filler`.
    pub(super) fn of(text: &[u8], filler: u8) -> Self {
        if let Some(whole) = text.first_chunk::<WIDTH>() {
            return Self::whole(whole);
        }
        let mut padded = [filler; WIDTH];
        padded.iter_mut().zip(text).for_each(|(to, from)| *to = *from);
        Self::whole(&padded)
    }

    #[inline]
    fn whole(bytes: &[u8; WIDTH]) -> Self {
        let (quarters, _) = bytes.as_chunks::<16>();
        let quarter = |number: usize| u8x16::new(quarters.get(number).copied().unwrap_or_default());
        Self([quarter(0), quarter(1), quarter(2), quarter(3)])
    }

    /// Which bytes are this one, as bits; the first byte has the lowest.
    #[inline]
    pub(super) fn equal(self, byte: u8) -> u64 {
        let wanted = u8x16::splat(byte);
        self.bits(|bytes| bytes.simd_eq(wanted))
    }

    /// Which bytes are one of these.
    #[inline]
    pub(super) fn any_of<const N: usize>(self, wanted: [u8; N]) -> u64 {
        let wanted = wanted.map(u8x16::splat);
        self.bits(|bytes| wanted.into_iter().fold(u8x16::splat(0), |all, one| all | bytes.simd_eq(one)))
    }

    /// Which bytes are a quote, a backslash, or a control character below the space.
    #[inline]
    pub(super) fn quotes_or_controls(self) -> u64 {
        let (quote, backslash, most) = (u8x16::splat(b'"'), u8x16::splat(b'\\'), u8x16::splat(b' ' - 1));
        let is_control = |bytes: u8x16| bytes.min(most).simd_eq(bytes);
        self.bits(|bytes| bytes.simd_eq(quote) | bytes.simd_eq(backslash) | is_control(bytes))
    }

    /// The bytes with these bits set in each.
    #[inline]
    pub(super) fn with(self, bits: u8) -> Self {
        Self(self.0.map(|bytes| bytes | u8x16::splat(bits)))
    }

    /// Which bytes are no ASCII.
    #[inline]
    pub(super) fn high(self) -> u64 {
        self.bits(|bytes| bytes)
    }

    /// The highest bit of what is made of each byte.
    #[inline]
    fn bits(self, of: impl Fn(u8x16) -> u8x16) -> u64 {
        let Self(quarters) = self;
        quarters.into_iter().rev().fold(0, |bits, bytes| bits << 16 | u64::from(of(bytes).to_bitmask()))
    }
}

/// The numbers of the bits that are set, from the lowest.
#[inline]
pub(super) fn each(mut bits: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let first = bits.trailing_zeros();
        let rest = bits & bits.wrapping_sub(1);
        (std::mem::replace(&mut bits, rest) != 0).then_some(first)
    })
}

/// How many bytes are looked through before what was found is put with the rest.
const STRETCH: usize = 8 * WIDTH;

/// Adds the places of bytes of a text, which itself begins at `start`: those whose bits `find` gives. Behind the end stand blanks.
#[inline]
pub(super) fn add_places(text: &[u8], start: u32, places: &mut Vec<u32>, mut find: impl FnMut(Lanes) -> u64) {
    // gathered where there is always room
    let mut found = [0_u32; STRETCH];
    let mut start = start;
    for stretch in text.chunks(STRETCH) {
        let mut count = 0;
        for bytes in stretch.chunks(WIDTH) {
            for bit in each(find(Lanes::of(bytes, b' '))) {
                if let Some(place) = found.get_mut(count) {
                    *place = start + bit;
                }
                count += 1;
            }
            start = start.saturating_add(WIDTH as u32);
        }
        places.extend_from_slice(found.get(..count).unwrap_or_default());
    }
}

/// Whether all bytes that were met are ASCII without NUL.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cleanness {
    all_bits: u8x16,
    least: u8x16,
}

impl Cleanness {
    /// Nothing was met.
    pub(super) fn new() -> Self {
        Self { all_bits: u8x16::splat(0), least: u8x16::splat(u8::MAX) }
    }

    /// Takes note of more bytes.
    #[inline]
    pub(super) fn add(&mut self, Lanes(quarters): Lanes) {
        for bytes in quarters {
            self.all_bits |= bytes;
            self.least = self.least.min(bytes);
        }
    }

    /// What came out.
    pub(super) fn is_clean(self) -> bool {
        self.all_bits.to_bitmask() == 0 && self.least.simd_eq(u8x16::splat(0)).to_bitmask() == 0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bits_are_those_of_the_bytes(text: Vec<u8>, byte: u8, filler: u8) {
            let lanes = Lanes::of(&text, filler);
            for number in 0..WIDTH {
                let at = text.get(number).copied().unwrap_or(filler);
                prop_assert_eq!(lanes.equal(byte) >> number & 1 == 1, at == byte);
                prop_assert_eq!(lanes.high() >> number & 1 == 1, at >= 128);
                prop_assert_eq!(lanes.any_of([byte, b'a']) >> number & 1 == 1, at == byte || at == b'a');
                let is_control = at == b'"' || at == b'\\' || at < b' ';
                prop_assert_eq!(lanes.quotes_or_controls() >> number & 1 == 1, is_control);
                prop_assert_eq!(lanes.with(0x20).equal(byte) >> number & 1 == 1, at | 0x20 == byte);
            }
        }

        #[test]
        fn what_is_clean_is_ascii(text in prop::collection::vec(0_u8..=130, 0..200)) {
            let mut cleanness = Cleanness::new();
            text.chunks(WIDTH).for_each(|bytes| cleanness.add(Lanes::of(bytes, b' ')));
            prop_assert_eq!(cleanness.is_clean(), text.iter().all(|byte| (1..128).contains(byte)));
        }
    }
}

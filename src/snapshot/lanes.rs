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

    /// Which bytes are less than this one.
    #[inline]
    pub(super) fn below(self, byte: u8) -> u64 {
        let most = u8x16::splat(byte.saturating_sub(1));
        if byte == 0 { 0 } else { self.bits(|bytes| bytes.min(most).simd_eq(bytes)) }
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
                prop_assert_eq!(lanes.below(byte) >> number & 1 == 1, at < byte);
                prop_assert_eq!(lanes.high() >> number & 1 == 1, at >= 128);
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

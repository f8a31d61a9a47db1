//! Walks over texts, byte by byte, by tables: where a walk is takes six bits of a row from that bit on, and a row is one number,
//! so that a step is a shift, and no step waits for memory.

/// For each byte, where it leads from everywhere.
pub type Table = [u64; 256];

/// Where a byte leads from a place; only the lowest six bits mean something.
#[must_use]
#[inline]
pub fn step(table: &Table, at: u64, byte: u8) -> u64 {
    // a table has a row for every byte
    table.get(usize::from(byte)).map_or(0, |row| row >> (at & 63))
}

/// Where a text leads from a place.
#[must_use]
#[inline]
pub fn end(table: &Table, from: u64, text: &[u8]) -> u64 {
    text.iter().fold(from, |at, byte| step(table, at, *byte)) & 63
}

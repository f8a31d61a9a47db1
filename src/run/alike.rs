//! Whether a file that was edited says what was meant: it is read again, and compared with the old one as it should have
//! become.

use std::io;
use std::sync::Arc;

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_128;

use super::overlay::Overlay;
use super::read::opened;
use super::{Files, Input};
use crate::finding::{Problem, Severity};
use crate::snapshot::shape::Mappings;
use crate::snapshot::{Names, Record, Snapshot};
use crate::source::{FileId, Store};

/// Whether two files hold the same objects with the same values, in one order, where the changes of an overlay are made to
/// the first; and the second has no fault that the first does not have. `files` says how the first is read, `names` which
/// attributes are compared.
///
/// # Errors
/// What the operating system says.
pub fn alike(
    store: &Store,
    files: &Files,
    (old, new): (FileId, FileId),
    overlay: &Overlay,
    (names, mappings): (&Names, &Arc<Mappings>),
) -> io::Result<bool> {
    for input in files.inputs.iter().filter(|input| input.file == old) {
        let edited = Input { file: new, ..input.clone() };
        let (mut before, mut after) = (Vec::new(), Vec::new());
        let nothing = Overlay::default();
        let one = opened(store, input, names, mappings, &mut before)
            .map(|snapshot| digests(store, &snapshot, overlay, names, &mut before));
        let other = opened(store, &edited, names, mappings, &mut after)
            .map(|snapshot| digests(store, &snapshot, &nothing, names, &mut after));
        let (Some(one), Some(other)) = (one.transpose()?, other.transpose()?) else { return Ok(false) };
        if one != other || errors(&after) > errors(&before) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn errors(problems: &[Problem]) -> usize {
    problems.iter().filter(|problem| problem.severity == Severity::Error).count()
}

/// A digest of each object.
fn digests(
    store: &Store,
    snapshot: &Snapshot,
    overlay: &Overlay,
    names: &Names,
    problems: &mut Vec<Problem>,
) -> io::Result<Vec<u128>> {
    let parts: Vec<io::Result<(Vec<u128>, Vec<Problem>)>> = (0..snapshot.parts())
        .into_par_iter()
        .map(|part| {
            let (mut digests, mut problems, mut block) = (Vec::new(), Vec::new(), Vec::new());
            let offset = snapshot.read(part, store, &mut block)?;
            let mut reader = snapshot.reader(part, &block, offset, names);
            let mut record = Record::default();
            while reader.next(&mut record, &mut problems) {
                overlay.apply(&mut record, (snapshot.file, offset), names);
                digests.push(digest(&record, &block));
            }
            Ok((digests, problems))
        })
        .collect();
    let mut all = Vec::new();
    for part in parts {
        let (digests, said) = part?;
        all.extend(digests);
        problems.extend(said);
    }
    Ok(all)
}

/// Of the name and of all values; those of one attribute stand in any order.
fn digest(record: &Record, block: &[u8]) -> u128 {
    let values = record.entries().iter().map(|entry| {
        let slot = entry.slot.map_or(u16::MAX, |slot| slot.0).to_le_bytes();
        let name = record.bytes(block, entry.name).to_ascii_lowercase();
        let url = [u8::from(entry.place.url)];
        let value = record.bytes(block, entry.value);
        xxh3_128(&[&slot[..], &url, &(name.len() as u64).to_le_bytes(), &name, value].concat())
    });
    let mut values: Vec<u128> = values.collect();
    values.sort_unstable();
    let mut text = record.bytes(block, record.dn).to_vec();
    text.push(0);
    text.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    xxh3_128(&text)
}

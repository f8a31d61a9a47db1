//! Checking again and again, each time as if other changes had been made: only what the changes have to do with is judged
//! again.

use std::time::Instant;

use rayon::prelude::*;

use super::fetch::Records;
use super::read::{self, Reading};
use super::seen::Seen;
use super::{Absent, Files, Judged, Overlay, Terms, check_with, not_exported};
use crate::engine::{Confirm, Directory, Fetch, Known, Ledger, Loaded, Partial, Renewed, Scan, Signatures};
use crate::finding::Outcome;
use crate::pack::Rulebook;
use crate::source::Store;

/// How many records one thread scans in one go.
const RECORDS: usize = 512;

/// Among so many records, one that changes is scanned as it was before: looking at the marks of all takes longer then.
const FEW: usize = 64;

/// Opened files that were checked. Whatever is found points at the files as they are.
pub struct Rechecked<'c> {
    store: &'c Store,
    files: &'c Files,
    book: &'c Rulebook,
    terms: Terms,
    signatures: Signatures<'c>,
    reading: Reading,
    directory: Directory,
    ledger: Ledger,
    absent: Vec<Absent>,
    /// The changes with which the ledger is up to date.
    overlay: Overlay,
}

impl<'c> Rechecked<'c> {
    /// Checks opened files with the rules of a book.
    #[must_use]
    pub fn new(store: &'c Store, files: &'c Files, book: &'c Rulebook, terms: Terms) -> Self {
        let (signatures, overlay) = (Signatures::new(&book.plan), Overlay::default());
        let nothing = |_: &Seen<'_>| None::<()>;
        let (mut reading, _) = read::all(store, files, book, (&signatures, terms.now, &overlay), &nothing);
        let partial = std::mem::take(&mut reading.partial);
        let (directory, mut ledger) = Ledger::new(&book.plan, partial, &signatures);
        let absent = not_exported(book, &directory, &reading, terms);
        ledger.forget(absent.iter().filter_map(|absent| u16::try_from(absent.rule).ok()).collect());
        let mut checked =
            Self { store, files, book, terms, signatures, reading, directory, ledger, absent, overlay };
        checked.confirm(&Renewed::default());
        checked
    }

    /// What is found as if the changes of an overlay had been made: the same as a check of everything with that overlay finds.
    pub fn with(&mut self, overlay: &Overlay) -> Outcome {
        let begun = Instant::now();
        let places = self.overlay.differs(overlay);
        if !places.is_empty() {
            let records = self.reading.records_at(&places, &self.directory);
            let are_few = records.len() < self.directory.rows.len() / FEW;
            let before = are_few.then(|| self.scanned(&records, &self.overlay));
            let partials = (before, self.scanned(&records, overlay));
            let with = (&self.book.plan, &self.signatures);
            let Some(renewed) = self.ledger.renew(&mut self.directory, with, &records, partials) else {
                // a class or an attribute that nobody had: everything may be seen in another light
                return check_with(self.store, self.files, self.book, self.terms, overlay);
            };
            self.overlay = overlay.clone();
            self.confirm(&renewed);
        }
        let Self { store, files, book, terms, ref reading, ref directory, ref absent, .. } = *self;
        Judged { store, files, book, terms, reading, directory, absent }
            .outcome(self.ledger.confirmed(), begun)
    }

    fn records<'r>(&'r self, overlay: &'r Overlay) -> Records<'r> {
        let Self { store, ref reading, ref directory, .. } = *self;
        Records { store, reading, plan: &self.book.plan, directory, overlay }
    }

    /// What scanning some records gives, with an overlay.
    fn scanned(&self, records: &[u32], overlay: &Overlay) -> Partial {
        let fetch = self.records(overlay);
        let source = |record: &u32| self.directory.signature(*record).map_or(0, |signature| signature.source);
        let of_source = records.chunk_by(|one, other| source(one) == source(other));
        let chunks: Vec<&[u32]> = of_source.flat_map(|records| records.chunks(RECORDS)).collect();
        let scan = |chunk: &&[u32]| self.scan(chunk, chunk.first().map_or(0, source), &fetch);
        let scanned: Vec<Partial> = chunks.par_iter().map(scan).collect();
        let mut all = Partial::default();
        scanned.into_iter().for_each(|partial| all.append(partial));
        all
    }

    fn scan(&self, records: &[u32], source: u16, fetch: &Records<'_>) -> Partial {
        let mut scan = Scan::new(&self.book.plan, &self.signatures, source, self.terms.now);
        let mut loaded = Loaded::default();
        for record in records {
            if fetch.fetch(*record, &mut loaded) {
                let Loaded { record, block, offset, file } = &loaded;
                scan.record(record, block, *offset, *file, fetch.file_name(*file));
            }
        }
        scan.take()
    }

    fn confirm(&mut self, renewed: &Renewed) {
        let Self { store, book, terms, ref reading, ref directory, ref overlay, .. } = *self;
        let fetch = Records { store, reading, plan: &book.plan, directory, overlay };
        let world = Known::new(&book.plan, directory, &fetch, terms.now, terms.complete);
        self.ledger.confirm(renewed, &Confirm { rules: &book.infos }, &world);
    }
}

//! What an export says of itself: its version, its comments, and the blocks that programs write between and behind the objects.

use super::fault::FaultKind;
use super::line::{Line, line_at, unfold_into};
use super::reader::{LdifReader, Named, value_span};
use super::value;
use crate::finding::Problem;
use crate::snapshot::record::Record;

impl LdifReader<'_> {
    pub(super) fn version(&mut self, named: Named, record: &mut Record, problems: &mut Vec<Problem>) {
        let value = value::read(self.block, named.line, named.colon, record);
        let span = value_span(&value);
        let text = String::from_utf8_lossy(record.bytes(self.block, value.text)).trim().to_owned();
        match text.parse::<u32>() {
            Ok(1) if self.seen_record => {
                self.report(FaultKind::VersionNotFirst, named.line.start..named.line.end, problems);
            }
            Ok(1) => {}
            Ok(_) => self.report(FaultKind::UnsupportedVersion, span, problems),
            Err(_) => self.report(FaultKind::BadVersion, span, problems),
        }
        record.clear();
    }

    /// `search:`, `result:` and `ref:` blocks that ldapsearch and ldbsearch write between and behind the objects.
    pub(super) fn trailer(&mut self, first: Named, record: &mut Record) {
        let mut next = Some(first);
        while let Some(named) = next {
            let name = record.bytes(self.block, named.name).to_ascii_lowercase();
            let value = value::read(self.block, named.line, named.colon, record);
            if name == b"result" {
                let text = record.bytes(self.block, value.text).to_vec();
                let location = self.location(value_span(&value));
                self.health.searches.result(&text, location);
            } else if name == b"pagedresults" {
                let text = record.bytes(self.block, value.text).to_vec();
                let location = self.location(value_span(&value));
                self.health.searches.page(&text, location);
            }
            next = loop {
                let Some(line) = line_at(self.block, self.at) else { break None };
                match self.block.get(line.start..line.end).unwrap_or_default().first() {
                    None => break None,
                    Some(b'#') => self.comment(line),
                    Some(_) => {
                        let named = self.named(line, record);
                        let dn = named.is_some_and(|n| is_dn(record.bytes(self.block, n.name)));
                        if dn {
                            break None;
                        }
                        self.at = line.next;
                        if named.is_some() {
                            break named;
                        }
                    }
                }
            };
        }
        record.clear();
    }

    pub(super) fn comment(&mut self, line: Line) {
        self.at = line.next;
        let text = self.block.get(line.start + 1..line.end).unwrap_or_default();
        // only these comments say something of the export
        if !matches!(text, [b' ', b'e' | b'r' | b'n' | b'0'..=b'9', ..]) {
            return;
        }
        let mut unfolded = Vec::new();
        unfold_into(text, &mut unfolded);
        let location = self.location(line.start..line.end);
        let requested = self.health.searches.comment(&unfolded, location);
        self.health.requested.extend(requested);
    }
}

fn is_dn(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"dn")
}

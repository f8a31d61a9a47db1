//! The map from the decoded text of a value to the bytes of the file that it came from. One map serves snapshots, rule
//! files and edits in place. It is made again from the raw bytes when a place is needed, and never kept.

mod csv;
mod json;
mod ldif;
mod xml;
mod yaml;

use std::ops::Range;

use super::Form;

pub use json::escape;

/// A run of decoded bytes and the raw bytes that they came from.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Segment {
    decoded: Range<usize>,
    raw: Range<usize>,
    /// It cannot be taken apart: a quantum of base64, an escape.
    whole: bool,
}

/// Which raw bytes each decoded byte came from; offsets count from the beginning of the raw value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextMap {
    /// In the order of the file. A unit that lies over a fold has several segments of the same decoded bytes.
    segments: Vec<Segment>,
}

impl TextMap {
    /// The map of a value whose `length` raw bytes are the value.
    #[must_use]
    pub fn identity(length: usize) -> Self {
        let mut map = Self::default();
        map.push(0..length, 0..length);
        map
    }

    /// Adds a segment behind the others, joined with the last one where both run on byte by byte.
    pub(super) fn push(&mut self, decoded: Range<usize>, raw: Range<usize>) {
        if decoded.is_empty() && raw.is_empty() {
            return;
        }
        if let Some(last) = self.segments.last_mut()
            && !last.whole
            && last.decoded.end == decoded.start
            && last.raw.end == raw.start
        {
            last.decoded.end = decoded.end;
            last.raw.end = raw.end;
            return;
        }
        self.segments.push(Segment { decoded, raw, whole: false });
    }

    /// Adds a segment that maps only as a whole, even if both sides happen to be of one length.
    pub(super) fn push_whole(&mut self, decoded: Range<usize>, raw: Range<usize>) {
        self.segments.push(Segment { decoded, raw, whole: true });
    }

    /// The raw bytes of `decoded`: one range for each run without a fold, so one for each physical line. An empty range
    /// of decoded bytes gives the empty range in front of the raw bytes of the next one.
    #[must_use]
    pub fn raw_ranges(&self, decoded: &Range<usize>) -> Vec<Range<usize>> {
        let mut ranges: Vec<Range<usize>> = Vec::new();
        let first = self.segments.partition_point(|s| s.decoded.end <= decoded.start);
        if decoded.is_empty() {
            let at = match self.segments.get(first) {
                Some(s) if !s.whole => s.raw.start + decoded.start.saturating_sub(s.decoded.start),
                Some(s) => s.raw.start,
                None => self.segments.last().map_or(0, |s| s.raw.end),
            };
            ranges.push(at..at);
            return ranges;
        }
        for segment in self.segments.iter().skip(first) {
            if segment.decoded.start >= decoded.end {
                break;
            }
            let raw = if !segment.whole {
                let skip = decoded.start.saturating_sub(segment.decoded.start);
                let cut = segment.decoded.end.saturating_sub(decoded.end);
                segment.raw.start + skip..segment.raw.end - cut
            } else {
                segment.raw.clone()
            };
            match ranges.last_mut() {
                Some(last) if last.end == raw.start => last.end = raw.end,
                _ if raw.is_empty() => {}
                _ => ranges.push(raw),
            }
        }
        ranges
    }
}

/// The decoded text of a value as stored, and its map. Raw bytes that are no proper text of the form (the reader has
/// said so) are decoded as far as they go.
#[must_use]
pub fn decode(raw: &[u8], form: Form) -> (Vec<u8>, TextMap) {
    match form {
        Form::Plain => (raw.to_vec(), TextMap::identity(raw.len())),
        Form::LdifText => ldif::text(raw),
        Form::LdifBase64 => ldif::base64(raw),
        Form::YamlPlain | Form::YamlSingle | Form::YamlDouble | Form::YamlLiteral | Form::YamlFolded => {
            yaml::decode(raw, form)
        }
        Form::Csv { quoted, list } => csv::text(raw, quoted, list),
        Form::Hex => csv::hex(raw),
        Form::JsonText => json::text(raw),
        Form::JsonBytes => json::bytes(raw),
        Form::XmlText => xml::text(raw),
    }
}

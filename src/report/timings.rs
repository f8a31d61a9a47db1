//! What each rule cost, for people who look for a slow one.

use std::cmp::Reverse;
use std::io::{self, Write};

use super::summary::grouped;
use crate::finding::RuleCost;

/// Writes a table, the dearest rule first; rules that judged nothing are counted.
pub(super) fn write(costs: &[RuleCost], out: &mut dyn Write) -> io::Result<()> {
    let mut met: Vec<&RuleCost> = costs.iter().filter(|cost| cost.judged > 0 || cost.keys > 0).collect();
    met.sort_by_key(|cost| (Reverse(cost.nanoseconds), cost.rule.id.as_str()));
    let all: u64 = met.iter().map(|cost| cost.nanoseconds).sum();
    writeln!(out, "rules judged for {} ms, all threads together", thousandths(all / 1000))?;
    writeln!(out, "{:>10}  {:>6}  {:>13}  {:>13}  rule", "ms", "share", "judged", "keys")?;
    for cost in &met {
        let share = (cost.nanoseconds * 1000).checked_div(all).unwrap_or(0);
        let (time, share) = (thousandths(cost.nanoseconds / 1000), tenths(share));
        let (judged, keys) = (grouped(cost.judged), grouped(cost.keys));
        writeln!(out, "{time:>10}  {share:>4} %  {judged:>13}  {keys:>13}  {}", cost.rule.id)?;
    }
    match costs.len() - met.len() {
        0 => Ok(()),
        1 => writeln!(out, "1 other rule met nothing"),
        count => writeln!(out, "{count} other rules met nothing"),
    }
}

/// A number of tenths.
fn tenths(number: u64) -> String {
    format!("{}.{}", number / 10, number % 10)
}

/// A number of thousandths.
fn thousandths(number: u64) -> String {
    format!("{}.{:03}", number / 1000, number % 1000)
}

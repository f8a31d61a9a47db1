//! Work that is done side by side and handed over in order, piece by piece: nothing waits for the end, and no more than a
//! few pieces wait for their turn.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// What is done, until those before it are.
struct Gate<T, F> {
    due: u64,
    waiting: BTreeMap<u64, T>,
    hand_over: F,
}

impl<T, F: FnMut(T)> Gate<T, F> {
    fn pass(&mut self, number: u64, done: T) {
        self.waiting.insert(number, done);
        while let Some(done) = self.waiting.remove(&self.due) {
            self.due += 1;
            (self.hand_over)(done);
        }
    }
}

/// Does so many pieces of work in all threads, each beginning with the first that nobody does yet. What each thread begins
/// with serves all of its pieces. `hand_over` is given what came out, in the order of the pieces.
pub(super) fn in_order<S, T: Send>(
    pieces: u64,
    begin: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, u64) -> T + Sync,
    hand_over: impl FnMut(T) + Send,
) {
    let next = AtomicU64::new(0);
    let gate = Mutex::new(Gate { due: 0, waiting: BTreeMap::new(), hand_over });
    rayon::scope(|scope| {
        for _ in 0..rayon::current_num_threads() {
            scope.spawn(|_| {
                let mut state = begin();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= pieces {
                        break;
                    }
                    let done = work(&mut state, number);
                    if let Ok(mut gate) = gate.lock() {
                        gate.pass(number, done);
                    }
                }
            });
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_handed_over_once_and_in_order() {
        let mut all = Vec::new();
        let work = |seen: &mut u64, number: u64| {
            *seen += 1;
            // some take longer than others
            (0..number % 7 * 10_000).fold(number, |sum, more| std::hint::black_box(sum + more - more))
        };
        in_order(1_000, || 0, work, |number| all.push(number));
        assert!(all.into_iter().eq(0..1_000));
        let mut done = 0;
        in_order(0, || 0, work, |_| done += 1);
        assert_eq!(done, 0);
    }
}

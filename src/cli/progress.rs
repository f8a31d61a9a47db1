//! A bar on standard error while files are read: after half a second, and only where a person looks.

use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use super::arguments::Common;
use crate::run::Files;
use crate::source::Store;

/// Whoever waits less need not be told.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long a drawing stands.
const STEP: Duration = Duration::from_millis(100);
/// How many cells the bar has.
const CELLS: u64 = 24;

/// Does the work, and shows how far it has come.
pub(super) fn shown<T>(store: &Store, files: &Files, common: &Common, work: impl FnOnce() -> T) -> T {
    let is_dumb = std::env::var_os("TERM").is_some_and(|name| name == "dumb");
    if common.quiet || is_dumb || !io::stderr().is_terminal() {
        return work();
    }
    let total = files.inputs.iter().map(|input| store.length(input.file)).sum();
    let begin = store.bytes_read();
    thread::scope(|scope| {
        let (done, wait) = mpsc::channel();
        scope.spawn(move || draw(&wait, total, &|| store.bytes_read().saturating_sub(begin)));
        let made = work();
        // the other end sees that nobody is there any more, also where the work did not come to its end
        drop::<mpsc::Sender<()>>(done);
        made
    })
}

fn draw(wait: &Receiver<()>, total: u64, read: &dyn Fn() -> u64) {
    let mut pause = PATIENCE;
    while wait.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
        let mut error = io::stderr().lock();
        // a terminal that is gone is no reason to stop
        let _ = write!(error, "\r\u{1b}[K{}", line(read(), total)).and_then(|()| error.flush());
        pause = STEP;
    }
    if pause == STEP {
        let mut error = io::stderr().lock();
        let _ = write!(error, "\r\u{1b}[K").and_then(|()| error.flush());
    }
}

/// The bar in words: `▕██████                  ▏ 25 % of 1.8 GB read`. What is read again belongs to comparing.
fn line(read: u64, total: u64) -> String {
    if read >= total {
        return format!("▕{}▏ comparing", "█".repeat(usize::try_from(CELLS).unwrap_or(0)));
    }
    let share = |of: u64| u64::try_from(u128::from(read) * u128::from(of) / u128::from(total)).unwrap_or(of);
    let full = usize::try_from(share(CELLS)).unwrap_or(0);
    let empty = usize::try_from(CELLS).unwrap_or(0).saturating_sub(full);
    format!("▕{}{}▏ {:2} % of {} read", "█".repeat(full), " ".repeat(empty), share(100), size(total))
}

fn size(bytes: u64) -> String {
    let tenths = |unit: u64| format!("{}.{}", bytes / unit, bytes % unit * 10 / unit);
    match bytes {
        0..1_000_000 => format!("{} kB", bytes / 1000),
        1_000_000..1_000_000_000 => format!("{} MB", tenths(1_000_000)),
        _ => format!("{} GB", tenths(1_000_000_000)),
    }
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_bar_fills_and_then_says_what_comes_next() {
        assert_eq!(line(0, 4_000_000), format!("▕{}▏  0 % of 4.0 MB read", " ".repeat(24)));
        let half = format!("▕{}{}▏ 50 % of 1.8 GB read", "█".repeat(12), " ".repeat(12));
        assert_eq!(line(900_000_000, 1_800_000_000), half);
        assert_eq!(line(5, 4), format!("▕{}▏ comparing", "█".repeat(24)));
        assert_eq!(line(0, 0), line(1, 1));
    }
}

//! Which rules run, how bad their findings are, which findings are left out, and what that means for the exit code.

pub mod baseline;
mod comments;
mod directive;
mod locks;
mod notice;
mod overrides;
mod policy;
mod select;
mod since;
mod suppress;
mod weaken;

pub use baseline::Baseline;
pub use locks::Locks;
pub use notice::NOTICES;
pub use policy::{Earlier, Policy, Subject};
pub use select::{Asked, By, Decided, Selection, Wishes};
pub use suppress::{Comments, Known, Suppressions};
pub use weaken::{Regime, Weakened, weakened};

use crate::finding::{Outcome, Severity};

/// What a run tells the shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// No finding is as bad as the level that fails.
    Clean,
    /// Some are.
    Findings,
    /// presync could not do its work.
    Failed,
}

impl Verdict {
    /// The exit code.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Failed => 2,
        }
    }
}

/// The verdict of a run: a problem that is an error beats every finding.
#[must_use]
pub fn verdict(outcome: &Outcome, fail_level: Severity) -> Verdict {
    if outcome.problems.iter().any(|problem| problem.severity == Severity::Error) {
        Verdict::Failed
    } else if outcome.findings.iter().any(|finding| finding.rule.severity >= fail_level) {
        Verdict::Findings
    } else {
        Verdict::Clean
    }
}

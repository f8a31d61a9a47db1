//! The same rules on an engine that speaks SQL: statements made of the plan that the engine of presync runs.
//!
//! Three tables go in: the values (`presync show --format rows`), the facts that presync knows of single texts and SQL cannot say
//! (`presync show --format facts`), and nothing else. One comes out: the findings, which `presync report` reads again.

mod dialect;
mod fact;
mod kept;
mod lower;
mod roots;
mod row;
mod schema;
mod table;
mod text;
mod tree;
mod write;

use std::sync::Arc;

use crate::finding::RuleInfo;
use crate::language::plan::Plan;

pub use dialect::Dialect;
pub use fact::{Asked, Fact, Question, Step};
pub use row::{Kind, Read, Rows};
pub use schema::{Files, create, load};
pub use table::{BadTable, Told, told};
pub use text::{folded_text, is_ambiguous, key_text, unwritten, written};

use lower::{Judged, Lowering, Obstacle, Terms};
use tree::Statement;

/// What the statements are for.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// The engine.
    pub dialect: Dialect,
    /// The time that counts as now, in seconds since 1970.
    pub now: i64,
    /// The rows hold the whole directory: what is absent is not there.
    pub complete: bool,
}

/// The statements of rules.
#[derive(Debug, Default)]
pub struct Compiled {
    /// They fill the tables of conditions and keys, and then that of findings, and have to run in this order.
    pub statements: Vec<String>,
    /// What is asked of texts: the facts that the statements look up.
    pub asked: Vec<Asked>,
    /// Rules that SQL cannot say, and why.
    pub left_out: Vec<(String, String)>,
}

/// Makes statements of the rules of a plan; `infos` are their facts, by their numbers.
#[must_use]
pub fn compile(plan: &Plan, infos: &[Arc<RuleInfo>], target: Target) -> Compiled {
    let terms = Terms { now: target.now, complete: target.complete };
    let mut lowering = Lowering::new(plan, terms);
    let mut left_out = Vec::new();
    let mut rules = Vec::new();
    for (rule, info) in plan.rules.iter().zip(infos) {
        match lowering.judge(Judged { rule, info }) {
            Ok(statement) => rules.push(statement),
            Err(Obstacle(reason)) => left_out.push((info.id.clone(), reason)),
        }
    }
    let written = |statements: &[Statement]| -> Vec<String> {
        statements.iter().flat_map(|statement| write::statements(target.dialect, statement)).collect()
    };
    let mut statements = written(&lowering.loaded());
    statements.extend(schema::emptied());
    statements.extend(written(&lowering.prepared));
    statements.extend(schema::settled(target.dialect));
    statements.extend(written(&rules));
    Compiled { statements, asked: std::mem::take(&mut lowering.asked), left_out }
}

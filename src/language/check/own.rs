//! Whether a condition speaks only of the object at hand: not of the innermost value around it, and not of the object that a
//! sentence is about.

use crate::language::plan::{Operand, OperandKind, Test};
use crate::language::syntax::Root;

/// Whether the answer depends on nothing but the object that names mean.
pub(super) fn speaks_of_object_only(test: &Test) -> bool {
    test_is_own(test, false)
}

/// `bound` says that `it` is a value of the object itself.
fn test_is_own(test: &Test, bound: bool) -> bool {
    match test {
        Test::And(parts) | Test::Or(parts) => parts.iter().all(|part| test_is_own(part, bound)),
        Test::Not(inner) => test_is_own(inner, bound),
        Test::Named(inner, _) => test_is_own(inner, bound),
        Test::Have(_, operand, filter) => {
            operand_is_own(operand, bound) && filter.as_deref().is_none_or(|filter| test_is_own(filter, true))
        }
        Test::Refer { .. } | Test::EqualAny { .. } => false,
        _ => test.operands().all(|operand| operand_is_own(operand, bound)),
    }
}

fn operand_is_own(operand: &Operand, bound: bool) -> bool {
    match &operand.kind {
        OperandKind::Path { root, references, field, .. } => match root {
            Root::Here => references.is_empty(),
            Root::It => bound && references.is_empty() && field.is_none(),
            Root::Itself => false,
        },
        OperandKind::Selection(inner, filter) => operand_is_own(inner, bound) && test_is_own(filter, true),
        OperandKind::Call(_, arguments) => arguments.iter().all(|argument| operand_is_own(argument, bound)),
        OperandKind::Texts(_) | OperandKind::Numbers(_) => true,
    }
}

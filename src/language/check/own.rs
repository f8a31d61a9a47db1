//! Whether a condition speaks only of the object at hand: not of the innermost value around it, and not of the object that a
//! sentence is about.

use crate::language::plan::{Comparand, Operand, OperandKind, Test};
use crate::language::syntax::Root;

/// Whether the answer depends on nothing but the object that names mean.
pub(super) fn speaks_of_object_only(test: &Test) -> bool {
    test_is_own(test, false)
}

/// `bound` says that `it` is a value of the object itself.
fn test_is_own(test: &Test, bound: bool) -> bool {
    match test {
        Test::Constant(_) => true,
        Test::And(parts) | Test::Or(parts) => parts.iter().all(|part| test_is_own(part, bound)),
        Test::Not(inner) | Test::Named(inner, _) => test_is_own(inner, bound),
        Test::Format(operand, _)
        | Test::Defined(operand, ..)
        | Test::Match(operand, _)
        | Test::Flag(operand, _) => operand_is_own(operand, bound),
        Test::Have(_, operand, filter) => {
            operand_is_own(operand, bound) && filter.as_deref().is_none_or(|filter| test_is_own(filter, true))
        }
        Test::Under(left, right) | Test::Equal { left, right, .. } => {
            operand_is_own(left, bound)
                && !matches!(right, Comparand::Operand(right) if !operand_is_own(right, bound))
        }
        Test::Order { left, right, .. } | Test::Text { left, right, .. } => {
            operand_is_own(left, bound) && operand_is_own(right, bound)
        }
        Test::Refer { .. } | Test::EqualAny { .. } => false,
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

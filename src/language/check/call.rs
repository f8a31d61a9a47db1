//! Functions: names, numbers and types of arguments.

use super::{Checked, Compiler, Scope};
use crate::language::function::{Function, Gives, Takes};
use crate::language::plan::{Operand, OperandKind, Reads};
use crate::language::suggest::nearest;
use crate::language::syntax::{At, Call, Span};
use crate::snapshot::value::Type;

impl Compiler<'_> {
    pub(super) fn call(&mut self, call: &Call, span: &Span, scope: Scope) -> Checked<Operand> {
        let name = &call.function;
        let Some(function) = Function::from_name(&name.node) else { return self.unknown_function(name) };
        let signature = function.signature();
        let (least, most) = signature.arguments;
        if call.arguments.len() < least || call.arguments.len() > most {
            let wanted = match (least, most) {
                (1, 1) => "1 argument".to_owned(),
                (least, most) if least == most => format!("{least} arguments"),
                (least, most) => format!("{least} to {most} arguments"),
            };
            return self.fault(
                "rule-arguments",
                span,
                format!("`{}` takes {wanted}, not {}", name.node, call.arguments.len()),
                "this call",
                Some(format!("`{}` gives {}", name.node, signature.about)),
            );
        }
        let mut arguments = Vec::new();
        for argument in &call.arguments {
            arguments.push(self.operand(argument, scope));
        }
        let arguments: Vec<Operand> = arguments.into_iter().collect::<Option<_>>()?;
        let first = arguments.first().map(|argument| argument.reads)?;
        let place = call.arguments.first().map_or(span, |argument| &argument.span);
        self.takes(&name.node, signature.takes, first, place)?;
        if signature.takes == Takes::Reference
            && !matches!(arguments.first().map(|argument| &argument.kind), Some(OperandKind::Path { .. }))
        {
            return self.fault(
                "rule-type",
                place,
                format!("`{}` follows an attribute", name.node),
                "not an attribute",
                Some(format!("write `{}(memberOf)`", name.node)),
            );
        }
        let reads = match signature.gives {
            Gives::Text => Reads::As(Type::Text),
            Gives::Number => Reads::As(Type::Number),
            Gives::Name => Reads::As(Type::Dn),
            Gives::Duration => Reads::Duration,
            Gives::Same => first,
        };
        Some(Operand { kind: OperandKind::Call(function, arguments), reads })
    }

    /// Whether what a function is applied to can be what it takes.
    fn takes(&mut self, function: &str, takes: Takes, given: Reads, span: &Span) -> Checked<()> {
        let (fits, wanted) = match takes {
            Takes::EachText | Takes::Combination => (given != Reads::Duration, "text"),
            Takes::EachName => (matches!(given, Reads::As(Type::Dn | Type::Text)), "a distinguished name"),
            Takes::Reference => (given == Reads::As(Type::Dn), "a reference to another object"),
            Takes::EachTime => (given == Reads::As(Type::Time), "a time"),
            Takes::Set => (true, ""),
        };
        if fits {
            return Some(());
        }
        let given = match given {
            Reads::As(kind) => kind.name(),
            Reads::Duration => "duration",
        };
        self.fault(
            "rule-type",
            span,
            format!("`{function}` takes {wanted}, this is of type `{given}`"),
            "of another type",
            None,
        )
    }

    fn unknown_function<T>(&mut self, name: &At<String>) -> Checked<T> {
        let known: Vec<&str> = Function::all().map(|(_, signature)| signature.name).collect();
        let help = match nearest(&name.node, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known are `{}`", known.join("`, `")),
        };
        self.fault(
            "rule-unknown-function",
            &name.span,
            format!("unknown function `{}`", name.node),
            "no function of this name",
            Some(help),
        )
    }
}

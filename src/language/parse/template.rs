//! Messages: text with operands in braces.

use super::parse_operand;
use crate::language::fault::Fault;
use crate::language::syntax::{Template, TemplatePart};

/// Reads a message: `{operand}` stands for values; a doubled brace for a brace.
///
/// # Errors
/// What is wrong with the text, at its place.
pub fn parse_template(text: &str) -> Result<Template, Box<Fault>> {
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let Some(next) = rest.find(['{', '}']) else {
            plain.push_str(rest);
            break;
        };
        plain.push_str(rest.get(..next).unwrap_or_default());
        let from = rest.get(next..).unwrap_or_default();
        let start = at + next;
        if let Some(brace) = ["{{", "}}"].iter().find(|brace| from.starts_with(**brace)) {
            plain.push_str(brace.get(..1).unwrap_or_default());
            at = start + 2;
        } else if from.starts_with('}') {
            return Err(unbalanced(start, "a brace closes nothing", "write `}}` for a brace"));
        } else {
            let Some(length) = closing(from) else {
                return Err(unbalanced(start, "a brace is not closed", "write `{{` for a brace"));
            };
            let inner = from.get(1..length).unwrap_or_default();
            let mut operand = parse_operand(inner).map_err(|fault| moved(fault, start + 1))?;
            operand.span = operand.span.start + start + 1..operand.span.end + start + 1;
            if !plain.is_empty() {
                parts.push(TemplatePart::Text(std::mem::take(&mut plain)));
            }
            parts.push(TemplatePart::Operand(operand));
            at = start + length + 1;
        }
    }
    if !plain.is_empty() {
        parts.push(TemplatePart::Text(plain));
    }
    Ok(Template { parts })
}

/// The brace that closes the first one; braces in texts do not count.
fn closing(text: &str) -> Option<usize> {
    let mut quoted = false;
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if std::mem::take(&mut escaped) => {}
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'}' if !quoted => return Some(at),
            _ => {}
        }
    }
    None
}

fn unbalanced(at: usize, message: &str, help: &str) -> Box<Fault> {
    Box::new(Fault {
        code: "rule-message",
        message: message.to_owned(),
        label: "this brace".to_owned(),
        help: Some(help.to_owned()),
        span: at..at + 1,
    })
}

fn moved(mut fault: Box<Fault>, by: usize) -> Box<Fault> {
    fault.span = fault.span.start + by..fault.span.end + by;
    fault
}

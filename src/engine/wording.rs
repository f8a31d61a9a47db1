//! Messages with their values filled in, and short texts for places.

use super::evaluate::{Evaluator, Scene};
use super::object::{Object, Origin};
use super::operand::{Reach, text_of};
use super::world::World;
use crate::finding::{is_invisible, printable};
use crate::language::plan::{Field, Message, MessagePart, Operand, OperandKind};
use crate::snapshot::value::{dn, guid, sid};

/// How many values of one operand a message names.
const NAMED: usize = 5;
/// How many characters of a value a message shows.
const SHOWN: usize = 200;

impl<W: World> Evaluator<'_, W> {
    /// A message about a scene; `holders` is the number of objects that share the fault.
    pub(super) fn message(&self, message: &Message, scene: &Scene<'_>, holders: u64) -> String {
        let mut text = String::new();
        for part in &message.parts {
            match part {
                MessagePart::Text(plain) => text.push_str(plain),
                MessagePart::Holders => text.push_str(&holders.to_string()),
                MessagePart::Operand(operand) => text.push_str(&self.shown(operand, scene)),
            }
        }
        text.trim_end().to_owned()
    }

    /// The values of an operand for people; secrets stay secret.
    fn shown(&self, operand: &Operand, scene: &Scene<'_>) -> String {
        let mut shown = Vec::new();
        let mut more = 0;
        let reach = self.values(operand, scene, &mut |value| {
            if shown.len() == NAMED {
                more += 1;
            } else if value.origin.is_some_and(|origin| self.is_secret(&origin, scene)) {
                shown.push("(secret)".to_owned());
            } else {
                shown.push(for_people(&text_of(value)));
            }
            true
        });
        if self.names_secret(operand) && !shown.is_empty() {
            return "(secret)".to_owned();
        }
        if reach == Reach::Unknown && shown.is_empty() {
            return "(unknown)".to_owned();
        }
        if shown.is_empty() {
            return "(none)".to_owned();
        }
        let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
        shown.join(", ") + &tail
    }

    fn is_secret(&self, origin: &Origin, scene: &Scene<'_>) -> bool {
        let objects = [Some(scene.here), scene.itself];
        let object = objects.into_iter().flatten().find(|object| object.number == origin.object);
        let entry = object.and_then(|object| object.record.entry(origin.entry as usize));
        entry.and_then(|entry| entry.slot).is_some_and(|slot| {
            self.plan.attributes.get(usize::from(slot.0)).is_some_and(|attribute| attribute.secret)
        })
    }

    fn names_secret(&self, operand: &Operand) -> bool {
        match &operand.kind {
            OperandKind::Path { field: Some(Field::Slot(slot)), .. } => {
                self.plan.attributes.get(usize::from(slot.0)).is_some_and(|attribute| attribute.secret)
            }
            OperandKind::Selection(inner, _) => self.names_secret(inner),
            OperandKind::Call(_, arguments) => arguments.iter().any(|argument| self.names_secret(argument)),
            _ => false,
        }
    }
}

/// A value as a message shows it.
fn for_people(value: &[u8]) -> String {
    let text = match std::str::from_utf8(value) {
        Ok(text) if !text.contains('\0') => printable(text).into_owned(),
        text => sid(value)
            .or_else(|| guid(value).filter(|_| value.len() == 16).map(|bytes| guid_text(&bytes)))
            .or_else(|| text.ok().filter(|text| is_text(text)).map(|text| printable(text).into_owned()))
            .unwrap_or_else(|| format!("({} bytes)", value.len())),
    };
    if text.chars().count() <= SHOWN {
        return text;
    }
    let head: String = text.chars().take(SHOWN / 2).collect();
    let tail: Vec<char> = text.chars().rev().take(SHOWN / 4).collect();
    format!("{head}…{}", tail.into_iter().rev().collect::<String>())
}

/// Whether a value with NUL in it is text all the same: most of it can be seen.
fn is_text(value: &str) -> bool {
    let visible = value.chars().filter(|character| !is_invisible(*character)).count();
    visible * 2 > value.chars().count()
}

/// A GUID as Windows writes it.
fn guid_text(bytes: &[u8; 16]) -> String {
    let [a, b, c, d, e, f, g, h, rest @ ..] = bytes;
    let hex = |part: &[u8]| data_encoding::HEXLOWER.encode(part);
    let (first, last) = rest.split_at(2);
    format!("{}-{}-{}-{}-{}", hex(&[*d, *c, *b, *a]), hex(&[*f, *e]), hex(&[*h, *g]), hex(first), hex(last))
}

/// `user principal name of CN=Joe`, `proxy address of group CN=Joe Fans`; without an attribute `group CN=Joe Fans`.
pub(super) fn label(object: &Object<'_>, attribute: Option<&str>) -> String {
    let title = object.record.bytes(object.block, object.record.title);
    let name = if title.is_empty() { object.name() } else { title };
    let name = if name.is_empty() { b"an object without a name" } else { name };
    let length = name.len() - name.get(dn::parent(name)).unwrap_or_default().len();
    let first = name.get(..length).unwrap_or_default();
    let first = first.trim_ascii_end().strip_suffix(b",").unwrap_or(first);
    let first = printable(&String::from_utf8_lossy(first)).into_owned();
    let class = object.signature.class.as_str();
    let owner = if class.is_empty() || class == "user" { first } else { format!("{class} {first}") };
    match attribute {
        Some(attribute) => format!("{attribute} of {owner}"),
        None => owner,
    }
}

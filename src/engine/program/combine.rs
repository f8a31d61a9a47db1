//! Conditions put together, as far as that is known when they are folded.

use super::condition::Condition;
use super::plain::Plain;
use super::predicate::Predicate;

/// What the shape decides.
pub(super) fn known<'p>(holds: bool) -> Condition<'p> {
    Condition::Plain(Plain::Known(holds))
}

/// All of the conditions.
pub(super) fn all<'p>(parts: impl IntoIterator<Item = Condition<'p>>) -> Condition<'p> {
    gather(parts, true)
}

/// One of the conditions.
pub(super) fn any<'p>(parts: impl IntoIterator<Item = Condition<'p>>) -> Condition<'p> {
    gather(parts, false)
}

/// Parts of which each must hold (or one). The plain ones come first, since they cost little and may spare a look-up.
fn gather<'p>(parts: impl IntoIterator<Item = Condition<'p>>, each: bool) -> Condition<'p> {
    let (mut plain, mut open) = (Vec::new(), Vec::new());
    for part in parts {
        match part {
            Condition::Plain(Plain::Known(holds)) if holds == each => {}
            Condition::Plain(Plain::Known(holds)) => return known(holds),
            Condition::Plain(Plain::All(parts)) if each => plain.extend(parts),
            Condition::Plain(Plain::Any(parts)) if !each => plain.extend(parts),
            Condition::Plain(part) => plain.push(part),
            Condition::All(parts) if each => open.extend(parts),
            Condition::Any(parts) if !each => open.extend(parts),
            part => open.push(part),
        }
    }
    if !each {
        join_bits(&mut plain);
        join_references(&mut open);
    }
    let plain = match (plain.pop(), plain.is_empty()) {
        (None, _) => Plain::Known(each),
        (Some(only), true) => only,
        (Some(last), false) => {
            plain.push(last);
            if each { Plain::All(plain) } else { Plain::Any(plain) }
        }
    };
    if open.is_empty() {
        return Condition::Plain(plain);
    }
    if !matches!(plain, Plain::Known(_)) {
        open.insert(0, Condition::Plain(plain));
    }
    match (open.pop(), open.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            open.extend(last);
            if each { Condition::All(open) } else { Condition::Any(open) }
        }
    }
}

/// One of several masks of one attribute: the number is read once for all of them.
fn join_bits(parts: &mut Vec<Plain<'_>>) {
    parts.dedup_by(|later, first| match (later, first) {
        (
            Plain::Some(later_chain, Predicate::Bits(later)),
            Plain::Some(first_chain, Predicate::Bits(first)),
        ) if later_chain == first_chain => {
            first.append(later);
            true
        }
        _ => false,
    });
}

/// References of one chain, to objects of these classes or of those: the name is looked up once for all of them.
fn join_references(parts: &mut Vec<Condition<'_>>) {
    parts.dedup_by(|later, first| match (later, first) {
        (Condition::Refers(later_chain, later, None), Condition::Refers(first_chain, first, None))
            if later_chain == first_chain =>
        {
            let all = first.to_mut();
            all.extend_from_slice(later);
            all.sort_unstable();
            all.dedup();
            true
        }
        _ => false,
    });
}

/// The condition does not hold.
pub(super) fn not(condition: Condition<'_>) -> Condition<'_> {
    match condition {
        Condition::Plain(Plain::Known(holds)) => known(!holds),
        Condition::Plain(Plain::Not(inner)) => Condition::Plain(*inner),
        Condition::Plain(plain) => Condition::Plain(Plain::Not(Box::new(plain))),
        Condition::Not(inner) => *inner,
        condition => Condition::Not(Box::new(condition)),
    }
}

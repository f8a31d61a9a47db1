//! Comparisons.

use super::super::text::{UNREAD, folded_text, key_as_text, written};
use super::super::tree::{Expr, Function as F, Kind, Operator, Relation, Select, Side};
use super::operand::{Constant, Shape, constants, shape};
use super::reference::strictly_under;
use super::scalar::Scalar;
use super::scene::{Rows, Scene};
use super::test::certain;
use super::{Lowered, Lowering, may_be_unknown, obstacle, same};
use crate::language::plan::{Comparand, Operand, Reads, Test};
use crate::language::syntax::{Comparator, TextPlace};
use crate::snapshot::value::{Type, key_into, number, time};

/// How keys are made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Keyed {
    pub(super) kind: Type,
    pub(super) exact: bool,
}

impl Keyed {
    /// A key that is known beforehand, as text.
    pub(super) fn text(self, key: &[u8]) -> String {
        if self.exact { written(key).into_owned() } else { key_as_text(self.kind, key) }
    }

    fn constant(self, constant: &Constant) -> String {
        let text = constant.text();
        if self.exact {
            return written(&text).into_owned();
        }
        let mut key = Vec::new();
        key_into(self.kind, &text, &mut key);
        key_as_text(self.kind, &key)
    }
}

impl Lowering<'_> {
    pub(super) fn equal(&mut self, test: &Test, scene: &Scene, select: &mut Select) -> Lowered<Expr> {
        let Test::Equal { left, right, kind, exact, negated } = test else {
            return obstacle("no comparison");
        };
        let made = Keyed { kind: *kind, exact: *exact };
        let found = match right {
            Comparand::Keys(keys) => {
                let keys: Vec<String> = keys.iter().map(|key| made.text(key)).collect();
                return self.equals_constant(left, &keys, made, *negated, scene, select);
            }
            Comparand::Operand(right) => {
                if let Some(values) = constants(right) {
                    let keys: Vec<String> = values.iter().map(|value| made.constant(value)).collect();
                    return self.equals_constant(left, &keys, made, *negated, scene, select);
                }
                if let Some(values) = constants(left) {
                    let keys: Vec<String> = values.iter().map(|value| made.constant(value)).collect();
                    return self.equals_constant(right, &keys, made, *negated, scene, select);
                }
                self.equals_values(left, right, made, scene, select)?
            }
        };
        if !negated {
            return Ok(found);
        }
        let Comparand::Operand(right) = right else { return Ok(found.negated()) };
        let both = vec![self.has_any(left, scene, select)?, self.has_any(right, scene, select)?];
        Ok(none_equal(found, both))
    }

    /// Whether some value of an operand is among constants, or is there and is none of them.
    fn equals_constant(
        &mut self,
        operand: &Operand,
        keys: &[String],
        made: Keyed,
        negated: bool,
        scene: &Scene,
        select: &mut Select,
    ) -> Lowered<Expr> {
        if let Some(values) = constants(operand) {
            let found = values.iter().any(|value| keys.contains(&made.constant(value)));
            let holds = if negated { !found && !values.is_empty() && !keys.is_empty() } else { found };
            return Ok(Expr::Truth(holds));
        }
        let wanted: Vec<Expr> = keys.iter().map(|key| Expr::text(key.clone())).collect();
        let found = self.some_value(operand, scene, select, &mut |lowering, value, select| {
            lowering.is_among(value, made, &wanted, select)
        })?;
        if !negated {
            return Ok(found);
        }
        if keys.is_empty() {
            return Ok(Expr::Truth(false));
        }
        Ok(none_equal(found, vec![self.has_any(operand, scene, select)?]))
    }

    /// Whether a value is one of some constants.
    pub(super) fn is_among(
        &mut self,
        value: &Scalar,
        made: Keyed,
        wanted: &[Expr],
        select: &mut Select,
    ) -> Lowered<Expr> {
        if value.texts.is_none() {
            let number = self.figure(value, value.reads)?;
            let numbers = wanted.iter().map(|key| match key {
                Expr::Text(text) => text.parse().map(Expr::Number).ok(),
                _ => None,
            });
            let numbers: Vec<Expr> = numbers.flatten().collect();
            return Ok(Scalar::told(among(number, &numbers), &[value]));
        }
        let key = self.key(value, made.kind, made.exact, select)?;
        Ok(among(key, wanted))
    }

    /// Whether some value of one operand is one of another.
    fn equals_values(
        &mut self,
        left: &Operand,
        right: &Operand,
        made: Keyed,
        scene: &Scene,
        select: &mut Select,
    ) -> Lowered<Expr> {
        match (shape(left), shape(right)) {
            (Shape::One, Shape::One) => {
                let one = self.one(left, scene, select)?;
                let other = self.one(right, scene, select)?;
                self.same_value(&one, &other, made, select)
            }
            (Shape::One, _) => {
                let mut rows = self.rows(right, scene)?;
                let one = self.one(left, scene, &mut rows.select)?;
                let other = rows.scalar.clone();
                let holds = self.same_value(&one, &other, made, &mut rows.select)?;
                Ok(self.some(scene, rows, holds, select))
            }
            (_, Shape::One) => self.equals_values(right, left, made, scene, select),
            _ => {
                let rows = self.beside_equal(left, right, made, scene)?;
                let holds = rows.1;
                Ok(self.some(scene, rows.0, holds, select))
            }
        }
    }

    /// The values of one operand, and whether each is one of another operand, of which there are several.
    pub(super) fn beside_equal(
        &mut self,
        left: &Operand,
        right: &Operand,
        made: Keyed,
        scene: &Scene,
    ) -> Lowered<(Rows, Expr)> {
        let mut others = self.rows(right, scene)?.settled(scene);
        let key = self.key(&others.scalar.clone(), made.kind, made.exact, &mut others.select)?;
        let query = others.select.with(scene.key_columns()).column(key, "key").distinct();
        let name = self.step("k", query);
        let mut rows = self.rows(left, scene)?;
        let key = self.key(&rows.scalar.clone(), made.kind, made.exact, &mut rows.select)?;
        let alias = self.fresh("k");
        let there = Expr::column(&alias, "key");
        let on = Expr::all(vec![same(&alias, "s", &scene.keys), there.clone().equals(key)]);
        rows.select.add(Side::Left, Relation::Named(name), &alias, on);
        rows.unknown.extend(others.unknown);
        Ok((rows, there.missing().negated()))
    }

    /// Whether two values are equal.
    fn same_value(
        &mut self,
        one: &Scalar,
        other: &Scalar,
        made: Keyed,
        select: &mut Select,
    ) -> Lowered<Expr> {
        if one.texts.is_none() && other.texts.is_none() {
            let both = (self.figure(one, one.reads)?, self.figure(other, other.reads)?);
            return Ok(Scalar::told(certain(both.0.equals(both.1)), &[one, other]));
        }
        let one = self.key(one, made.kind, made.exact, select)?;
        let other = self.key(other, made.kind, made.exact, select)?;
        Ok(one.equals(other))
    }

    /// Whether an operand has a value.
    fn has_any(&mut self, operand: &Operand, scene: &Scene, select: &mut Select) -> Lowered<Expr> {
        match (constants(operand), shape(operand)) {
            (Some(values), _) => Ok(Expr::Truth(!values.is_empty())),
            (None, Shape::One) => Ok(Expr::Truth(true)),
            _ => {
                let rows = self.rows(operand, scene)?;
                // who knows of no equal one knows of no other, either
                Ok(self.some(scene, Rows { unknown: Vec::new(), ..rows }, Expr::Truth(true), select))
            }
        }
    }

    pub(super) fn order(&mut self, test: &Test, scene: &Scene, select: &mut Select) -> Lowered<Expr> {
        let Test::Order { left, comparator, right, kind } = test else { return obstacle("no order") };
        let holds = |one: Expr, other: Expr| certain(Expr::binary(sign(*comparator), one, other));
        if let (Some(ones), Some(others)) = (constants(left), constants(right)) {
            let (ones, others) = (figures(&ones, *kind), figures(&others, *kind));
            let any = ones.iter().any(|one| others.iter().any(|other| comparator.holds(one, other)));
            return Ok(Expr::Truth(any));
        }
        if let Some(values) = constants(right) {
            let bounds = figures(&values, *kind);
            return self.some_value(left, scene, select, &mut |lowering, value, _| {
                let one = lowering.figure(value, *kind)?;
                let any = bounds.iter().map(|bound| holds(one.clone(), Expr::Number(*bound))).collect();
                Ok(Scalar::told(Expr::any(any), &[value]))
            });
        }
        if let Some(values) = constants(left) {
            let bounds = figures(&values, *kind);
            return self.some_value(right, scene, select, &mut |lowering, value, _| {
                let other = lowering.figure(value, *kind)?;
                let any = bounds.iter().map(|bound| holds(Expr::Number(*bound), other.clone())).collect();
                Ok(Scalar::told(Expr::any(any), &[value]))
            });
        }
        match (shape(left), shape(right)) {
            (Shape::One, Shape::One) => {
                let one = self.one(left, scene, select)?;
                let other = self.one(right, scene, select)?;
                let answer = holds(self.figure(&one, *kind)?, self.figure(&other, *kind)?);
                Ok(Scalar::told(answer, &[&one, &other]))
            }
            (Shape::One, _) => {
                let mut rows = self.rows(right, scene)?;
                let one = self.one(left, scene, &mut rows.select)?;
                let answer = holds(self.figure(&one, *kind)?, self.figure(&rows.scalar, *kind)?);
                let answer = Scalar::told(answer, &[&one]);
                Ok(self.some(scene, rows, answer, select))
            }
            (_, Shape::One) => {
                let mut rows = self.rows(left, scene)?;
                let other = self.one(right, scene, &mut rows.select)?;
                let answer = holds(self.figure(&rows.scalar, *kind)?, self.figure(&other, *kind)?);
                let answer = Scalar::told(answer, &[&other]);
                Ok(self.some(scene, rows, answer, select))
            }
            _ => {
                let others = self.rows(right, scene)?.settled(scene);
                let number = self.figure(&others.scalar, *kind)?;
                let query = others.select.with(scene.key_columns()).column(number, "number");
                let name = self.step("k", query);
                let mut rows = self.rows(left, scene)?;
                let alias = self.fresh("k");
                rows.select.add(Side::Inner, Relation::Named(name), &alias, same(&alias, "s", &scene.keys));
                rows.unknown.extend(others.unknown);
                let answer = holds(self.figure(&rows.scalar, *kind)?, Expr::column(&alias, "number"));
                Ok(self.some(scene, rows, answer, select))
            }
        }
    }

    pub(super) fn text_test(&mut self, test: &Test, scene: &Scene, select: &mut Select) -> Lowered<Expr> {
        let Test::Text { left, place, right, exact } = test else { return obstacle("no test of text") };
        if let Some(wanted) = constants(right) {
            if let Some(given) = constants(left) {
                return Ok(Expr::Truth(stands(&given, *place, &wanted, *exact)));
            }
            return self.some_value(left, scene, select, &mut |_, value, _| {
                is_placed_constant(value, *place, &wanted, *exact)
            });
        }
        match (shape(left), shape(right)) {
            (Shape::One, Shape::One) => {
                let one = self.one(left, scene, select)?;
                let other = self.one(right, scene, select)?;
                is_placed(&one, *place, &other, *exact)
            }
            (Shape::One, _) => {
                let mut rows = self.rows(right, scene)?;
                let one = self.one(left, scene, &mut rows.select)?;
                let holds = is_placed(&one, *place, &rows.scalar, *exact)?;
                Ok(self.some(scene, rows, holds, select))
            }
            (_, Shape::One) => {
                let mut rows = self.rows(left, scene)?;
                let other = self.one(right, scene, &mut rows.select)?;
                let holds = is_placed(&rows.scalar, *place, &other, *exact)?;
                Ok(self.some(scene, rows, holds, select))
            }
            _ => obstacle("looks for several values of an object in several others"),
        }
    }

    pub(super) fn under(
        &mut self,
        operand: &Operand,
        parents: &Comparand,
        scene: &Scene,
        select: &mut Select,
    ) -> Lowered<Expr> {
        let Comparand::Keys(parents) = parents else {
            return obstacle("looks below names that objects hold");
        };
        let made = Keyed { kind: Type::Dn, exact: false };
        let parents: Vec<String> = parents.iter().map(|key| made.text(key)).collect();
        if constants(operand).is_some() {
            return obstacle("looks for a constant name below others");
        }
        self.some_value(operand, scene, select, &mut |lowering, value, select| {
            let key = lowering.key(value, Type::Dn, false, select)?;
            let under = parents.iter().map(|parent| strictly_under(&key, &Expr::text(parent.clone())));
            let is_name = Expr::call(F::StartsWith, [key.clone(), Expr::text(UNREAD)]).negated();
            Ok(Expr::all(vec![is_name, Expr::any(under.collect())]))
        })
    }
}

/// `!=`: both sides have a value, and none are equal.
fn none_equal(found: Expr, both: Vec<Expr>) -> Expr {
    if may_be_unknown(&found) {
        let unknown = (found.clone().missing(), Expr::Null(Kind::Truth));
        return Expr::case([(found, Expr::Truth(false)), unknown], Expr::all(both));
    }
    Expr::all([vec![found.negated()], both].concat())
}

fn among(one: Expr, many: &[Expr]) -> Expr {
    match many {
        [] => Expr::Truth(false),
        [only] => certain(one.equals(only.clone())),
        many => certain(Expr::In(Box::new(one), many.to_vec())),
    }
}

fn sign(comparator: Comparator) -> Operator {
    match comparator {
        Comparator::Equal => Operator::Equal,
        Comparator::NotEqual => Operator::NotEqual,
        Comparator::Less => Operator::Less,
        Comparator::AtMost => Operator::AtMost,
        Comparator::Greater => Operator::Greater,
        Comparator::AtLeast => Operator::AtLeast,
    }
}

/// The numbers that constants are.
fn figures(constants: &[Constant], kind: Reads) -> Vec<i64> {
    let figure = |constant: &Constant| match (constant, kind) {
        (Constant::Number(number), _) => Some(*number),
        (Constant::Text(text), Reads::As(Type::Time)) => time::seconds(text),
        (Constant::Text(text), _) => number(text),
    };
    constants.iter().filter_map(figure).collect()
}

fn function(place: TextPlace) -> F {
    match place {
        TextPlace::Start => F::StartsWith,
        TextPlace::End => F::EndsWith,
        TextPlace::Anywhere => F::Contains,
    }
}

/// Whether a text stands in a value.
fn is_placed(value: &Scalar, place: TextPlace, wanted: &Scalar, exact: bool) -> Lowered<Expr> {
    let ((text, folded), (part, part_folded)) = (value.both()?, wanted.both()?);
    let sides = if exact { [text, part] } else { [folded, part_folded] };
    Ok(Expr::call(function(place), sides))
}

/// Whether one of some constants stands in a value.
pub(super) fn is_placed_constant(
    value: &Scalar,
    place: TextPlace,
    wanted: &[Constant],
    exact: bool,
) -> Lowered<Expr> {
    let (text, folded) = value.both()?;
    let one = |constant: &Constant| {
        let wanted = constant.text();
        let (text, wanted) = match exact {
            true => (text.clone(), written(&wanted).into_owned()),
            false => (folded.clone(), folded_text(&wanted)),
        };
        Expr::call(function(place), [text, Expr::Text(wanted)])
    };
    Ok(Expr::any(wanted.iter().map(one).collect()))
}

/// The same for constants.
fn stands(given: &[Constant], place: TextPlace, wanted: &[Constant], exact: bool) -> bool {
    let text = |constant: &Constant| match exact {
        true => written(&constant.text()).into_owned(),
        false => folded_text(&constant.text()),
    };
    given.iter().map(&text).any(|given| {
        wanted.iter().map(&text).any(|wanted| match place {
            TextPlace::Start => given.starts_with(&wanted),
            TextPlace::End => given.ends_with(&wanted),
            TextPlace::Anywhere => given.contains(&wanted),
        })
    })
}

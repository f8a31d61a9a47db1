//! Conditions: an answer beside each row of a scene.

use super::super::fact::Question;
use super::super::tree::{Expr, Function as F, Kind, Operator, Relation, Select, Side};
use super::operand::{Constant, Shape, constants, shape};
use super::scalar::Scalar;
use super::scene::{Rows, Scene};
use super::{Lowered, Lowering, may_be_unknown, obstacle, same};
use crate::language::plan::{Operand, OperandKind, Range, Test};

impl Lowering<'_> {
    /// Whether a condition holds in each row of a scene: an expression in a query over it, to which it may join others.
    pub(super) fn test(&mut self, test: &Test, scene: &Scene, select: &mut Select) -> Lowered<Expr> {
        match test {
            Test::Constant(holds) => Ok(Expr::Truth(*holds)),
            Test::And(parts) => self.parts(parts, scene, select).map(Expr::all),
            Test::Or(parts) => self.parts(parts, scene, select).map(Expr::any),
            Test::Not(inner) => Ok(self.test(inner, scene, select)?.negated()),
            Test::Named(inner, None) => self.test(inner, scene, select),
            Test::Named(inner, Some(number)) => self.named_condition(inner, *number, select),
            Test::Format(operand, format) => {
                self.some_fact(operand, &Question::Format(*format), scene, select)
            }
            Test::Defined(operand, expression, _) | Test::Match(operand, expression) => {
                self.some_fact(operand, &Question::Match(expression.clone()), scene, select)
            }
            Test::Have(range, operand, filter) => {
                self.have(*range, operand, filter.as_deref(), scene, select)
            }
            Test::Flag(operand, bits) => {
                let bits = *bits;
                self.some_value(operand, scene, select, &mut |lowering, value, _| {
                    let number = lowering.figure(value, value.reads)?;
                    let common = Expr::binary(Operator::Bits, number, Expr::Number(bits));
                    Ok(Scalar::told(certain(common.equals(Expr::Number(bits))), &[value]))
                })
            }
            Test::Under(operand, parents) => self.under(operand, parents, scene, select),
            Test::Equal { .. } => self.equal(test, scene, select),
            Test::Order { .. } => self.order(test, scene, select),
            Test::Text { .. } => self.text_test(test, scene, select),
            Test::Refer { operand, classes, filter } => {
                self.refers(operand, classes, filter.as_deref(), scene, select)
            }
            Test::EqualAny { operand, index } => self.equals_any(operand, *index, scene, select),
        }
    }

    fn parts(&mut self, parts: &[Test], scene: &Scene, select: &mut Select) -> Lowered<Vec<Expr>> {
        parts.iter().map(|part| self.test(part, scene, select)).collect()
    }

    /// A condition that speaks only of the object at hand is worked out once, for all objects and all rules.
    fn named_condition(&mut self, inner: &Test, number: u16, select: &mut Select) -> Lowered<Expr> {
        if !self.conditions.contains_key(&number) {
            let made = self.condition_table(inner, number);
            self.conditions.insert(number, made);
        }
        if let Some(Err(reason)) = self.conditions.get(&number) {
            return Err(reason.clone());
        }
        let of = |alias: &str| {
            Expr::all(vec![
                Expr::column(alias, "number").equals(Expr::Number(i64::from(number))),
                Expr::column(alias, "record").equals(Scene::here()),
            ])
        };
        let known =
            select.joins.iter().find(|join| join.on == of(&join.alias)).map(|join| join.alias.clone());
        let alias = known.unwrap_or_else(|| {
            let alias = self.fresh("c");
            let table = Relation::Named("presync_condition".to_owned());
            select.add(Side::Left, table, &alias, of(&alias));
            alias
        });
        Ok(Expr::column(&alias, "grade").answered())
    }

    fn condition_table(&mut self, inner: &Test, number: u16) -> Lowered<()> {
        let about = format!("condition {number}");
        let made = self.statement(about, "presync_condition", |lowering| {
            let objects = Select::from("presync_object", "o").column(Expr::column("o", "record"), "here");
            let scene = Scene::objects(&lowering.step("s", objects));
            let mut select = scene.select();
            let holds = lowering.test(inner, &scene, &mut select)?;
            let grade = holds.graded();
            let select = select
                .column(Expr::Number(i64::from(number)), "number")
                .column(Scene::here(), "record")
                .column(grade, "grade");
            let all = lowering.step("g", select);
            let known = Expr::binary(Operator::Greater, Expr::column("g", "grade"), Expr::Number(0));
            let columns = ["number", "record", "grade"];
            let columns = columns.map(|name| (Expr::column("g", name), name.to_owned())).to_vec();
            Ok(Select::from(&all, "g").with(columns).keep(known).into())
        })?;
        self.prepared.push(made);
        Ok(())
    }

    /// Whether some value of an operand meets a test of single values, which is an expression in the query that has the value.
    pub(super) fn some_value(
        &mut self,
        operand: &Operand,
        scene: &Scene,
        select: &mut Select,
        holds: &mut dyn FnMut(&mut Self, &Scalar, &mut Select) -> Lowered<Expr>,
    ) -> Lowered<Expr> {
        if shape(operand) == Shape::One {
            let value = self.one(operand, scene, select)?;
            return holds(self, &value, select);
        }
        let mut rows = self.rows(operand, scene)?;
        let value = rows.scalar.clone();
        let holds = holds(self, &value, &mut rows.select)?;
        Ok(self.some(scene, rows, holds, select))
    }

    fn some_fact(
        &mut self,
        operand: &Operand,
        question: &Question,
        scene: &Scene,
        select: &mut Select,
    ) -> Lowered<Expr> {
        if let Some(values) = constants(operand) {
            let holds = |text: &[u8]| match question {
                Question::Format(format) => format.holds(text),
                Question::Match(expression) => expression.is_match(text),
                _ => false,
            };
            return Ok(Expr::Truth(values.iter().map(Constant::text).any(|text| holds(&text))));
        }
        self.some_value(operand, scene, select, &mut |lowering, value, select| {
            lowering.fact_holds(value, question.clone(), select)
        })
    }

    /// Values that meet a condition.
    pub(super) fn filtered(&mut self, mut rows: Rows, filter: &Test, scene: &Scene) -> Lowered<Rows> {
        if is_about_it(filter) {
            let here = Scene { it: Some(rows.scalar.clone()), ..scene.clone() };
            let holds = self.test(filter, &here, &mut rows.select)?;
            rows.sure = Expr::all(vec![rows.sure, holds]);
            return Ok(rows);
        }
        let inner = self.nested(scene, &rows, Scene::here(), Some(&rows.scalar));
        let mut select = inner.scene.select();
        let holds = self.test(filter, &inner.scene, &mut select)?;
        let sure = Expr::all(vec![inner.sure(), holds]);
        // the rows of the inner scene, under the names that the outer one has
        let mut columns = inner.outer_keys(scene);
        let it = inner.scene.it.clone().unwrap_or(rows.scalar);
        let value = it.columns().0;
        columns.extend(value.into_iter().map(|(expr, name)| (expr, format!("v_{name}"))));
        if rows.origin.is_some() {
            columns.extend(["owner", "position"].map(|name| (Expr::column("s", name), format!("v_{name}"))));
        }
        columns.push((sure.graded(), "v_grade".to_owned()));
        let name = self.step("w", select.with(columns));
        let alias = self.fresh("w");
        let mut outer = scene.select();
        outer.add(Side::Inner, Relation::Named(name), &alias, same(&alias, "s", &scene.keys));
        let column = |name: &str| Expr::column(&alias, &format!("v_{name}"));
        let scalar = Scalar {
            texts: it.texts.as_ref().map(|_| (column("text"), column("folded"))),
            key: it.key.as_ref().map(|_| column("key")),
            number: it.number.as_ref().map(|_| column("number")),
            ..it
        };
        let origin = rows.origin.map(|_| (column("owner"), column("position")));
        Ok(Rows { select: outer, scalar, origin, sure: column("grade").answered(), unknown: rows.unknown })
    }

    /// Whether the number of values (that meet a condition) is in a range.
    fn have(
        &mut self,
        range: Range,
        operand: &Operand,
        filter: Option<&Test>,
        scene: &Scene,
        select: &mut Select,
    ) -> Lowered<Expr> {
        if let Some(values) = constants(operand) {
            if filter.is_some() {
                return obstacle("counts constants that meet a condition");
            }
            let count = values.len() as u64;
            return Ok(Expr::Truth(count >= range.least && count <= range.most));
        }
        let mut rows = self.rows(operand, scene)?;
        if let Some(filter) = filter {
            rows = self.filtered(rows, filter, scene)?;
        }
        if range.least == 1 && range.most == u64::MAX {
            return Ok(self.some(scene, rows, Expr::Truth(true), select));
        }
        let one = |when: Expr| Expr::call(F::Sum, [Expr::case([(when, Expr::Number(1))], Expr::Number(0))]);
        let open = may_be_unknown(&rows.sure);
        let mut counts = rows.select.with(scene.key_columns());
        counts.group = counts.columns.iter().map(|(expr, _)| expr.clone()).collect();
        counts.columns.push((one(rows.sure.clone()), "certain".to_owned()));
        if open {
            counts.columns.push((one(rows.sure.missing()), "possible".to_owned()));
        }
        let name = self.step("n", counts);
        let alias = self.fresh("a");
        select.add(Side::Left, Relation::Named(name), &alias, same(&alias, "s", &scene.keys));
        let count = |name: &str| Expr::column(&alias, name).or_else(Expr::Number(0));
        let certain = count("certain");
        let most = match open {
            true => Expr::binary(Operator::Plus, certain.clone(), count("possible")),
            false => certain.clone(),
        };
        let more = self.may_have_more(rows.unknown, scene, select);
        Ok(in_range(range, certain, most, more, open))
    }

    /// Whether there may be more values than those that are there.
    pub(super) fn may_have_more(
        &mut self,
        unknown: Vec<super::super::tree::Query>,
        scene: &Scene,
        select: &mut Select,
    ) -> Expr {
        if unknown.is_empty() {
            return Expr::Truth(false);
        }
        let all = self.step("u", super::super::tree::Query::All(unknown));
        let columns = scene.keys.iter().map(|key| (Expr::column("x", key), key.clone())).collect();
        let name = self.step("u", Select::from(&all, "x").with(columns).distinct());
        let alias = self.fresh("a");
        select.add(Side::Left, Relation::Named(name), &alias, same(&alias, "s", &scene.keys));
        match scene.keys.first() {
            Some(key) => Expr::column(&alias, key).missing().negated(),
            None => Expr::Truth(false),
        }
    }
}

/// The answer of a count: `certain` values, at most `most`, unless there may be `more`.
fn in_range(range: Range, certain: Expr, most: Expr, more: Expr, open: bool) -> Expr {
    let number = |n: u64| Expr::Number(i64::try_from(n).unwrap_or(i64::MAX));
    let compare = |operator, one: &Expr, bound: u64| Expr::binary(operator, one.clone(), number(bound));
    let mut too_many = Expr::Truth(false);
    let mut enough = compare(Operator::AtLeast, &certain, range.least);
    let too_few = Expr::all(vec![compare(Operator::Less, &most, range.least), more.clone().negated()]);
    if range.most < u64::MAX {
        too_many = compare(Operator::Greater, &certain, range.most);
        let bounded = compare(Operator::AtMost, &most, range.most);
        enough = Expr::all(vec![enough, bounded, more.clone().negated()]);
    }
    let wrong = Expr::any(vec![too_many, too_few]);
    if !open && more == Expr::Truth(false) {
        return wrong.negated();
    }
    Expr::case([(wrong, Expr::Truth(false)), (enough, Expr::Truth(true))], Expr::Null(Kind::Truth))
}

/// What is NULL since a number is not there does not hold.
pub(super) fn certain(expr: Expr) -> Expr {
    Expr::call(F::Coalesce, [expr, Expr::Truth(false)])
}

/// Whether a condition speaks of nothing but the innermost value.
fn is_about_it(test: &Test) -> bool {
    let only = |operand: &Operand| {
        shape(operand) == Shape::Constant
            || shape(operand) == Shape::One
                && !matches!(operand.kind, OperandKind::Call(crate::language::function::Function::Count, _))
    };
    use crate::language::plan::Comparand;
    match test {
        Test::Constant(_) => true,
        Test::And(parts) | Test::Or(parts) => parts.iter().all(is_about_it),
        Test::Not(inner) => is_about_it(inner),
        Test::Named(inner, None) => is_about_it(inner),
        Test::Format(operand, _)
        | Test::Defined(operand, ..)
        | Test::Match(operand, _)
        | Test::Flag(operand, _) => only(operand),
        Test::Under(operand, right) | Test::Equal { left: operand, right, .. } => {
            only(operand)
                && match right {
                    Comparand::Keys(_) => true,
                    Comparand::Operand(right) => only(right),
                }
        }
        Test::Order { left, right, .. } | Test::Text { left, right, .. } => only(left) && only(right),
        Test::Named(..) | Test::Have(..) | Test::Refer { .. } | Test::EqualAny { .. } => false,
    }
}

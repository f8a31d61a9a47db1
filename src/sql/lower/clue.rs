//! Which value of an object a finding points at: the first of those that decided.

use super::super::fact::Question;
use super::super::tree::{Expr, Operator, Query, Select};
use super::compare::{Keyed, is_placed_constant};
use super::operand::{Shape, constants, shape};
use super::scene::{Rows, Scene};
use super::{Lowered, Lowering};
use crate::language::function::Function;
use crate::language::plan::{Comparand, Operand, OperandKind, Test};
use crate::language::syntax::Root;

/// Values of the condition that must hold come first, then those of the whole fault, then references of the object to others.
const MUST: i64 = 0;
const WHOLE: i64 = 1;
const REFERENCE: i64 = 2;

/// Collects the values that decided, in the order in which they are told.
struct Clues<'t> {
    tier: i64,
    /// Conditions that hold, or do not, wherever the values at hand count.
    guards: Vec<(&'t Test, bool)>,
    found: Vec<Query>,
}

impl Lowering<'_> {
    /// The record and the position of the value that each faulty object is shown by: columns `here`, `owner` and `position`. There
    /// is none where the object as a whole is at fault.
    pub(super) fn shown_by(&mut self, fault: &Test, must: bool, scene: &Scene) -> Lowered<Option<String>> {
        let mut clues = Clues { tier: MUST, guards: Vec::new(), found: Vec::new() };
        if let Test::And(parts) = fault
            && let Some(last) = parts.last().filter(|_| must)
        {
            self.clues(last, true, scene, &mut clues)?;
        }
        clues.tier = WHOLE;
        self.clues(fault, true, scene, &mut clues)?;
        clues.tier = REFERENCE;
        self.references(fault, scene, &mut clues)?;
        if clues.found.is_empty() {
            return Ok(None);
        }
        let all = self.step("q", Query::All(clues.found));
        let column = |name: &str| Expr::column("q", name);
        let is_clue = Expr::binary(Operator::Less, column("tier"), Expr::Number(REFERENCE));
        let tier = Expr::case([(is_clue, column("tier"))], Expr::Number(REFERENCE));
        let first = Expr::MinOver(Box::new(tier), vec![column("here")]);
        let names = ["here", "tier", "rank", "owner", "position"];
        let mut ranked = Select::from(&all, "q");
        ranked.columns = names.map(|name| (column(name), name.to_owned())).to_vec();
        let ranked = self.step("q", ranked.column(first, "first"));
        let is_own = column("owner").equals(column("here"));
        let is_value = Expr::binary(Operator::AtLeast, column("position"), Expr::Number(0));
        let of_first = column("tier").equals(column("first"));
        let is_meant = Expr::any(vec![of_first, column("tier").equals(Expr::Number(REFERENCE))]);
        let order = vec![column("tier"), column("rank"), column("position")];
        let nth = Expr::RowNumber(vec![column("here")], order);
        let mut best = Select::from(&ranked, "q").keep(Expr::all(vec![is_own, is_value, is_meant]));
        best.columns = ["here", "owner", "position"].map(|name| (column(name), name.to_owned())).to_vec();
        Ok(Some(self.step("q", best.column(nth, "nth"))))
    }

    fn clues<'t>(&mut self, test: &'t Test, want: bool, scene: &Scene, clues: &mut Clues<'t>) -> Lowered<()> {
        match test {
            Test::Constant(_) => Ok(()),
            Test::And(parts) | Test::Or(parts) => {
                // all parts of what holds as a whole hold; of others, those that count are told from the rest
                let certain = matches!(test, Test::And(_)) == want;
                for part in parts {
                    let guards = clues.guards.len();
                    clues.guards.extend((!certain).then_some((part, want)));
                    self.clues(part, want, scene, clues)?;
                    clues.guards.truncate(guards);
                }
                Ok(())
            }
            Test::Not(inner) => self.clues(inner, !want, scene, clues),
            Test::Named(inner, _) if want => self.clues(inner, want, scene, clues),
            Test::Named(..) => Ok(()),
            Test::Format(operand, format) => {
                self.fact_clue(operand, &Question::Format(*format), want, scene, clues)
            }
            Test::Match(operand, expression) | Test::Defined(operand, expression, _) => {
                self.fact_clue(operand, &Question::Match(expression.clone()), want, scene, clues)
            }
            Test::Have(_, operand, filter) => {
                let Some(mut rows) = self.clue_rows(operand, scene)? else { return Ok(()) };
                if let Some(filter) = filter {
                    rows = self.filtered(rows, filter, scene)?;
                    rows.select = rows.select.keep(rows.sure.clone());
                }
                self.clue(rows, scene, clues)
            }
            Test::Equal { .. } => self.equal_clues(test, want, scene, clues),
            Test::Text { left, place, right, exact } => {
                let Some(mut rows) = self.clue_rows(left, scene)? else { return Ok(()) };
                if let Some(wanted) = constants(right) {
                    let holds = is_placed_constant(&rows.scalar, *place, &wanted, *exact)?;
                    rows.select = rows.select.keep(wished(holds, want));
                }
                self.clue(rows, scene, clues)
            }
            Test::Order { left: operand, .. }
            | Test::Under(operand, _)
            | Test::Flag(operand, _)
            | Test::Refer { operand, .. } => match self.clue_rows(operand, scene)? {
                Some(rows) => self.clue(rows, scene, clues),
                None => Ok(()),
            },
            Test::EqualAny { operand, index } => {
                if shape(operand) == Shape::Constant {
                    return Ok(());
                }
                let (mut rows, alias) = self.key_grades(operand, *index, scene)?;
                let grade = Expr::column(&alias, "grade").or_else(Expr::Number(0));
                let wanted = Expr::Number(if want { 2 } else { 0 });
                rows.select = rows.select.keep(grade.equals(wanted));
                self.clue(rows, scene, clues)
            }
        }
    }

    /// The values of an operand, unless they stand nowhere.
    fn clue_rows(&mut self, operand: &Operand, scene: &Scene) -> Lowered<Option<Rows>> {
        if constants(operand).is_some() {
            return Ok(None);
        }
        // a count stands where the first of what is counted does
        if let OperandKind::Call(Function::Count | Function::Distinct, arguments) = &operand.kind
            && let Some(counted) = arguments.first()
        {
            return self.clue_rows(counted, scene);
        }
        let rows = self.rows(operand, scene)?;
        Ok(Some(rows).filter(|rows| rows.origin.is_some()))
    }

    fn fact_clue(
        &mut self,
        operand: &Operand,
        question: &Question,
        want: bool,
        scene: &Scene,
        clues: &mut Clues<'_>,
    ) -> Lowered<()> {
        let Some(mut rows) = self.clue_rows(operand, scene)? else { return Ok(()) };
        let holds = self.fact_holds(&rows.scalar.clone(), question.clone(), &mut rows.select)?;
        rows.select = rows.select.keep(wished(holds, want));
        self.clue(rows, scene, clues)
    }

    fn equal_clues(&mut self, test: &Test, want: bool, scene: &Scene, clues: &mut Clues<'_>) -> Lowered<()> {
        let Test::Equal { left, right, kind, exact, negated } = test else { return Ok(()) };
        let equal = *negated != want;
        let made = Keyed { kind: *kind, exact: *exact };
        match right {
            Comparand::Keys(keys) => {
                let Some(mut rows) = self.clue_rows(left, scene)? else { return Ok(()) };
                if equal {
                    let keys: Vec<Expr> = keys.iter().map(|key| Expr::text(made.text(key))).collect();
                    let found = self.is_among(&rows.scalar.clone(), made, &keys, &mut rows.select)?;
                    rows.select = rows.select.keep(found);
                }
                self.clue(rows, scene, clues)
            }
            Comparand::Operand(right) => {
                for (one, other) in [(left, right), (right, left)] {
                    let varies = constants(one).is_none() && constants(other).is_none();
                    if equal && varies && (shape(one), shape(other)) == (Shape::Many, Shape::Many) {
                        let (mut rows, found) = self.beside_equal(one, other, made, scene)?;
                        rows.select = rows.select.keep(found);
                        self.clue(rows, scene, clues)?;
                    } else if let Some(rows) = self.clue_rows(one, scene)? {
                        self.clue(rows, scene, clues)?;
                    }
                }
                Ok(())
            }
        }
    }

    /// The references of an object by which what decided in other objects has to do with it.
    fn references(&mut self, test: &Test, scene: &Scene, clues: &mut Clues<'_>) -> Lowered<()> {
        match test {
            Test::And(parts) | Test::Or(parts) => {
                parts.iter().try_for_each(|part| self.references(part, scene, clues))
            }
            Test::Not(inner) => self.references(inner, scene, clues),
            Test::Named(inner, _) => self.references(inner, scene, clues),
            _ => test.operands().try_for_each(|operand| self.reference(operand, scene, clues)),
        }
    }

    fn reference(&mut self, operand: &Operand, scene: &Scene, clues: &mut Clues<'_>) -> Lowered<()> {
        match &operand.kind {
            OperandKind::Path { root, references, .. } if *root != Root::It => {
                let Some(first) = references.first() else { return Ok(()) };
                let alias = self.fresh("v");
                let is_field = self.is_field(&[*first], &alias)?;
                let is_own = Expr::column(&alias, "record").equals(Scene::here());
                let on = Expr::all(vec![is_own, is_field]);
                let select =
                    scene.select().join(super::super::tree::Side::Inner, "presync_value", &alias, on);
                let scalar = super::scalar::Scalar::stored(self, &[*first], operand.reads, &alias);
                let origin = Some((Expr::column(&alias, "record"), Expr::column(&alias, "position")));
                let rows = Rows { select, scalar, origin, sure: Expr::Truth(true), unknown: Vec::new() };
                self.clue(rows, scene, clues)
            }
            OperandKind::Selection(inner, _) => self.reference(inner, scene, clues),
            OperandKind::Call(_, arguments) => {
                arguments.iter().try_for_each(|argument| self.reference(argument, scene, clues))
            }
            _ => Ok(()),
        }
    }

    /// Takes note of values.
    fn clue(&mut self, rows: Rows, scene: &Scene, clues: &mut Clues<'_>) -> Lowered<()> {
        let Some((owner, position)) = rows.origin else { return Ok(()) };
        let mut select = rows.select;
        let mut kept = vec![rows.sure];
        for (guard, want) in clues.guards.clone() {
            let holds = self.test(guard, scene, &mut select)?;
            kept.push(wished(holds, want));
        }
        let rank = i64::try_from(clues.found.len()).unwrap_or(i64::MAX);
        let select = select
            .keep(Expr::all(kept))
            .with(Vec::new())
            .column(Scene::here(), "here")
            .column(Expr::Number(clues.tier), "tier")
            .column(Expr::Number(rank), "rank")
            .column(owner, "owner")
            .column(position, "position");
        clues.found.push(select.into());
        Ok(())
    }
}

/// A condition, or that it does not hold.
fn wished(holds: Expr, want: bool) -> Expr {
    if want { holds } else { holds.negated() }
}

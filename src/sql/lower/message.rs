//! Messages with the values of a finding in them.

use super::super::text::written;
use super::super::tree::{Expr, Function as F, Operator, Relation, Select, Side};
use super::operand::{Constant, Shape, constants, shape};
use super::scalar::Scalar;
use super::scene::Scene;
use super::{Lowered, Lowering, obstacle, same};
use crate::language::plan::{Field, Message, MessagePart, Operand, OperandKind};
use crate::language::syntax::Root;

/// How many values of one operand a message names.
const NAMED: i64 = 5;

impl Lowering<'_> {
    /// A message about each row of a scene, in a query over it. `holders` is the number of objects that share the fault.
    pub(super) fn message(
        &mut self,
        message: &Message,
        holders: &Expr,
        scene: &Scene,
        select: &mut Select,
    ) -> Expr {
        let mut parts = Vec::new();
        for part in &message.parts {
            parts.push(match part {
                MessagePart::Text(text) => Expr::text(written(text.as_bytes())),
                MessagePart::Holders => Expr::call(F::Digits, [holders.clone()]),
                MessagePart::Operand(operand) => {
                    let before = select.clone();
                    self.shown(operand, scene, select).unwrap_or_else(|_| {
                        // what SQL cannot say of a value is no reason to leave the finding out
                        *select = before;
                        Expr::text("…")
                    })
                }
            });
        }
        match parts.len() {
            0 => Expr::text(""),
            1 => parts.remove(0),
            _ => Expr::call(F::Concat, parts),
        }
    }

    /// The values of an operand for people.
    fn shown(&mut self, operand: &Operand, scene: &Scene, select: &mut Select) -> Lowered<Expr> {
        if let Some(values) = constants(operand) {
            let texts: Vec<String> =
                values.iter().map(Constant::text).map(|text| written(&text).into_owned()).collect();
            return Ok(Expr::text(if texts.is_empty() { "(none)".to_owned() } else { texts.join(", ") }));
        }
        let text = match shape(operand) {
            Shape::One => {
                let value = self.one(operand, scene, select)?;
                text_of(&value)?
            }
            _ => self.listed(operand, scene, select)?,
        };
        Ok(text.or_else(Expr::text("(none)")))
    }

    /// The first few of several values, and how many more there are.
    fn listed(&mut self, operand: &Operand, scene: &Scene, select: &mut Select) -> Lowered<Expr> {
        // the class of the object stands beside it
        if let OperandKind::Path {
            root: Root::Here | Root::Itself,
            references,
            field: Some(Field::Class),
            ..
        } = &operand.kind
            && references.is_empty()
        {
            let alias = self.fresh("o");
            let on = Expr::column(&alias, "record").equals(Expr::column("s", scene.itself));
            select.add(Side::Inner, Relation::Named("presync_object".to_owned()), &alias, on);
            return Ok(Expr::column(&alias, "class"));
        }
        let rows = self.rows(operand, scene)?;
        let text = text_of(&rows.scalar)?;
        let Some((_, position)) = rows.origin else { return obstacle("shows values that stand nowhere") };
        let keys: Vec<Expr> = scene.key_columns().into_iter().map(|(expr, _)| expr).collect();
        let nth = Expr::RowNumber(keys, vec![position]);
        let numbered =
            rows.select.keep(rows.sure).with(scene.key_columns()).column(text, "shown").column(nth, "nth");
        let numbered = self.step("m", numbered);
        let column = |name: &str| Expr::column("s", name);
        let is_named = Expr::binary(Operator::AtMost, column("nth"), Expr::Number(NAMED));
        let mut first = Select::from(&numbered, "s").with(scene.key_columns()).keep(is_named);
        first.group = first.columns.iter().map(|(expr, _)| expr.clone()).collect();
        let first = first.column(Expr::call(F::Listed, [column("shown"), column("nth")]), "shown");
        let mut all = Select::from(&numbered, "s").with(scene.key_columns());
        all.group = all.columns.iter().map(|(expr, _)| expr.clone()).collect();
        let all = all.column(Expr::call(F::CountAll, []), "number");
        let (first, all) = (self.step("m", first), self.step("m", all));
        let aliases = [self.fresh("a"), self.fresh("a")];
        for (alias, name) in aliases.iter().zip([first, all]) {
            select.add(Side::Left, Relation::Named(name), alias, same(alias, "s", &scene.keys));
        }
        let [first, all] = aliases.map(|alias| move |name: &str| Expr::column(&alias, name));
        let more = Expr::binary(Operator::Minus, all("number"), Expr::Number(NAMED));
        let is_more = Expr::binary(Operator::Greater, more.clone(), Expr::Number(0));
        let tail = [Expr::text(" and "), Expr::call(F::Digits, [more]), Expr::text(" more")];
        let with_tail = Expr::call(F::Concat, [vec![first("shown")], tail.to_vec()].concat());
        Ok(Expr::case([(is_more, with_tail)], first("shown")))
    }
}

fn text_of(value: &Scalar) -> Lowered<Expr> {
    match (&value.texts, &value.number) {
        (Some(_), _) => value.text(),
        (None, Some(number)) => Ok(Expr::call(F::Digits, [number.clone()])),
        (None, None) => obstacle("shows nothing"),
    }
}

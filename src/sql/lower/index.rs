//! Classes of objects, and the keys that objects give to indexes.

use super::super::tree::{Expr, Function as F, Operator, Query, Select, Side};
use super::operand::alike;
use super::scene::{Rows, Scene};
use super::{Lowered, Lowering, number_of, obstacle};
use crate::language::plan::{ClassKind, ClassSet, Index, Reads};
use crate::snapshot::value::Type;

impl<'p> Lowering<'p> {
    /// Whether an object, under an alias, is of one of the classes.
    pub(super) fn is_of(&self, classes: &ClassSet, object: &str) -> Expr {
        let column = |name: &str| Expr::column(object, name);
        let tests = self.plan.tests_of(classes).map(|test| {
            let name = super::super::text::folded_text(test.name.as_bytes());
            let is_class = match test.kind {
                ClassKind::Any => Expr::Truth(true),
                ClassKind::Mapped => column("class_folded").equals(Expr::text(name)),
                ClassKind::ObjectClass => {
                    Expr::call(F::Contains, [column("classes"), Expr::text(format!("\n{name}\n"))])
                }
            };
            Expr::all(vec![column("source").equals(Expr::text(self.source(test.source))), is_class])
        });
        Expr::any(tests.collect())
    }

    /// The sources of some classes.
    pub(super) fn sources(&self, classes: &ClassSet) -> Vec<u16> {
        self.plan.sources_of(classes).collect()
    }

    /// The scene of the objects of some classes for which a condition on their table (under the alias `o`) holds.
    pub(super) fn objects(&mut self, which: Expr) -> Scene {
        let objects =
            Select::from("presync_object", "o").column(Expr::column("o", "record"), "here").keep(which);
        Scene::objects(&self.step("s", objects))
    }

    /// Collects the keys of an index, unless that is done.
    pub(super) fn collected(&mut self, number: usize) -> Lowered<&'p Index> {
        let Some(index) = self.plan.indexes.get(number) else {
            return obstacle("looks up what nobody collects");
        };
        if !self.indexes.contains_key(&number) {
            let made = self.key_tables(index, number);
            self.indexes.insert(number, made);
        }
        match self.indexes.get(&number) {
            Some(Err(reason)) => Err(reason.clone()),
            _ => Ok(index),
        }
    }

    fn key_tables(&mut self, index: &Index, number: usize) -> Lowered<()> {
        let about = format!("keys {number}");
        let made = self.statement(about, "presync_key", |lowering| {
            let is_of = lowering.is_of(&index.classes, "o");
            let scene = lowering.objects(is_of);
            let mut parts: Vec<Query> = Vec::new();
            for keys in alike(&index.keys) {
                let rows = lowering.rows_of_any(&keys, &scene)?;
                parts.push(lowering.keys_of(index, number, rows, &scene)?.into());
            }
            Ok(Query::All(parts))
        })?;
        self.prepared.push(made);
        Ok(())
    }

    /// The keys that the values of one operand give.
    fn keys_of(&mut self, index: &Index, number: usize, mut rows: Rows, scene: &Scene) -> Lowered<Select> {
        let is_number = rows.scalar.texts.is_none();
        if !is_number {
            let text = rows.scalar.text()?;
            rows.select = rows.select.keep(text.equals(Expr::text("")).negated());
        }
        let shown = rows.scalar.text()?;
        let key = match (is_number, index.exact) {
            (true, _) => return obstacle("compares numbers that are made with those of other objects"),
            (false, exact) => self.key(&rows.scalar.clone(), index.kind, exact, &mut rows.select)?,
        };
        let Some((owner, position)) = rows.origin.clone() else {
            return obstacle("collects keys that stand nowhere");
        };
        let mut select;
        let grade;
        let columns;
        match index.filter.as_ref().filter(|_| !index.correlated) {
            None => {
                grade = Expr::all(vec![rows.sure.clone()]).graded();
                select = rows.select;
                columns = [key, shown, owner, position];
            }
            Some(filter) => {
                rows.select.columns.push((key, "made".to_owned()));
                let inner = self.nested(scene, &rows, Scene::here(), Some(&rows.scalar));
                select = inner.scene.select();
                let holds = self.test(filter, &inner.scene, &mut select)?;
                grade = Expr::all(vec![inner.sure(), holds]).graded();
                let column = |name: &str| Expr::column("s", name);
                columns = ["made", "text", "owner", "position"].map(column);
            }
        }
        let within = match &index.within {
            None => Expr::text(""),
            Some(within) => {
                let kind = match within.reads {
                    Reads::As(kind) => kind,
                    Reads::Duration => Type::Number,
                };
                let mut others = self.rows(within, scene)?;
                let key = self.key(&others.scalar.clone(), kind, index.exact, &mut others.select)?;
                let query =
                    others.select.keep(others.sure).with(scene.key_columns()).column(key, "key").distinct();
                let name = self.step("k", query);
                let on = Expr::column("w", "here").equals(Scene::here());
                select = select.join(Side::Inner, &name, "w", on);
                Expr::column("w", "key")
            }
        };
        let [key, shown, owner, position] = columns;
        let select = select.join(
            Side::Inner,
            "presync_object",
            "i",
            Expr::column("i", "record").equals(Scene::here()),
        );
        let kept = Expr::binary(Operator::Greater, grade.clone(), Expr::Number(0));
        Ok(select
            .keep(kept)
            .with(Vec::new())
            .column(number_of(number), "number")
            .column(Scene::here(), "record")
            .column(Expr::column("i", "identity"), "identity")
            .column(key, "key")
            .column(within, "within")
            .column(grade, "grade")
            .column(owner, "owner")
            .column(position, "position")
            .column(shown, "text"))
    }

    /// The keys that several objects hold.
    pub(super) fn shared(&mut self, number: usize) -> Select {
        let column = |name: &str| Expr::column("k", name);
        let holders = || Expr::call(F::CountDistinct, [column("identity")]);
        let mut shared = Select::from("presync_key", "k")
            .column(column("key"), "key")
            .column(column("within"), "within")
            .column(holders(), "holders")
            .keep(is_sure_key(number));
        shared.group = vec![column("key"), column("within")];
        shared.having = Expr::binary(Operator::Greater, holders(), Expr::Number(1));
        shared
    }
}

/// Keys of an index (under the alias `k`) that belong there for sure.
pub(super) fn is_sure_key(number: usize) -> Expr {
    let column = |name: &str| Expr::column("k", name);
    Expr::all(vec![column("number").equals(number_of(number)), column("grade").equals(Expr::Number(2))])
}

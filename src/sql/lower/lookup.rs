//! Other objects, by name and by key.

use super::super::tree::{Expr, Function as F, Operator, Query, Relation, Select, Side};
use super::operand::constants;
use super::scene::{Inner, Rows, Scene};
use super::{Lowered, Lowering, number_of, obstacle};
use crate::language::plan::{ClassSet, Operand, Test};
use crate::snapshot::value::Type;

impl Lowering<'_> {
    /// Whether some value names an object of one of the classes for which a condition holds.
    pub(super) fn refers(
        &mut self,
        operand: &Operand,
        classes: &ClassSet,
        filter: Option<&Test>,
        scene: &Scene,
        select: &mut Select,
    ) -> Lowered<Expr> {
        let (names, grades) = self.reference_grades(operand, classes, filter, scene)?;
        let grade = grades.1;
        let whole = grades.0.with(names.outer_keys(scene));
        Ok(self.graded(scene, whole, grade, names.unknown(), select))
    }

    /// The names that an operand holds beside a scene, as an inner scene, and in a query over it the grade of each: whether it
    /// names such an object.
    pub(super) fn reference_grades(
        &mut self,
        operand: &Operand,
        classes: &ClassSet,
        filter: Option<&Test>,
        scene: &Scene,
    ) -> Lowered<(Names, (Select, Expr))> {
        if constants(operand).is_some() {
            return obstacle("follows a constant name");
        }
        let mut rows = self.rows(operand, scene)?;
        let text = rows.scalar.text()?;
        let key = self.key(&rows.scalar.clone(), Type::Dn, false, &mut rows.select)?;
        rows.select = rows.select.keep(text.equals(Expr::text("")).negated());
        rows.select.columns.push((key, "name".to_owned()));
        let inner = self.nested(scene, &rows, Scene::here(), Some(&rows.scalar));
        let names = inner.scene.clone();
        let mut select = names.select();
        let mut grades = Vec::new();
        for source in self.sources(classes) {
            let (found, met) = self.found(&names, source, classes, filter)?;
            let aliases = [self.fresh("a"), self.fresh("a")];
            let name = Expr::column("s", "name");
            for (alias, query) in aliases.iter().zip([found, met]) {
                let on = Expr::column(alias, "name").equals(name.clone());
                let on = match query.1 {
                    true => Expr::all(vec![on, super::same(alias, "s", &names.keys)]),
                    false => on,
                };
                select.add(Side::Left, Relation::Named(query.0), alias, on);
            }
            let [found, met] = aliases;
            let met = Expr::column(&met, "grade").or_else(Expr::Number(0));
            let is_missing = Expr::column(&found, "name").missing();
            let outside = self.unseen(source, &name, classes, &mut select);
            let unknown = (Expr::all(vec![is_missing, outside]), Expr::Number(1));
            let yes = Expr::binary(Operator::Greater, met.clone(), Expr::Number(0));
            grades.push(match unknown.0 {
                Expr::Truth(false) => met,
                _ => Expr::case([(yes, met), unknown], Expr::Number(0)),
            });
        }
        let grade = largest(grades);
        let grade = match inner.sure() {
            Expr::Truth(true) => grade,
            sure => Expr::case([(sure.missing(), Expr::Number(1))], grade),
        };
        Ok((Names { inner, rows }, (select, grade)))
    }

    /// The names of a scene that some object of a source bears, and those that one of the classes does for which the condition
    /// holds, with the grade; and whether rows of the scene are told apart.
    fn found(
        &mut self,
        names: &Scene,
        source: u16,
        classes: &ClassSet,
        filter: Option<&Test>,
    ) -> Lowered<((String, bool), (String, bool))> {
        let is_borne = |alias: &str| {
            Expr::all(vec![
                Expr::column(alias, "source").equals(Expr::text(self.source(source))),
                Expr::column(alias, "key").equals(Expr::column("s", "name")),
            ])
        };
        let name = Expr::column("s", "name");
        let borne = is_borne("n");
        let table = || names.select().join(Side::Inner, "presync_name", "n", borne.clone());
        let found = self.step("n", table().column(name.clone(), "name").distinct());
        let is_of = Expr::all(vec![
            Expr::column("r", "record").equals(Expr::column("n", "record")),
            self.is_of(classes, "r"),
        ]);
        let meant = table().join(Side::Inner, "presync_object", "r", is_of);
        let Some(filter) = filter else {
            let met = meant.column(name, "name").column(Expr::Number(2), "grade").distinct();
            return Ok(((found, false), (self.step("m", met), false)));
        };
        let it = names.it.clone();
        let mut rows = Rows {
            select: meant.column(name, "name"),
            scalar: it.clone().ok_or_else(|| super::Obstacle("follows no value".to_owned()))?,
            origin: None,
            sure: Expr::Truth(true),
            unknown: Vec::new(),
        };
        if names.keys.iter().any(|key| key == "position") {
            rows.origin = Some((Expr::column("s", "owner"), Expr::column("s", "position")));
        }
        let inner = self.nested(names, &rows, Expr::column("r", "record"), it.as_ref());
        let mut select = inner.scene.select();
        let holds = self.test(filter, &inner.scene, &mut select)?;
        let mut met = select.with(inner.outer_keys(names)).column(Expr::column("s", "name"), "name");
        met.group = met.columns.iter().map(|(expr, _)| expr.clone()).collect();
        let met = met.column(Expr::call(F::Max, [holds.graded()]), "grade");
        Ok(((found, false), (self.step("m", met), true)))
    }

    /// Whether nobody knows if an object of such a class bears a name that was not found.
    fn unseen(&mut self, source: u16, name: &Expr, classes: &ClassSet, select: &mut Select) -> Expr {
        if self.terms.complete {
            return Expr::Truth(false);
        }
        let outside = self.outside(Expr::text(self.source(source)), name, select);
        let unreadable = Expr::text(super::super::text::UNREAD);
        let is_name = Expr::call(F::StartsWith, [name.clone(), unreadable]).negated();
        let unread = classes.iter().map(|test| {
            let some = Select::from("presync_object", "y")
                .column(Expr::column("y", "record"), "record")
                .keep(self.is_of(&vec![*test], "y"));
            Expr::Exists(Box::new(some.into())).negated()
        });
        let unread: Vec<Expr> = unread.collect();
        // what is no distinguished name can only name objects that have none, either
        let plain = Select::from("presync_root", "y").column(Expr::column("y", "source"), "source");
        let is_plain = Expr::all(vec![
            Expr::column("y", "source").equals(Expr::text(self.source(source))),
            Expr::column("y", "domain").equals(Expr::text("*")),
        ]);
        let may_be_borne = Expr::any(vec![is_name, Expr::Exists(Box::new(plain.keep(is_plain).into()))]);
        Expr::any(vec![outside, Expr::all(vec![may_be_borne, Expr::any(unread)])])
    }

    /// Whether some value is among the keys of another object.
    pub(super) fn equals_any(
        &mut self,
        operand: &Operand,
        index: usize,
        scene: &Scene,
        select: &mut Select,
    ) -> Lowered<Expr> {
        let asked = self.key_asked(operand, index, scene)?;
        let (pairs, grade) = self.pairs(&asked, scene)?;
        Ok(self.graded(scene, pairs, grade, asked.rows.unknown, select))
    }

    /// The values of an operand beside a scene, joined (under the alias that is returned) to the grade of each: whether it is
    /// among the keys of another object.
    pub(super) fn key_grades(
        &mut self,
        operand: &Operand,
        number: usize,
        scene: &Scene,
    ) -> Lowered<(Rows, String)> {
        let asked = self.key_asked(operand, number, scene)?;
        let (pairs, grade) = self.pairs(&asked, scene)?;
        let key = match asked.is_correlated {
            true => Expr::column("s", "key"),
            false => asked.key.clone(),
        };
        let mut found = pairs.column(key, "key");
        found.group = found.columns.iter().map(|(expr, _)| expr.clone()).collect();
        let found = self.step("e", found.column(Expr::call(F::Max, [grade]), "grade"));
        let Asked { mut rows, key, .. } = asked;
        let alias = self.fresh("e");
        let is_key = Expr::column(&alias, "key").equals(key);
        let on = Expr::all(vec![super::same(&alias, "s", &scene.keys), is_key]);
        rows.select.add(Side::Left, Relation::Named(found), &alias, on);
        Ok((rows, alias))
    }

    /// The values of an operand that are looked up in an index, and their keys.
    fn key_asked(&mut self, operand: &Operand, number: usize, scene: &Scene) -> Lowered<Asked> {
        let index = self.collected(number)?;
        if constants(operand).is_some() {
            return obstacle("looks up a constant");
        }
        let mut rows = self.rows(operand, scene)?.settled(scene);
        let text = rows.scalar.text()?;
        let key = self.key(&rows.scalar.clone(), index.kind, index.exact, &mut rows.select)?;
        rows.select = rows.select.keep(text.equals(Expr::text("")).negated());
        Ok(Asked { number, rows, key, is_correlated: index.correlated })
    }

    /// The keys of an index that values have, on other objects.
    fn others(&self, Asked { number, rows, key, .. }: &Asked) -> Select {
        let column = |name: &str| Expr::column("k", name);
        let is_key =
            Expr::all(vec![column("number").equals(number_of(*number)), column("key").equals(key.clone())]);
        let own = Expr::column("i", "record").equals(Scene::here());
        let other = Expr::binary(Operator::NotEqual, column("identity"), Expr::column("i", "identity"));
        rows.select.clone().join(Side::Inner, "presync_object", "i", own).join(
            Side::Inner,
            "presync_key",
            "k",
            Expr::all(vec![is_key, other]),
        )
    }

    /// Values with the keys of other objects that are equal, as a query whose columns are the keys of the scene, and the grade of
    /// each pair.
    fn pairs(&mut self, asked: &Asked, scene: &Scene) -> Lowered<(Select, Expr)> {
        let others = self.others(asked);
        if !asked.is_correlated {
            return Ok((others.with(scene.key_columns()), Expr::column("k", "grade")));
        }
        // the condition of the index speaks of the object that asks, so that it has to be asked for each pair
        let filter = self.plan.indexes.get(asked.number).and_then(|index| index.filter.as_ref());
        let Some(filter) = filter else { return obstacle("looks up what nobody collects") };
        let column = |name: &str| Expr::column("k", name);
        let mut pairs = others;
        pairs.columns.push((asked.key.clone(), "key".to_owned()));
        let pairs = Rows {
            select: pairs,
            scalar: asked.rows.scalar.clone(),
            origin: Some((column("owner"), column("position"))),
            sure: Expr::Truth(true),
            unknown: Vec::new(),
        };
        let inner = self.nested(scene, &pairs, column("record"), None);
        let mut select = inner.scene.select();
        let holds = self.test(filter, &inner.scene, &mut select)?;
        Ok((select.with(inner.outer_keys(scene)), holds.graded()))
    }
}

/// Values that are looked up in an index.
struct Asked {
    /// The number of the index.
    number: usize,
    rows: Rows,
    key: Expr,
    is_correlated: bool,
}

/// Names beside the rows of a scene.
pub(super) struct Names {
    inner: Inner,
    rows: Rows,
}

impl Names {
    /// The keys of the scene that the names stand beside.
    pub(super) fn outer_keys(&self, outer: &Scene) -> Vec<(Expr, String)> {
        self.inner.outer_keys(outer)
    }

    /// Rows of the scene for which there may be more names.
    pub(super) fn unknown(&self) -> Vec<Query> {
        self.rows.unknown.clone()
    }
}

/// The largest of some grades.
fn largest(grades: Vec<Expr>) -> Expr {
    let mut grades = grades.into_iter();
    let first = grades.next().unwrap_or(Expr::Number(0));
    grades.fold(first, |one, other| {
        let is_less = Expr::binary(Operator::Less, one.clone(), other.clone());
        Expr::case([(is_less, other)], one)
    })
}

//! Rules: from what is at fault to rows of the table of findings.

use super::super::text::written;
use super::super::tree::{
    Expr, Function as F, Kind, Operator, Query, Relation, Select, Side, Statement, Step,
};
use super::index::is_sure_key;
use super::operand::alike;
use super::scene::Scene;
use super::{Lowered, Lowering, is_row, obstacle, same};
use crate::finding::{RuleInfo, Severity};
use crate::language::plan::{ClassSet, Field, Judgement, Operand, Range, Rule, Test};
use crate::snapshot::Slot;

/// A rule, with what there is to say of it.
#[derive(Debug, Clone, Copy)]
pub(in crate::sql) struct Judged<'r> {
    pub(in crate::sql) rule: &'r Rule,
    pub(in crate::sql) info: &'r RuleInfo,
}

/// The columns of what is at fault, before its value is looked up.
const FAULTY: [&str; 7] = ["here", "owner", "position", "holders", "key", "message", "help"];

impl Lowering<'_> {
    /// The statement that adds the findings of a rule.
    pub(in crate::sql) fn judge(&mut self, judged: Judged<'_>) -> Lowered<Statement> {
        self.statement(judged.info.id.clone(), "presync_finding", |lowering| {
            let rule = judged.rule;
            let faulty = match &rule.judgement {
                Judgement::Objects { classes, fault, must } => {
                    lowering.faulty_objects(judged, classes, fault, *must)?
                }
                Judgement::Values { classes, others, keys, fault, .. } => {
                    let scene = lowering.judged_objects(rule, classes, *others);
                    let parts: Lowered<Vec<Query>> = alike(keys)
                        .iter()
                        .map(|keys| lowering.faulty_values(rule, keys, fault, &scene).map(Query::from))
                        .collect();
                    Query::All(parts?)
                }
                Judgement::Unique { index } => lowering.shared_keys(rule, *index)?.into(),
                Judgement::Acyclic { classes, filter, reference } => {
                    lowering.circles(rule, classes, filter, *reference)?.into()
                }
                Judgement::Count { classes, filter, range } => {
                    lowering.counted(rule, classes, filter, *range)?.into()
                }
            };
            let faulty = lowering.step("b", faulty);
            Ok(lowering.findings(judged, &faulty))
        })
    }

    /// The objects that a rule judges: those for which what it needs was exported.
    fn judged_objects(&mut self, rule: &Rule, classes: &ClassSet, others: bool) -> Scene {
        let is_of = self.is_of(classes, "o");
        let which = match others {
            false => is_of,
            true => {
                let source = self.plan.source_of(classes);
                let in_source = Expr::column("o", "source").equals(Expr::text(self.source(source)));
                let has_class = Expr::column("o", "class").equals(Expr::text("")).negated();
                Expr::all(vec![in_source, has_class, is_of.negated()])
            }
        };
        let mut objects = Select::from("presync_object", "o").keep(which);
        if !rule.needs.is_empty() {
            let names: Vec<Expr> = rule.needs.iter().map(|need| self.is_unasked(*need)).collect();
            let unasked = Select::from("presync_value", "x")
                .column(Expr::column("x", "record"), "record")
                .keep(Expr::any(names))
                .distinct();
            let unasked = self.step("x", unasked);
            let on = Expr::column("x", "record").equals(Expr::column("o", "record"));
            objects = objects.join(Side::Left, &unasked, "x", on).keep(Expr::column("x", "record").missing());
        }
        let objects = objects.column(Expr::column("o", "record"), "here");
        Scene::objects(&self.step("s", objects))
    }

    fn is_unasked(&self, (source, slot): (u16, Slot)) -> Expr {
        let in_source = Expr::column("x", "source").equals(Expr::text(self.source(source)));
        Expr::all(vec![in_source, is_row("x", "unasked", self.attribute(slot))])
    }

    fn faulty_objects(
        &mut self,
        Judged { rule, info }: Judged<'_>,
        classes: &ClassSet,
        fault: &Test,
        must: bool,
    ) -> Lowered<Query> {
        // a table of their own: what is asked of the few that are at fault is not worked out of all objects again
        let about = format!("{}: the objects", info.id);
        let statement = self.statement(about, "presync_faulty", |lowering| {
            let scene = lowering.judged_objects(rule, classes, false);
            let mut select = scene.select();
            let holds = lowering.test(fault, &scene, &mut select)?;
            let id = Expr::text(info.id.clone());
            Ok(select.keep(holds).column(id, "rule").column(Scene::here(), "record").into())
        })?;
        let column = |name: &str| Expr::column("o", name);
        let faulty = Select::from("presync_faulty", "o")
            .column(column("record"), "here")
            .keep(column("rule").equals(Expr::text(info.id.clone())));
        let scene = Scene::objects(&self.step("h", faulty));
        let shown = self.shown_by(fault, must, &scene)?;
        let mut select = scene.select();
        let (owner, position) = match shown {
            None => (Scene::here(), Expr::Number(-1)),
            Some(shown) => {
                let column = |name: &str| Expr::column("q", name);
                let first = column("nth").equals(Expr::Number(1));
                let on = Expr::all(vec![column("here").equals(Scene::here()), first]);
                select.add(Side::Left, Relation::Named(shown), "q", on);
                (column("owner").or_else(Scene::here()), column("position").or_else(Expr::Number(-1)))
            }
        };
        let alone = (Expr::Number(1), Expr::Null(Kind::Text));
        let faulty = self.faulty(rule, &scene, select, (owner, position), alone).into();
        self.prepared.push(statement);
        Ok(faulty)
    }

    fn faulty_values(
        &mut self,
        rule: &Rule,
        keys: &[&Operand],
        fault: &Test,
        scene: &Scene,
    ) -> Lowered<Select> {
        let rows = self.rows_of_any(keys, scene)?;
        if rows.origin.is_none() {
            return obstacle("judges values that stand nowhere");
        }
        let inner = self.nested(scene, &rows, Scene::here(), Some(&rows.scalar));
        let mut select = inner.scene.select();
        let holds = self.test(fault, &inner.scene, &mut select)?;
        let select = select.keep(Expr::all(vec![inner.sure(), holds]));
        let column = |name: &str| Expr::column("s", name);
        let alone = (Expr::Number(1), Expr::Null(Kind::Text));
        let place = (column("owner"), column("position"));
        Ok(self.faulty(rule, &inner.scene, select, place, alone))
    }

    fn shared_keys(&mut self, rule: &Rule, index: usize) -> Lowered<Select> {
        self.collected(index)?;
        let shared = self.shared(index);
        let shared = self.step("d", shared);
        let keys = ["key", "within"].map(str::to_owned);
        let column = |name: &str| Expr::column("k", name);
        let places = Select::from("presync_key", "k")
            .join(Side::Inner, &shared, "d", same("d", "k", &keys))
            .keep(is_sure_key(index))
            .column(column("record"), "here")
            .column(column("owner"), "owner")
            .column(column("position"), "position")
            .column(column("text"), "text")
            .column(Expr::column("d", "holders"), "holders")
            .column(column("key"), "key")
            .column(column("within"), "within");
        let first = self.first_place(places, &["key", "within"]);
        let text = Expr::column("s", "text");
        let it = super::scalar::Scalar {
            texts: Some((text.clone(), text)),
            key: None,
            number: None,
            reads: crate::language::plan::Reads::As(crate::snapshot::value::Type::Text),
            made: None,
            hidden: None,
            open: Expr::Truth(false),
        };
        let scene = Scene { it: Some(it), ..Scene::objects(&first) };
        let column = |name: &str| Expr::column("s", name);
        let shared = (column("holders"), column("key"));
        let place = (column("owner"), column("position"));
        let select = scene.select();
        Ok(self.faulty(rule, &scene, select, place, shared))
    }

    /// Of rows with a place, those that stand first in the files among those that are the same in some columns.
    fn first_place(&mut self, places: Select, same: &[&str]) -> String {
        let names: Vec<String> = places.columns.iter().map(|(_, name)| name.clone()).collect();
        let places = self.step("p", places);
        let column = |name: &str| Expr::column("p", name);
        let on = Expr::all(vec![
            Expr::column("v", "record").equals(column("owner")),
            Expr::column("v", "position").equals(column("position")),
        ]);
        let group: Vec<Expr> = same.iter().map(|name| column(name)).collect();
        let place = |name: &str| Expr::column("v", name);
        let order = vec![
            Expr::Ordered(Box::new(place("file"))),
            place("offset"),
            Expr::Ordered(Box::new(column("owner"))),
            column("position"),
        ];
        let mut numbered = Select::from(&places, "p").join(Side::Inner, "presync_value", "v", on);
        numbered.columns = names.iter().map(|name| (column(name), name.clone())).collect();
        let numbered = self.step("p", numbered.column(Expr::RowNumber(group, order), "nth"));
        let mut first = Select::from(&numbered, "p").keep(column("nth").equals(Expr::Number(1)));
        first.columns = names.iter().map(|name| (column(name), name.clone())).collect();
        self.step("p", first)
    }

    fn circles(
        &mut self,
        rule: &Rule,
        classes: &ClassSet,
        filter: &Test,
        reference: Field,
    ) -> Lowered<Select> {
        let scene = self.judged_objects(rule, classes, false);
        let mut select = scene.select();
        let holds = self.test(filter, &scene, &mut select)?;
        let is_field = self.is_field(&[reference], "v")?;
        let here = Expr::column("v", "record").equals(Scene::here());
        let is_named = Expr::all(vec![
            Expr::column("n", "source").equals(Expr::column("v", "source")),
            Expr::column("n", "key").equals(Expr::column("v", "key")),
        ]);
        let edges = select
            .keep(holds)
            .join(Side::Inner, "presync_value", "v", Expr::all(vec![here, is_field]))
            .join(Side::Inner, "presync_name", "n", is_named)
            .column(Scene::here(), "here")
            .column(Expr::column("n", "record"), "there")
            .column(Expr::column("v", "position"), "position");
        let edges = self.step("e", edges);
        // whoever refers to nobody is in no circle
        let starts = Select::from(&edges, "e").column(Expr::column("e", "here"), "here").distinct();
        let starts = self.step("e", starts);
        let goes_on = Expr::column("f", "here").equals(Expr::column("e", "there"));
        let column = |name: &str| Expr::column("e", name);
        let edges = Select::from(&edges, "e")
            .join(Side::Inner, &starts, "f", goes_on)
            .column(column("here"), "here")
            .column(column("there"), "there")
            .column(column("position"), "position");
        let edges = self.step("e", edges);
        let reach = self.fresh("r");
        let first = Select::from(&edges, "e").column(column("here"), "here").column(column("there"), "there");
        let follows = column("here").equals(Expr::column("r", "there"));
        let next = Select::from(&reach, "r")
            .join(Side::Inner, &edges, "e", follows)
            .column(Expr::column("r", "here"), "here")
            .column(column("there"), "there");
        self.steps.push(Step::Closure(reach.clone(), first.into(), next.into()));
        // the circle of an object is known by the first of the objects that it reaches and that reach it
        let back = Expr::all(vec![
            Expr::column("t", "here").equals(Expr::column("r", "there")),
            Expr::column("t", "there").equals(Expr::column("r", "here")),
        ]);
        let mut circles = Select::from(&reach, "r")
            .join(Side::Inner, &reach, "t", back)
            .column(Expr::column("r", "here"), "here")
            .column(Expr::call(F::Min, [Expr::column("r", "there")]), "circle");
        circles.group = vec![Expr::column("r", "here")];
        let circles = self.step("r", circles);
        let circle = |alias: &str| Expr::column(alias, "circle");
        let size = Select { group: vec![circle("r")], ..Select::from(&circles, "r") }
            .column(circle("r"), "circle")
            .column(Expr::call(F::CountAll, []), "holders");
        let size = self.step("r", size);
        let places = Select::from(&edges, "e")
            .join(Side::Inner, &circles, "r", Expr::column("r", "here").equals(column("here")))
            .join(
                Side::Inner,
                &circles,
                "t",
                Expr::all(vec![
                    Expr::column("t", "here").equals(column("there")),
                    circle("t").equals(circle("r")),
                ]),
            )
            .join(Side::Inner, &size, "z", circle("z").equals(circle("r")))
            .column(column("here"), "here")
            .column(column("here"), "owner")
            .column(column("position"), "position")
            .column(circle("r"), "circle")
            .column(Expr::column("z", "holders"), "holders");
        let first = self.first_place(places, &["circle"]);
        let scene = Scene::objects(&first);
        let column = |name: &str| Expr::column("s", name);
        let shared = (column("holders"), column("circle"));
        let select = scene.select();
        Ok(self.faulty(rule, &scene, select, (column("owner"), column("position")), shared))
    }

    fn counted(&mut self, rule: &Rule, classes: &ClassSet, filter: &Test, range: Range) -> Lowered<Select> {
        let scene = self.judged_objects(rule, classes, false);
        let mut select = scene.select();
        let holds = self.test(filter, &scene, &mut select)?;
        let counts = select.column(Scene::here(), "here").column(holds.graded(), "grade");
        let counts = self.step("n", counts);
        let column = |name: &str| Expr::column("n", name);
        let is_meant = column("grade").equals(Expr::Number(2));
        // those that count first, so that too few of them are told by the first of them, or else by the first object
        let order = vec![
            Expr::case([(is_meant.clone(), Expr::Number(0))], Expr::Number(1)),
            Expr::Ordered(Box::new(column("here"))),
        ];
        let numbered = Select::from(&counts, "n")
            .column(column("here"), "here")
            .column(Expr::RowNumber(Vec::new(), order), "nth");
        let numbered = self.step("n", numbered);
        let one = Expr::case([(is_meant, Expr::Number(1))], Expr::Number(0));
        let total = Select::from(&counts, "n").column(Expr::call(F::Sum, [one]), "holders");
        let total = self.step("n", total);
        let holders = Expr::column("t", "holders");
        let bound = |number: u64| Expr::Number(i64::try_from(number).unwrap_or(i64::MAX));
        let is_nth = |nth: Expr| Expr::column("n", "nth").equals(nth);
        let few = Expr::binary(Operator::Less, holders.clone(), bound(range.least));
        let mut wrong = vec![Expr::all(vec![few, is_nth(Expr::Number(1))])];
        if range.most < u64::MAX {
            let many = Expr::binary(Operator::Greater, holders.clone(), bound(range.most));
            wrong.push(Expr::all(vec![many, is_nth(bound(range.most.saturating_add(1)))]));
        }
        let first = Select::from(&numbered, "n")
            .join(Side::Inner, &total, "t", Expr::Truth(true))
            .keep(Expr::any(wrong))
            .column(Expr::column("n", "here"), "here")
            .column(holders, "holders");
        let scene = Scene::objects(&self.step("n", first));
        let shared = (Expr::column("s", "holders"), Expr::text(""));
        let select = scene.select();
        Ok(self.faulty(rule, &scene, select, (Scene::here(), Expr::Number(-1)), shared))
    }

    /// What is at fault: the object, the place of the value, and what is said of it.
    fn faulty(
        &mut self,
        rule: &Rule,
        scene: &Scene,
        mut select: Select,
        (owner, position): (Expr, Expr),
        (holders, key): (Expr, Expr),
    ) -> Select {
        let message = self.message(&rule.message, &holders, scene, &mut select);
        let help = match &rule.help {
            Some(help) => self.message(help, &holders, scene, &mut select),
            None => Expr::Null(Kind::Text),
        };
        let values = [Scene::here(), owner, position, holders, key, message, help];
        let columns = values.into_iter().zip(FAULTY).map(|(expr, name)| (expr, name.to_owned())).collect();
        select.with(columns).distinct()
    }

    /// The rows of the table of findings.
    fn findings(&self, Judged { rule, info }: Judged<'_>, faulty: &str) -> Query {
        let column = |name: &str| Expr::column("b", name);
        let value = |name: &str| Expr::column("v", name);
        let object = |name: &str| Expr::column("o", name);
        let on_value = Expr::all(vec![
            value("record").equals(column("owner")),
            value("position").equals(column("position")),
        ]);
        let is_own = value("kind").equals(Expr::text("own"));
        let is_class = Expr::all(vec![is_own.clone(), value("attribute").equals(Expr::text("class"))]);
        let attribute = Expr::call(F::Concat, [value("attribute"), value("options")]);
        let is_text = value("value_base64").missing();
        let severity = match info.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        };
        let select = Select::from(faulty, "b")
            .join(Side::Inner, "presync_value", "v", on_value)
            .join(Side::Inner, "presync_object", "o", object("record").equals(column("owner")))
            .keep(Expr::all(vec![is_class.negated(), self.is_exported(rule)]))
            .column(Expr::text(info.id.clone()), "rule")
            .column(Expr::text(severity), "severity")
            .column(column("message"), "message")
            .column(column("help"), "help")
            .column(object("source"), "source")
            .column(object("object"), "object")
            .column(object("class"), "class")
            .column(Expr::case([(is_own, Expr::Null(Kind::Text))], attribute), "attribute")
            .column(Expr::case([(is_text, value("value"))], Expr::Null(Kind::Text)), "value")
            .column(value("value_base64"), "value_base64")
            .column(value("file"), "file")
            .column(value("line"), "line")
            .column(value("offset"), "offset")
            .column(value("length"), "length")
            .column(column("holders"), "holders")
            .column(column("key"), "shared");
        select.into()
    }

    /// Whether everything was exported that a rule needs; else its findings would mean nothing.
    fn is_exported(&self, rule: &Rule) -> Expr {
        if self.terms.complete {
            return Expr::Truth(true);
        }
        let one = |(source, slot): &(u16, Slot)| {
            let column = |name: &str| Expr::column("x", name);
            Expr::all(vec![
                column("source").equals(Expr::text(self.source(*source))),
                column("attribute").equals(Expr::text(written(self.attribute(*slot).as_bytes()))),
            ])
        };
        let some = |which: Expr| {
            let exported =
                Select::from("presync_exported", "x").column(Expr::column("x", "attribute"), "attribute");
            Expr::Exists(Box::new(exported.keep(which).into()))
        };
        let needs = rule.needs.iter().map(|need| some(one(need)));
        let groups = rule.subjects.iter().map(|group| some(Expr::any(group.iter().map(one).collect())));
        Expr::all(needs.chain(groups).collect())
    }
}

//! What conditions speak of: rows of objects, or of values of objects.

use super::super::tree::{Expr, Function, Kind, Query, Relation, Select, Side};
use super::scalar::Scalar;
use super::{Lowering, may_be_unknown, same};

/// A relation whose rows are what a condition speaks of. Queries over it call it `s`.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    /// Its name.
    pub(super) name: String,
    /// The columns that tell its rows apart.
    pub(super) keys: Vec<String>,
    /// The column of the object that the sentence is about.
    pub(super) itself: &'static str,
    /// The innermost value.
    pub(super) it: Option<Scalar>,
}

/// Values beside the rows of a scene.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    /// The scene with the values; no columns yet.
    pub(super) select: Select,
    /// The value.
    pub(super) scalar: Scalar,
    /// The record that the value stands in, and its position there; none if it was made of several or of none.
    pub(super) origin: Option<(Expr, Expr)>,
    /// Whether the value belongs here.
    pub(super) sure: Expr,
    /// Rows of the scene (by its keys) for which there may be more values than these.
    pub(super) unknown: Vec<Query>,
}

impl Scene {
    /// The table of all objects.
    pub(super) fn objects(name: &str) -> Self {
        Self { name: name.to_owned(), keys: vec!["here".to_owned()], itself: "here", it: None }
    }

    /// A query over it, without columns.
    pub(super) fn select(&self) -> Select {
        Select::from(&self.name, "s")
    }

    /// The columns that tell its rows apart, as a query over it names them.
    pub(super) fn key_columns(&self) -> Vec<(Expr, String)> {
        self.keys.iter().map(|key| (Expr::column("s", key), key.clone())).collect()
    }

    /// The record of the object that names mean.
    pub(super) fn here() -> Expr {
        Expr::column("s", "here")
    }
}

impl Rows {
    /// The same with those values alone that belong here for sure; where others may, there may be more.
    pub(super) fn settled(mut self, scene: &Scene) -> Self {
        if may_be_unknown(&self.sure) {
            let open = self.select.clone().keep(self.sure.clone().missing()).with(scene.key_columns());
            self.unknown.push(open.into());
        }
        let sure = std::mem::replace(&mut self.sure, Expr::Truth(true));
        self.select = self.select.keep(sure);
        self
    }
}

impl Lowering<'_> {
    /// The answer of "some row": the largest grade of the rows beside each row of the scene, joined to a query over it.
    pub(super) fn some(&mut self, scene: &Scene, rows: Rows, holds: Expr, outer: &mut Select) -> Expr {
        let grade = match may_be_unknown(&rows.sure) {
            true => Expr::case([(rows.sure.clone().missing(), Expr::Number(1))], holds.graded()),
            false => holds.graded(),
        };
        let select = rows.select.clone().keep(is_kept(&rows.sure)).with(scene.key_columns());
        self.graded(scene, select, grade, rows.unknown, outer)
    }

    /// The largest grade of the rows of a query, whose columns are the keys of a scene, joined to a query over the scene. Rows for
    /// which there may be more have at least grade 1.
    pub(super) fn graded(
        &mut self,
        scene: &Scene,
        mut select: Select,
        grade: Expr,
        unknown: Vec<Query>,
        outer: &mut Select,
    ) -> Expr {
        let best = |grade: Expr| Expr::call(Function::Max, [grade]);
        let name = if unknown.is_empty() {
            select.group = select.columns.iter().map(|(expr, _)| expr.clone()).collect();
            select.columns.push((best(grade), "grade".to_owned()));
            self.step("t", select)
        } else {
            select.columns.push((grade, "grade".to_owned()));
            let mut parts = vec![select.into()];
            parts.extend(unknown.into_iter().map(|query| with_grade(query, &scene.keys)));
            let all = self.step("u", Query::All(parts));
            let mut whole = Select::from(&all, "s");
            whole.columns = scene.key_columns();
            whole.group = whole.columns.iter().map(|(expr, _)| expr.clone()).collect();
            whole.columns.push((best(Expr::column("s", "grade")), "grade".to_owned()));
            self.step("t", whole)
        };
        let alias = self.fresh("a");
        outer.add(Side::Left, Relation::Named(name), &alias, same(&alias, "s", &scene.keys));
        Expr::column(&alias, "grade").answered()
    }

    /// A scene of values beside the rows of another one, whose keys are kept under other names. `here` is the record that names
    /// mean there.
    pub(super) fn nested(&mut self, scene: &Scene, rows: &Rows, here: Expr, it: Option<&Scalar>) -> Inner {
        let outer: Vec<String> = scene.keys.iter().map(|key| format!("o_{key}")).collect();
        let mut select = rows.select.clone().keep(is_kept(&rows.sure));
        for (key, name) in scene.keys.iter().zip(&outer) {
            select.columns.push((Expr::column("s", key), name.clone()));
        }
        let mut keys = outer.clone();
        let add = |select: &mut Select, expr: Expr, name: &str| select.columns.push((expr, name.to_owned()));
        add(&mut select, here, "here");
        add(&mut select, Expr::column("s", scene.itself), "itself");
        keys.push("here".to_owned());
        if let Some((owner, position)) = &rows.origin {
            add(&mut select, owner.clone(), "owner");
            add(&mut select, position.clone(), "position");
            keys.extend(["owner", "position"].map(str::to_owned));
        }
        let sure = may_be_unknown(&rows.sure);
        if sure {
            add(&mut select, rows.sure.clone(), "sure");
        }
        let it = it.map(|scalar| {
            let (columns, read) = scalar.columns();
            for (expr, name) in columns {
                add(&mut select, expr, name);
            }
            // where several values make one, only the text tells it from the others
            if scalar.made.is_none() && scalar.texts.is_some() {
                keys.push("text".to_owned());
            }
            if let Some((Expr::Column(alias, name), _)) = &scalar.texts
                && let Some(coded) = coded(name)
            {
                add(&mut select, Expr::column(alias, coded), "coded");
            }
            read
        });
        let name = self.step("s", select);
        Inner { scene: Scene { name, keys, itself: "itself", it }, outer, sure }
    }
}

/// The column that holds the base64 of a value that is no text, beside that of its text.
fn coded(name: &str) -> Option<&'static str> {
    match name {
        "value" => Some("value_base64"),
        "text" => Some("coded"),
        _ => None,
    }
}

/// A scene within another.
#[derive(Debug, Clone)]
pub(super) struct Inner {
    pub(super) scene: Scene,
    /// What the keys of the outer scene are called.
    outer: Vec<String>,
    /// Whether a column says that a value belongs here for sure.
    sure: bool,
}

impl Inner {
    /// The keys of the outer scene, as a query over the inner one reads them.
    pub(super) fn outer_keys(&self, outer: &Scene) -> Vec<(Expr, String)> {
        self.outer.iter().zip(&outer.keys).map(|(name, key)| (Expr::column("s", name), key.clone())).collect()
    }

    /// Whether a value of it belongs here for sure.
    pub(super) fn sure(&self) -> Expr {
        match self.sure {
            true => Expr::case([(Expr::column("s", "sure"), Expr::Truth(true))], Expr::Null(Kind::Truth)),
            false => Expr::Truth(true),
        }
    }
}

fn is_kept(sure: &Expr) -> Expr {
    match may_be_unknown(sure) {
        true => Expr::call(Function::Coalesce, [sure.clone(), Expr::Truth(true)]),
        false => sure.clone(),
    }
}

fn with_grade(query: Query, keys: &[String]) -> Query {
    let mut select = Select::of(Relation::Query(Box::new(query)), "s");
    select.columns = keys.iter().map(|key| (Expr::column("s", key), key.clone())).collect();
    select.columns.push((Expr::Number(1), "grade".to_owned()));
    select.into()
}

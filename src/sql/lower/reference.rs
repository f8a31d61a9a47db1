//! References: from a distinguished name to the object that bears it.

use super::super::text::UNREAD;
use super::super::tree::{Expr, Function as F, Operator, Query, Relation, Select, Side};
use super::scene::Scene;
use super::{Lowered, Lowering};
use crate::language::plan::Field;
use crate::snapshot::value::Type;

impl Lowering<'_> {
    /// The record that a reference of a record leads to, joined to a query. Rows for which it leads out of what was exported are
    /// added to `unknown`.
    pub(super) fn followed(
        &mut self,
        reference: Field,
        record: Expr,
        scene: &Scene,
        select: &mut Select,
        unknown: &mut Vec<Query>,
    ) -> Lowered<Expr> {
        let alias = self.fresh("v");
        let is_field = self.is_field(&[reference], &alias)?;
        let column = |name: &str| Expr::column(&alias, name);
        let is_named = column("value").equals(Expr::text("")).negated();
        let on = Expr::all(vec![column("record").equals(record), is_field, is_named]);
        select.add(Side::Inner, Relation::Named("presync_value".to_owned()), &alias, on);
        Ok(self.named(column("source"), column("key"), scene, select, unknown))
    }

    /// The same from the innermost value, which is a name in the source of the object at hand.
    pub(super) fn followed_from_it(
        &mut self,
        scene: &Scene,
        select: &mut Select,
        unknown: &mut Vec<Query>,
    ) -> Lowered<Expr> {
        let Some(it) = &scene.it else {
            return super::obstacle("follows a key of which several attributes are kept");
        };
        let key = self.name_key(it, select)?;
        let alias = self.fresh("r");
        let on = Expr::column(&alias, "record").equals(Scene::here());
        select.add(Side::Inner, Relation::Named("presync_object".to_owned()), &alias, on);
        select.filter = Expr::all(vec![select.filter.clone(), it.text()?.equals(Expr::text("")).negated()]);
        Ok(self.named(Expr::column(&alias, "source"), key, scene, select, unknown))
    }

    /// The key of a value as a distinguished name.
    pub(super) fn name_key(&mut self, scalar: &super::scalar::Scalar, select: &mut Select) -> Lowered<Expr> {
        self.key(scalar, Type::Dn, false, select)
    }

    /// The first record that bears a name.
    fn named(
        &mut self,
        source: Expr,
        key: Expr,
        scene: &Scene,
        select: &mut Select,
        unknown: &mut Vec<Query>,
    ) -> Expr {
        let alias = self.fresh("n");
        let column = |name: &str| Expr::column(&alias, name);
        let on = Expr::all(vec![
            column("source").equals(source.clone()),
            column("key").equals(key.clone()),
            column("first"),
        ]);
        let names = || Relation::Named("presync_name".to_owned());
        if !self.terms.complete {
            let mut missing = select.clone();
            missing.add(Side::Left, names(), &alias, on.clone());
            let outside = self.outside(source, &key, &mut missing);
            let missing = missing.keep(Expr::all(vec![column("record").missing(), outside]));
            unknown.push(missing.with(scene.key_columns()).into());
        }
        select.add(Side::Inner, names(), &alias, on);
        column("record")
    }

    /// Whether a name lies where nobody knows what there is: outside of what was exported of its domain. What is no distinguished
    /// name is never there.
    pub(super) fn outside(&mut self, source: Expr, key: &Expr, select: &mut Select) -> Expr {
        if self.terms.complete {
            return Expr::Truth(false);
        }
        let alias = self.fresh("z");
        let column = |name: &str| Expr::column(&alias, name);
        let on = Expr::all(vec![column("source").equals(source), is_inside(key, &alias)]);
        select.add(Side::Left, Relation::Named("presync_root".to_owned()), &alias, on);
        let is_name = Expr::call(F::StartsWith, [key.clone(), Expr::text(UNREAD)]).negated();
        Expr::all(vec![column("source").missing(), is_name])
    }
}

/// Whether a normalised name lies at or under a root of its own domain. The root `*` holds everything: names of its source are no
/// distinguished names.
fn is_inside(key: &Expr, root: &str) -> Expr {
    let column = |name: &str| Expr::column(root, name);
    let under = |of: Expr| strictly_under(key, &of);
    let is_root = key.clone().equals(column("key"));
    let at_or_under = Expr::any(vec![is_root, under(column("key"))]);
    let at_domain = Expr::all(vec![
        column("key").equals(column("domain")),
        Expr::any(vec![
            key.clone().equals(column("domain")),
            Expr::all(vec![under(column("domain")), last_is_domain(key, &column("domain")).negated()]),
        ]),
    ]);
    let elsewhere = Expr::binary(Operator::NotEqual, column("key"), column("domain"));
    Expr::any(vec![
        column("domain").equals(Expr::text("*")),
        at_domain,
        Expr::all(vec![elsewhere, at_or_under]),
        // names without a domain, whatever is above all of them
        Expr::all(vec![
            column("domain").equals(Expr::text("")),
            column("key").equals(Expr::text("")),
            last_is_domain(key, &Expr::text("")).negated(),
        ]),
    ])
}

/// Whether the part before a domain is one of a domain, too: the name is of another domain.
fn last_is_domain(key: &Expr, domain: &Expr) -> Expr {
    let length = |text: &Expr| Expr::call(F::Length, [text.clone()]);
    let count = Expr::binary(Operator::Minus, length(key), length(domain));
    let is_whole = domain.clone().equals(Expr::text(""));
    let count = Expr::case([(is_whole, length(key))], Expr::binary(Operator::Minus, count, Expr::Number(1)));
    let rest = Expr::call(F::Left, [key.clone(), count]);
    let last = Expr::call(F::AfterLast, [rest, Expr::text(",")]);
    Expr::call(F::StartsWith, [last, Expr::text("dc=")])
}

/// Whether a normalised name lies strictly below another one.
pub(super) fn strictly_under(key: &Expr, parent: &Expr) -> Expr {
    let with = |before: &str| Expr::call(F::Concat, [Expr::text(before), parent.clone()]);
    let ends = |with: Expr| Expr::call(F::EndsWith, [key.clone(), with]);
    let length = |text: Expr| Expr::call(F::Length, [text]);
    let longer = Expr::binary(Operator::Greater, length(key.clone()), length(with(",")));
    Expr::all(vec![longer, ends(with(",")), ends(with("\\,")).negated()])
}

//! The values of operands: constants, one value in each row of a scene, or rows beside it.

use super::super::fact::Step as Made;
use super::super::tree::{Expr, Function as F, Kind, Relation, Select, Side};
use super::scalar::Scalar;
use super::scene::{Rows, Scene};
use super::{Lowered, Lowering, is_row, obstacle, same};
use crate::language::function::Function;
use crate::language::plan::{Field, Operand, OperandKind, Reads};
use crate::language::syntax::Root;
use crate::snapshot::value::Type;

/// A value that is known beforehand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Constant {
    Text(Vec<u8>),
    Number(i64),
}

impl Constant {
    pub(super) fn text(&self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string().into_bytes(),
        }
    }
}

/// How many values an operand has in a row of a scene.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Always the same ones.
    Constant,
    /// Exactly one.
    One,
    /// Any number.
    Many,
}

pub(super) fn shape(operand: &Operand) -> Shape {
    match &operand.kind {
        OperandKind::Texts(_) | OperandKind::Numbers(_) => Shape::Constant,
        OperandKind::Path { root: Root::It, field: None, .. } => Shape::One,
        OperandKind::Path { .. } | OperandKind::Selection(..) => Shape::Many,
        OperandKind::Call(Function::Count, _) => Shape::One,
        OperandKind::Call(Function::Concat, arguments) => {
            let shapes: Vec<Shape> = arguments.iter().map(shape).collect();
            // a list of constants gives several texts
            let several = |one: &Operand| constants(one).is_some_and(|values| values.len() != 1);
            if shapes.iter().all(|one| *one == Shape::Constant) {
                Shape::Constant
            } else if shapes.contains(&Shape::Many) || arguments.iter().any(several) {
                Shape::Many
            } else {
                Shape::One
            }
        }
        OperandKind::Call(_, arguments) => arguments.first().map_or(Shape::Constant, shape),
    }
}

/// The values of an operand that speaks of no object.
pub(super) fn constants(operand: &Operand) -> Option<Vec<Constant>> {
    match &operand.kind {
        OperandKind::Texts(texts) => {
            Some(texts.iter().map(|text| Constant::Text(text.clone().into_bytes())).collect())
        }
        OperandKind::Numbers(numbers) => {
            Some(numbers.iter().map(|number| Constant::Number(*number)).collect())
        }
        OperandKind::Path { .. } | OperandKind::Selection(..) => None,
        OperandKind::Call(Function::Concat, arguments) => {
            let mut texts = vec![Vec::new()];
            for argument in arguments {
                let parts = constants(argument)?;
                let joined = |head: &Vec<u8>| {
                    let head = head.clone();
                    parts.iter().map(move |part| [head.clone(), part.text()].concat()).collect::<Vec<_>>()
                };
                texts = texts.iter().flat_map(joined).collect();
            }
            Some(texts.into_iter().map(Constant::Text).collect())
        }
        OperandKind::Call(
            Function::Count | Function::First | Function::Distinct | Function::Chain | Function::Age,
            _,
        ) => None,
        OperandKind::Call(function, arguments) => {
            let (first, more) = arguments.split_first()?;
            let more = further(more)?;
            let made = Made::Function(*function, more);
            let values = constants(first)?;
            Some(values.iter().map(|value| Constant::Text(made.apply(&value.text()))).collect())
        }
    }
}

/// Operands in groups of which one query has the values: attributes of the object at hand that are read alike.
pub(super) fn alike(keys: &[Operand]) -> Vec<Vec<&Operand>> {
    let mut groups: Vec<Vec<&Operand>> = Vec::new();
    for key in keys {
        let is_like = |group: &&mut Vec<&Operand>| {
            let first = group.first().filter(|first| first.reads == key.reads);
            own_attribute(key).is_some() && first.is_some_and(|first| own_attribute(first).is_some())
        };
        match groups.iter_mut().find(is_like) {
            Some(group) => group.push(key),
            None => groups.push(vec![key]),
        }
    }
    groups
}

/// The attribute of the object at hand that an operand is, whatever options follow its name.
fn own_attribute(operand: &Operand) -> Option<Field> {
    match &operand.kind {
        OperandKind::Path { root: Root::Here, references, field, options: None } if references.is_empty() => {
            field.filter(|field| matches!(field, Field::Slot(_)))
        }
        _ => None,
    }
}

/// Further arguments of a function: the first value of each.
fn further(arguments: &[Operand]) -> Option<Vec<Vec<u8>>> {
    arguments.iter().map(|one| constants(one)?.first().map(Constant::text)).collect()
}

impl Lowering<'_> {
    /// The one value that an operand has in each row of a scene, in a query over it.
    pub(super) fn one(&mut self, operand: &Operand, scene: &Scene, select: &mut Select) -> Lowered<Scalar> {
        match &operand.kind {
            OperandKind::Path { root: Root::It, field: None, .. } => match &scene.it {
                Some(it) => Ok(it.clone()),
                None => obstacle("speaks of a key of which several attributes are kept"),
            },
            OperandKind::Call(Function::Count, arguments) => self.count(arguments, scene, select),
            OperandKind::Call(Function::Concat, arguments) => self.concat(arguments, scene, select),
            OperandKind::Call(function, arguments) => {
                let Some((first, more)) = arguments.split_first() else {
                    return obstacle("a function of nothing");
                };
                let Some(more) = further(more) else {
                    return obstacle(format!(
                        "the further arguments of `{}` vary",
                        function.signature().name
                    ));
                };
                let inner = self.one(first, scene, select)?;
                self.apply(*function, &more, &inner, select)
            }
            _ => obstacle("takes several values for one"),
        }
    }

    /// Texts, one of which is a value, joined.
    fn concat(&mut self, arguments: &[Operand], scene: &Scene, select: &mut Select) -> Lowered<Scalar> {
        let mut whole: Option<Scalar> = None;
        let mut before = Vec::new();
        for argument in arguments {
            if let Some(values) = constants(argument) {
                let text = values.first().map(Constant::text).unwrap_or_default();
                match whole.take() {
                    Some(scalar) => whole = Some(Self::between(b"", &scalar, &text)?),
                    None => before.extend(text),
                }
            } else {
                let next = self.one(argument, scene, select)?;
                whole = Some(match whole {
                    None => Self::between(&before, &next, b"")?,
                    Some(scalar) => joined(&scalar, &next)?,
                });
            }
        }
        whole.map_or_else(|| obstacle("joins nothing"), Ok)
    }

    /// The number of values.
    fn count(&mut self, arguments: &[Operand], scene: &Scene, select: &mut Select) -> Lowered<Scalar> {
        let Some(counted) = arguments.first() else { return obstacle("counts nothing") };
        let (counted, distinct) = match &counted.kind {
            OperandKind::Call(Function::Distinct, inner) => (inner.first().unwrap_or(counted), true),
            _ => (counted, false),
        };
        let mut rows = self.rows(counted, scene)?.settled(scene);
        let number = if distinct {
            let kind = match counted.reads {
                Reads::As(kind) => kind,
                Reads::Duration => Type::Number,
            };
            let key = self.key(&rows.scalar, kind, false, &mut rows.select)?;
            Expr::call(F::CountDistinct, [key])
        } else {
            Expr::call(F::CountAll, [])
        };
        let mut counts = rows.select.with(scene.key_columns());
        counts.group = counts.columns.iter().map(|(expr, _)| expr.clone()).collect();
        let name = self.step("n", counts.column(number, "number"));
        let alias = self.fresh("a");
        select.add(Side::Left, Relation::Named(name), &alias, same(&alias, "s", &scene.keys));
        let number = Expr::column(&alias, "number").or_else(Expr::Number(0));
        let open = self.may_have_more(rows.unknown, scene, select);
        Ok(Scalar { open, ..Scalar::number(number, Reads::As(Type::Number)) })
    }

    /// The values of an operand beside the rows of a scene.
    pub(super) fn rows(&mut self, operand: &Operand, scene: &Scene) -> Lowered<Rows> {
        if shape(operand) == Shape::One {
            let mut select = scene.select();
            let scalar = self.one(operand, scene, &mut select)?;
            let has_origin = scene.keys.iter().any(|key| key == "position");
            let column = |name: &str| Expr::column("s", name);
            let origin = has_origin.then(|| (column("owner"), column("position")));
            return Ok(Rows { select, scalar, origin, sure: Expr::Truth(true), unknown: Vec::new() });
        }
        match &operand.kind {
            OperandKind::Path { root, references, field: Some(field), options } => {
                self.path((*root, references), (*field, options.as_deref()), operand.reads, scene)
            }
            OperandKind::Selection(inner, filter) => {
                let rows = self.rows(inner, scene)?;
                self.filtered(rows, filter, scene)
            }
            OperandKind::Call(Function::Concat, arguments) => self.combinations(arguments, scene),
            OperandKind::Call(function @ (Function::First | Function::Distinct | Function::Chain), _) => {
                obstacle(format!("uses `{}` outside of a count", function.signature().name))
            }
            OperandKind::Call(function, arguments) => {
                let Some((first, more)) = arguments.split_first() else {
                    return obstacle("a function of nothing");
                };
                let Some(more) = further(more) else {
                    return obstacle(format!(
                        "the further arguments of `{}` vary",
                        function.signature().name
                    ));
                };
                let mut rows = self.rows(first, scene)?;
                rows.scalar = self.apply(*function, &more, &rows.scalar, &mut rows.select)?;
                if *function == Function::Age {
                    // a time that means never has no age
                    let number = rows.scalar.number.clone().unwrap_or(Expr::Null(Kind::Number));
                    rows.select = rows.select.keep(number.missing().negated());
                }
                Ok(rows)
            }
            _ => obstacle("takes constants for values of objects"),
        }
    }

    /// The values of operands that are [`alike`], of which each is judged alone.
    pub(super) fn rows_of_any(&mut self, keys: &[&Operand], scene: &Scene) -> Lowered<Rows> {
        let fields: Option<Vec<Field>> = keys.iter().map(|key| own_attribute(key)).collect();
        let (Some(fields), [first, _, ..]) = (fields, keys) else {
            return keys.first().map_or_else(|| obstacle("judges no value"), |key| self.rows(key, scene));
        };
        let alias = self.fresh("v");
        let is_own = Expr::column(&alias, "record").equals(Scene::here());
        let on = Expr::all(vec![is_own, self.is_field(&fields, &alias)?]);
        let mut select = scene.select();
        select.add(Side::Inner, table(), &alias, on);
        let scalar = Scalar::stored(self, &fields, first.reads, &alias);
        let origin = Some((Expr::column(&alias, "record"), Expr::column(&alias, "position")));
        Ok(Rows { select, scalar, origin, sure: Expr::Truth(true), unknown: Vec::new() })
    }

    fn path(
        &mut self,
        (root, references): (Root, &[Field]),
        (field, options): (Field, Option<&str>),
        reads: Reads,
        scene: &Scene,
    ) -> Lowered<Rows> {
        let mut unknown = Vec::new();
        let mut select = scene.select();
        let mut record = match root {
            Root::Here => Scene::here(),
            Root::Itself => Expr::column("s", scene.itself),
            Root::It => self.followed_from_it(scene, &mut select, &mut unknown)?,
        };
        for reference in references {
            record = self.followed(*reference, record, scene, &mut select, &mut unknown)?;
        }
        let alias = self.fresh("v");
        let mut on =
            vec![Expr::column(&alias, "record").equals(record.clone()), self.is_field(&[field], &alias)?];
        for option in options.into_iter().flat_map(|options| options.split(';')) {
            let given = Expr::call(F::Concat, [Expr::column(&alias, "options"), Expr::text(";")]);
            on.push(Expr::call(F::Contains, [given, Expr::text(format!(";{option};"))]));
        }
        let cut = select.clone();
        select.add(Side::Inner, table(), &alias, Expr::all(on));
        if let Field::Slot(slot) = field
            && !self.plan.attributes.get(usize::from(slot.0)).is_some_and(|attribute| attribute.single)
        {
            let mut cut = cut;
            let name = self.attribute(slot);
            let is_cut = is_row("x", "cut", name);
            let on = Expr::all(vec![Expr::column("x", "record").equals(record), is_cut]);
            cut.add(Side::Inner, table(), "x", on);
            unknown.push(cut.with(scene.key_columns()).into());
        }
        let scalar = Scalar::stored(self, &[field], reads, &alias);
        let origin = Some((Expr::column(&alias, "record"), Expr::column(&alias, "position")));
        Ok(Rows { select, scalar, origin, sure: Expr::Truth(true), unknown })
    }

    /// Every combination of the values of several operands, of which only one comes from each.
    fn combinations(&mut self, arguments: &[Operand], scene: &Scene) -> Lowered<Rows> {
        let mut whole: Option<Rows> = None;
        let mut before = Vec::new();
        for argument in arguments {
            if let Some(values) = constants(argument) {
                let [value] = values.as_slice() else {
                    return obstacle("joins several constants to a value");
                };
                match &mut whole {
                    Some(rows) => rows.scalar = Self::between(b"", &rows.scalar, &value.text())?,
                    None => before.extend(value.text()),
                }
                continue;
            }
            let next = self.rows(argument, scene)?;
            whole = Some(match whole {
                None => Rows { scalar: Self::between(&before, &next.scalar, b"")?, ..next },
                Some(rows) => self.beside(rows, next, scene)?,
            });
        }
        whole.map_or_else(|| obstacle("joins nothing"), Ok)
    }

    /// Rows beside other ones, and the texts of both joined.
    fn beside(&mut self, mut rows: Rows, next: Rows, scene: &Scene) -> Lowered<Rows> {
        let (text, folded) = next.scalar.both()?;
        let inner = next.select.keep(next.sure).with(scene.key_columns());
        let name = self.step("c", inner.column(text, "part").column(folded, "part_folded"));
        let alias = self.fresh("b");
        rows.select.add(Side::Inner, Relation::Named(name), &alias, same(&alias, "s", &scene.keys));
        let texts = Some((Expr::column(&alias, "part"), Expr::column(&alias, "part_folded")));
        let there = Scalar { texts, key: None, number: None, ..next.scalar };
        rows.scalar = joined(&rows.scalar, &there)?;
        rows.unknown.extend(next.unknown);
        Ok(rows)
    }
}

fn table() -> Relation {
    Relation::Named("presync_value".to_owned())
}

/// Two texts as one, of which nothing more can be asked.
fn joined(one: &Scalar, other: &Scalar) -> Lowered<Scalar> {
    let ((text, folded), (more, more_folded)) = (one.both()?, other.both()?);
    let both = |one: Expr, other: Expr| Expr::call(F::Concat, [one, other]);
    let texts = Some((both(text, more), both(folded, more_folded)));
    let reads = Reads::As(Type::Text);
    Ok(Scalar { texts, key: None, number: None, reads, made: None, hidden: None, open: Expr::Truth(false) })
}

//! From the tree to text.

use std::collections::BTreeSet;

use super::dialect::Dialect;
use super::kept::{kept, needed};
use super::tree::{Expr, Function, Kind, Operator, Query, Relation, Select, Side, Statement, Step};

/// A statement as an engine takes it: one, or those before and behind it that keep what it names more than once.
pub(super) fn statements(dialect: Dialect, statement: &Statement) -> Vec<String> {
    let kept = if dialect.shares_queries() { BTreeSet::new() } else { kept(statement) };
    let writer = Writer { dialect, kept: &kept };
    let about = format!("-- {}\n", statement.about.replace(['\n', '\r'], " "));
    let mut written = Vec::new();
    let mut pending: Vec<&Step> = Vec::new();
    for step in &statement.steps {
        match step {
            step if !kept.contains(step.name()) => pending.push(step),
            Step::Plain(name, query) => written.extend(writer.table(&about, name, query, &pending)),
            Step::Closure(name, first, next) => {
                written.extend(writer.table(&about, name, first, &pending));
                written.push(writer.closed(&about, name, next, &pending));
            }
        }
    }
    let steps = if kept.is_empty() { pending } else { needed(&pending, &[&statement.query]) };
    let query = writer.with(&steps, &statement.query);
    written.push(format!("{about}INSERT INTO {}\n{query};\n", statement.table));
    written.extend(kept.iter().map(|name| format!("DROP TABLE {};\n", writer.named(name))));
    written
}

/// Writes trees in a dialect.
#[derive(Debug, Clone, Copy)]
struct Writer<'k> {
    dialect: Dialect,
    /// The queries that are tables.
    kept: &'k BTreeSet<&'k str>,
}

impl Writer<'_> {
    /// The statements that make a table of a query.
    fn table(self, about: &str, name: &str, query: &Query, pending: &[&Step]) -> [String; 2] {
        let query = self.with(&needed(pending, &[query]), query);
        let name = self.named(name);
        [
            format!("DROP TABLE IF EXISTS {name};\n"),
            format!("{about}CREATE TABLE {name} USING parquet AS\n{query};\n"),
        ]
    }

    /// The statement that adds rows to a table until all are there that follow from those that are. Spark has `WITH RECURSIVE`
    /// without the `UNION` that would end in a circle.
    fn closed(self, about: &str, name: &str, next: &Query, pending: &[&Step]) -> String {
        let count = format!("(SELECT COUNT(*) FROM {})", self.named(name));
        let columns = match next {
            Query::Select(select) => select.columns.iter().map(|(_, name)| name.as_str()).collect(),
            Query::All(_) => Vec::new(),
        };
        let same = columns.iter().map(|column| {
            let column = self.dialect.name(column);
            format!("k.{column} = n.{column}")
        });
        let next = self.with(&needed(pending, &[next]), next);
        format!(
            "{about}BEGIN\n\
             DECLARE before BIGINT DEFAULT -1;\n\
             DECLARE after BIGINT DEFAULT 0;\n\
             WHILE after > before DO\n\
             SET before = {count};\n\
             INSERT INTO {table}\nSELECT DISTINCT n.* FROM (\n{next}\n) n\n\
             LEFT ANTI JOIN {table} k ON {same};\n\
             SET after = {count};\n\
             END WHILE;\n\
             END;\n",
            table = self.named(name),
            same = same.collect::<Vec<_>>().join(" AND "),
        )
    }

    /// What a query is called where it is read.
    fn named(self, name: &str) -> String {
        if self.kept.contains(name) { format!("presync_{name}") } else { name.to_owned() }
    }

    /// A query behind those that it names.
    fn with(self, steps: &[&Step], query: &Query) -> String {
        let recursive = steps.iter().any(|step| matches!(step, Step::Closure(..)));
        let mut text = String::new();
        for (number, step) in steps.iter().enumerate() {
            text.push_str(match (number, recursive) {
                (0, false) => "WITH ",
                (0, true) => "WITH RECURSIVE ",
                _ => ",\n",
            });
            match step {
                Step::Plain(name, query) => {
                    text.push_str(&format!("{name} AS (\n{}\n)", self.query(query)));
                }
                Step::Closure(name, first, next) => {
                    let (first, next) = (self.query(first), self.query(next));
                    text.push_str(&format!("{name} AS (\n{first}\nUNION\n{next}\n)"));
                }
            }
        }
        if !steps.is_empty() {
            text.push('\n');
        }
        text + &self.query(query)
    }

    fn query(self, query: &Query) -> String {
        match query {
            Query::Select(select) => self.select(select),
            Query::All(parts) => {
                parts.iter().map(|part| self.query(part)).collect::<Vec<_>>().join("\nUNION ALL\n")
            }
        }
    }

    fn select(self, select: &Select) -> String {
        let columns = select.columns.iter().map(|(expr, name)| {
            let same = matches!(expr, Expr::Column(_, column) if column == name);
            let name = self.dialect.name(name);
            if same { self.expr(expr) } else { format!("{} AS {name}", self.expr(expr)) }
        });
        let mut text = format!(
            "SELECT {}{}\nFROM {} {}",
            if select.distinct { "DISTINCT " } else { "" },
            columns.collect::<Vec<_>>().join(", "),
            self.relation(&select.from.0),
            select.from.1,
        );
        for join in &select.joins {
            let side = match join.side {
                Side::Inner => "JOIN",
                Side::Left => "LEFT JOIN",
            };
            let relation = self.relation(&join.relation);
            text.push_str(&format!("\n{side} {relation} {} ON {}", join.alias, self.expr(&join.on)));
        }
        if select.filter != Expr::Truth(true) {
            text.push_str(&format!("\nWHERE {}", self.expr(&select.filter)));
        }
        if !select.group.is_empty() {
            text.push_str(&format!("\nGROUP BY {}", self.list(&select.group)));
        }
        if select.having != Expr::Truth(true) {
            text.push_str(&format!("\nHAVING {}", self.expr(&select.having)));
        }
        text
    }

    fn relation(self, relation: &Relation) -> String {
        match relation {
            Relation::Named(name) => self.named(name),
            Relation::Query(query) => format!("(\n{}\n)", self.query(query)),
        }
    }

    fn list(self, exprs: &[Expr]) -> String {
        exprs.iter().map(|expr| self.expr(expr)).collect::<Vec<_>>().join(", ")
    }

    fn expr(self, expr: &Expr) -> String {
        match expr {
            Expr::Column(relation, name) => format!("{relation}.{}", self.dialect.name(name)),
            Expr::Text(text) => self.dialect.literal(text),
            Expr::Number(number) => self.number(*number),
            Expr::Truth(true) => "TRUE".to_owned(),
            Expr::Truth(false) => "FALSE".to_owned(),
            Expr::Null(kind) => format!("CAST(NULL AS {})", self.kind(*kind)),
            Expr::And(parts) => self.joined(parts, " AND "),
            Expr::Or(parts) => self.joined(parts, " OR "),
            Expr::Not(inner) => format!("(NOT {})", self.expr(inner)),
            Expr::Binary(operator, left, right) => {
                format!("({} {} {})", self.expr(left), sign(*operator), self.expr(right))
            }
            Expr::Call(function, arguments) => self.call(*function, arguments),
            Expr::Case(cases, rest) => {
                let cases = cases
                    .iter()
                    .map(|(when, then)| format!("WHEN {} THEN {} ", self.expr(when), self.expr(then)));
                format!("CASE {}ELSE {} END", cases.collect::<String>(), self.expr(rest))
            }
            Expr::IsNull(inner) => format!("({} IS NULL)", self.expr(inner)),
            Expr::In(one, many) => format!("({} IN ({}))", self.expr(one), self.list(many)),
            Expr::Exists(query) => format!("EXISTS (\n{}\n)", self.query(query)),
            Expr::MinOver(value, same) => {
                format!("MIN({}) OVER (PARTITION BY {})", self.expr(value), self.list(same))
            }
            Expr::RowNumber(same, order) => {
                let same = if same.is_empty() {
                    String::new()
                } else {
                    format!("PARTITION BY {} ", self.list(same))
                };
                format!("ROW_NUMBER() OVER ({same}ORDER BY {})", self.list(order))
            }
            Expr::Ordered(inner) if self.dialect == Dialect::Postgres => {
                format!("{} COLLATE \"C\"", self.expr(inner))
            }
            Expr::Ordered(inner) => self.expr(inner),
        }
    }

    fn joined(self, parts: &[Expr], sign: &str) -> String {
        let parts: Vec<String> = parts.iter().map(|part| self.expr(part)).collect();
        format!("({})", parts.join(sign))
    }

    /// A number of 64 bits; the smallest one cannot be written as the negative of another.
    fn number(self, number: i64) -> String {
        match number {
            i64::MIN => format!("(-{} - 1)", i64::MAX),
            number if number < 0 => format!("({number})"),
            number => number.to_string(),
        }
    }

    fn kind(self, kind: Kind) -> &'static str {
        match (kind, self.dialect) {
            (Kind::Text, Dialect::Spark) => "STRING",
            (Kind::Text, _) => "TEXT",
            (Kind::Number, _) => "BIGINT",
            (Kind::Truth, _) => "BOOLEAN",
        }
    }

    fn call(self, function: Function, arguments: &[Expr]) -> String {
        use Dialect::{DuckDb, Postgres, Spark};
        use Function as F;
        let all = self.list(arguments);
        let argument = |number: usize| arguments.get(number).map(|one| self.expr(one)).unwrap_or_default();
        let (one, two) = (argument(0), argument(1));
        match (function, self.dialect) {
            (F::Length16, dialect) => {
                // characters beyond the first plane count twice
                let plane = self.dialect.literal("[^\u{10000}-\u{10ffff}]");
                let far = match dialect {
                    Spark => format!("regexp_replace({one}, {plane}, '')"),
                    DuckDb | Postgres => format!("regexp_replace({one}, {plane}, '', 'g')"),
                };
                format!("(LENGTH({one}) + LENGTH({far}))")
            }
            (F::Length, _) => format!("LENGTH({one})"),
            (F::Bytes, DuckDb) => format!("STRLEN({one})"),
            (F::Bytes, Postgres | Spark) => format!("OCTET_LENGTH({one})"),
            (F::Quanta, DuckDb) => format!("(LENGTH({one}) // 4 * 3)"),
            (F::Quanta, Postgres) => format!("(LENGTH({one}) / 4 * 3)"),
            (F::Quanta, Spark) => format!("(LENGTH({one}) DIV 4 * 3)"),
            (F::Position, Spark) => format!("INSTR({all})"),
            (F::Position, DuckDb | Postgres) => format!("STRPOS({all})"),
            (F::From, _) => format!("SUBSTR({all})"),
            (F::Left, Spark) => format!("LEFT({one}, CAST({two} AS INT))"),
            (F::Left, Postgres) => format!("LEFT({one}, CAST({two} AS INTEGER))"),
            (F::Left, DuckDb) => format!("LEFT({all})"),
            (F::AfterLast, Spark) => format!("SUBSTRING_INDEX({one}, {two}, -1)"),
            (F::AfterLast, DuckDb | Postgres) => format!("SPLIT_PART({one}, {two}, -1)"),
            (F::Trim, DuckDb) => format!("TRIM({all})"),
            (F::Trim, Postgres | Spark) => format!("BTRIM({all})"),
            (F::StartsWith, Spark) => format!("STARTSWITH({all})"),
            (F::StartsWith, DuckDb | Postgres) => format!("STARTS_WITH({all})"),
            (F::EndsWith, DuckDb) => format!("ENDS_WITH({all})"),
            (F::EndsWith, Postgres) => format!("(RIGHT({one}, LENGTH({two})) = {two})"),
            (F::EndsWith, Spark) => format!("ENDSWITH({all})"),
            (F::Contains, DuckDb | Spark) => format!("CONTAINS({all})"),
            (F::Contains, Postgres) => format!("(STRPOS({all}) > 0)"),
            (F::Finds, DuckDb) => format!("REGEXP_MATCHES({all})"),
            (F::Finds, Postgres) => format!("({one} ~ {two})"),
            (F::Finds, Spark) => format!("({one} RLIKE {two})"),
            // `||` gives NULL where one of them is, in every dialect
            (F::Concat, _) => {
                let parts: Vec<String> = arguments.iter().map(|part| self.expr(part)).collect();
                format!("({})", parts.join(" || "))
            }
            (F::Coalesce, _) => format!("COALESCE({all})"),
            (F::Max, _) => format!("MAX({all})"),
            (F::Min, _) => format!("MIN({all})"),
            // a sum of integers is a number of more than 64 bits in some engines
            (F::Sum, _) => format!("CAST(SUM({all}) AS BIGINT)"),
            (F::CountAll, _) => "COUNT(*)".to_owned(),
            (F::CountDistinct, _) => format!("COUNT(DISTINCT {all})"),
            (F::Digits, Spark) => format!("CAST({one} AS STRING)"),
            (F::Digits, DuckDb | Postgres) => format!("CAST({one} AS TEXT)"),
            (F::Listed, DuckDb | Postgres) => format!("STRING_AGG({one}, ', ' ORDER BY {two})"),
            (F::Listed, Spark) => format!(
                "ARRAY_JOIN(TRANSFORM(ARRAY_SORT(COLLECT_LIST(STRUCT({two} AS nth, {one} AS text))), x -> x.text), ', ')"
            ),
            (F::Fail, DuckDb) => format!("CAST(ERROR({one}) AS VARCHAR)"),
            // nothing else raises an error within an expression
            (F::Fail, Postgres) => format!("CAST(CAST({one} AS INTEGER) AS TEXT)"),
            (F::Fail, Spark) => format!("CAST(RAISE_ERROR({one}) AS STRING)"),
        }
    }
}

fn sign(operator: Operator) -> &'static str {
    match operator {
        Operator::Equal => "=",
        Operator::NotEqual => "<>",
        Operator::Less => "<",
        Operator::AtMost => "<=",
        Operator::Greater => ">",
        Operator::AtLeast => ">=",
        Operator::Plus => "+",
        Operator::Minus => "-",
        Operator::Bits => "&",
    }
}

//! The tables, and how they are filled with what presync wrote.

use super::dialect::Dialect;

/// The files that presync wrote, as the engine finds them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files {
    /// Rows of values.
    pub rows: Vec<String>,
    /// Facts.
    pub facts: Vec<String>,
}

/// Whether a column holds texts or numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Text,
    Number,
    Truth,
}

use Holds::{Number, Text, Truth};

/// The columns of a table.
type Columns = &'static [(&'static str, Holds)];

/// What the files of rows hold.
const VALUE: Columns = &[
    ("kind", Text),
    ("source", Text),
    ("record", Text),
    ("object", Text),
    ("class", Text),
    ("attribute", Text),
    ("options", Text),
    ("position", Number),
    ("value", Text),
    ("value_base64", Text),
    ("folded", Text),
    ("key", Text),
    ("number", Number),
    ("file", Text),
    ("line", Number),
    ("offset", Number),
    ("length", Number),
];

/// What the files of facts hold.
const FACT: Columns =
    &[("function", Text), ("text", Text), ("result", Text), ("folded", Text), ("key", Text)];

/// Tables that statements fill from the two.
const MADE: &[(&str, Columns)] = &[
    (
        "presync_object",
        &[
            ("record", Text),
            ("source", Text),
            ("object", Text),
            ("class", Text),
            ("class_folded", Text),
            ("classes", Text),
            ("identity", Text),
        ],
    ),
    ("presync_name", &[("source", Text), ("key", Text), ("record", Text), ("first", Truth)]),
    ("presync_root", &[("source", Text), ("domain", Text), ("key", Text)]),
    ("presync_exported", &[("source", Text), ("attribute", Text)]),
    ("presync_condition", &[("number", Number), ("record", Text), ("grade", Number)]),
    ("presync_faulty", &[("rule", Text), ("record", Text)]),
    (
        "presync_key",
        &[
            ("number", Number),
            ("record", Text),
            ("identity", Text),
            ("key", Text),
            ("within", Text),
            ("grade", Number),
            ("owner", Text),
            ("position", Number),
            ("text", Text),
        ],
    ),
    (
        "presync_finding",
        &[
            ("rule", Text),
            ("severity", Text),
            ("message", Text),
            ("help", Text),
            ("source", Text),
            ("object", Text),
            ("class", Text),
            ("attribute", Text),
            ("value", Text),
            ("value_base64", Text),
            ("file", Text),
            ("line", Number),
            ("offset", Number),
            ("length", Number),
            ("holders", Number),
            ("shared", Text),
        ],
    ),
];

/// The statements that create the tables, after dropping those of an earlier run.
#[must_use]
pub fn create(dialect: Dialect) -> Vec<String> {
    let mut statements = session(dialect);
    let tables = [("presync_value", VALUE), ("presync_fact", FACT)];
    for (name, columns) in tables.iter().copied().chain(MADE.iter().copied()) {
        statements.push(format!("DROP TABLE IF EXISTS {name};\n"));
        statements.push(table(dialect, name, columns));
    }
    statements
}

/// What a session needs to read the statements as they are meant.
fn session(dialect: Dialect) -> Vec<String> {
    match dialect {
        Dialect::DuckDb => Vec::new(),
        Dialect::Postgres => vec![
            "SET standard_conforming_strings = on;\n".to_owned(),
            "SET client_min_messages = warning;\n".to_owned(),
        ],
        Dialect::Spark => vec![
            "SET spark.sql.parser.escapedStringLiterals = false;\n".to_owned(),
            "SET spark.sql.ansi.enabled = true;\n".to_owned(),
        ],
    }
}

fn table(dialect: Dialect, name: &str, columns: Columns) -> String {
    let columns = columns.iter().map(|column| format!("    {}", declared(dialect, *column)));
    let using = if dialect == Dialect::Spark { " USING parquet" } else { "" };
    format!("CREATE TABLE {name} (\n{}\n){using};\n", columns.collect::<Vec<_>>().join(",\n"))
}

fn declared(dialect: Dialect, (name, holds): (&str, Holds)) -> String {
    let kind = match holds {
        Text => dialect.text_type(),
        Number => "BIGINT",
        Truth => "BOOLEAN",
    };
    format!("{} {kind}", dialect.name(name))
}

/// The statements that fill the tables from files.
#[must_use]
pub fn load(dialect: Dialect, files: &Files) -> Vec<String> {
    let mut statements = Vec::new();
    for path in &files.rows {
        statements.extend(read(dialect, "presync_value", VALUE, path));
    }
    for path in &files.facts {
        statements.extend(read(dialect, "presync_fact", FACT, path));
    }
    statements.extend(made(dialect));
    statements.extend(planned(
        dialect,
        &[
            // keys and texts may be longer than an ordered index takes
            "CREATE INDEX ON presync_value (record)",
            "CREATE INDEX ON presync_value (kind, attribute)",
            "CREATE INDEX ON presync_value USING hash (key)",
            "CREATE INDEX ON presync_fact USING hash (text)",
            "CREATE INDEX ON presync_object (record)",
            "CREATE INDEX ON presync_name USING hash (key)",
            "ANALYZE",
        ],
    ));
    statements
}

/// The statements that empty what rules of another run worked out: their numbers mean other conditions and keys.
#[must_use]
pub(super) fn emptied() -> Vec<String> {
    let tables = ["presync_condition", "presync_faulty", "presync_key"];
    tables.iter().map(|table| format!("TRUNCATE TABLE {table};\n")).collect()
}

/// The statements after which the tables of conditions and keys, which are filled by then, can be planned with.
#[must_use]
pub(super) fn settled(dialect: Dialect) -> Vec<String> {
    planned(
        dialect,
        &[
            "CREATE INDEX ON presync_condition (number, record)",
            "CREATE INDEX ON presync_key (number)",
            "CREATE INDEX ON presync_key USING hash (key)",
            "ANALYZE presync_condition",
            "ANALYZE presync_key",
        ],
    )
}

/// Indexes and statistics, which PostgreSQL alone does not do without.
fn planned(dialect: Dialect, statements: &[&str]) -> Vec<String> {
    match dialect {
        Dialect::Postgres => statements.iter().map(|statement| format!("{statement};\n")).collect(),
        Dialect::DuckDb | Dialect::Spark => Vec::new(),
    }
}

/// The statements that read a file of JSON lines into a table.
fn read(dialect: Dialect, table: &str, columns: Columns, path: &str) -> Vec<String> {
    let path = dialect.literal(path);
    let list =
        |make: &dyn Fn(&(&str, Holds)) -> String| columns.iter().map(make).collect::<Vec<_>>().join(", ");
    // one fact may stand in the files of several directories
    let distinct = if table == "presync_fact" { "DISTINCT " } else { "" };
    let is_value = table == "presync_value";
    let plain = |(name, _): &(&str, Holds)| {
        let column = |name: &str| dialect.name(name);
        if is_value { filled(name, &column) } else { column(name) }
    };
    match dialect {
        Dialect::DuckDb => {
            let types = list(&|(name, holds)| {
                let kind = if *holds == Number { "BIGINT" } else { "VARCHAR" };
                format!("'{name}': '{kind}'")
            });
            vec![format!(
                "INSERT INTO {table}\nSELECT {distinct}{} FROM read_json({path}, format = 'newline_delimited', maximum_object_size = 536870912, columns = {{{types}}});\n",
                list(&plain)
            )]
        }
        Dialect::Postgres => {
            let read = list(&|(name, holds)| {
                let kind = if *holds == Number { "BIGINT" } else { "TEXT" };
                let column = |name: &str| format!("CAST(line ->> '{name}' AS {kind})");
                if is_value { filled(name, &column) } else { column(name) }
            });
            vec![
                "DROP TABLE IF EXISTS presync_line;\n".to_owned(),
                "CREATE TEMPORARY TABLE presync_line (line JSONB);\n".to_owned(),
                // neither of the two characters stands in JSON, so that a line is a value as it is
                format!(
                    "\\copy presync_line FROM {path} WITH (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')\n"
                ),
                format!("INSERT INTO {table} SELECT {distinct}{read} FROM presync_line;\n"),
                "DROP TABLE presync_line;\n".to_owned(),
            ]
        }
        Dialect::Spark => {
            let types = list(&|column| declared(dialect, *column));
            // what a condition reads stands together, and Parquet passes over the rest by its statistics
            let order = if is_value { "`kind`, `attribute`" } else { "`function`" };
            vec![
                format!(
                    "CREATE OR REPLACE TEMPORARY VIEW presync_file ({types}) USING json OPTIONS (path {path});\n"
                ),
                format!(
                    "INSERT INTO {table} SELECT {distinct}{} FROM presync_file SORT BY {order};\n",
                    list(&plain)
                ),
            ]
        }
    }
}

/// What a column of the table of values holds: rows leave out what is the same as the column before it.
fn filled(name: &str, column: &dyn Fn(&str) -> String) -> String {
    match name {
        "options" => format!("COALESCE({}, '')", column(name)),
        "folded" => format!("COALESCE({}, {})", column(name), column("value")),
        "key" => format!("COALESCE({}, {}, {})", column(name), column("folded"), column("value")),
        name => column(name),
    }
}

/// The statements that fill tables from that of values: the objects, their names, what was exported.
fn made(dialect: Dialect) -> Vec<String> {
    let classes = match dialect {
        Dialect::DuckDb | Dialect::Postgres => "STRING_AGG(folded, CHR(10))".to_owned(),
        Dialect::Spark => "ARRAY_JOIN(COLLECT_LIST(folded), '\\n')".to_owned(),
    };
    let line = match dialect {
        Dialect::Spark => "'\\n'",
        Dialect::DuckDb | Dialect::Postgres => "CHR(10)",
    };
    let name = |name: &str| dialect.name(name);
    let (key, domain, number) = (name("key"), name("domain"), name("number"));
    let attribute = name("attribute");
    let first = name("first");
    let depth = format!("ROW_NUMBER() OVER (PARTITION BY source, {domain} ORDER BY {number} DESC)");
    let order = match dialect {
        Dialect::Postgres => "record COLLATE \"C\"",
        Dialect::DuckDb | Dialect::Spark => "record",
    };
    vec![
        format!(
            "INSERT INTO presync_object\n\
             SELECT o.record, o.source, o.object, o.class, COALESCE(c.folded, ''),\n    \
                 COALESCE({line} || k.classes || {line}, ''),\n    \
                 o.source || {line} || CASE WHEN o.value = '' THEN o.record ELSE o.{key} END\n\
             FROM presync_value o\n\
             LEFT JOIN presync_value c ON c.record = o.record AND c.kind = 'own' AND c.{attribute} = 'class'\n\
             LEFT JOIN (\n\
             SELECT record, {classes} AS classes FROM presync_value\n\
             WHERE kind = 'value' AND {attribute} = 'objectClass' GROUP BY record\n\
             ) k ON k.record = o.record\n\
             WHERE o.kind = 'own' AND o.{attribute} = 'dn';\n"
        ),
        format!(
            "INSERT INTO presync_name\n\
             SELECT source, {key}, record, ROW_NUMBER() OVER (PARTITION BY source, {key} ORDER BY {order}) = 1 AS {first}\n\
             FROM (\n\
             SELECT DISTINCT source, {key}, record FROM presync_value\n\
             WHERE kind IN ('own', 'also') AND {attribute} = 'dn' AND value <> ''\n\
             ) n;\n"
        ),
        format!(
            "INSERT INTO presync_exported\n\
             SELECT DISTINCT source, {attribute} FROM presync_value WHERE kind = 'exported';\n"
        ),
        // of each domain the longest name at or above all objects of all files
        format!(
            "INSERT INTO presync_root\n\
             SELECT source, {domain}, {key} FROM (\n\
             SELECT source, {domain}, {key}, {depth} AS nth FROM (\n\
             SELECT v.source, v.{attribute} AS {domain}, v.{key}, MAX(v.{number}) AS {number}, COUNT(DISTINCT v.file) AS files\n\
             FROM presync_value v WHERE v.kind = 'root' GROUP BY v.source, v.{attribute}, v.{key}\n\
             ) a JOIN (\n\
             SELECT source AS s, {attribute} AS d, COUNT(DISTINCT file) AS files\n\
             FROM presync_value WHERE kind = 'root' GROUP BY source, {attribute}\n\
             ) f ON f.s = a.source AND f.d = a.{domain} AND f.files = a.files\n\
             ) r WHERE nth = 1;\n"
        ),
        // who has a name that is no distinguished name tells of no part of a directory
        format!(
            "INSERT INTO presync_root\n\
             SELECT DISTINCT source, '*', '*' FROM presync_value\n\
             WHERE kind = 'own' AND {attribute} = 'dn' AND (value = '' OR LEFT({key}, 1) = '?');\n"
        ),
    ]
}

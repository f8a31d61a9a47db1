//! How each engine writes what the tree means.

/// An engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// DuckDB.
    DuckDb,
    /// PostgreSQL, from 14 on (`SPLIT_PART` counts from the end).
    Postgres,
    /// Apache Spark.
    Spark,
}

impl Dialect {
    /// The names on the command line.
    pub const NAMES: [(&str, Self); 3] =
        [("duckdb", Self::DuckDb), ("postgres", Self::Postgres), ("spark", Self::Spark)];

    /// Whether a query that a statement names is worked out once, however often it is read.
    pub(super) fn shares_queries(self) -> bool {
        self != Self::Spark
    }

    /// A text as a literal, which gives back the text whatever it holds. A NUL, which PostgreSQL does not take, is not there:
    /// all texts of a statement are written by [`super::text::written`].
    #[must_use]
    pub fn literal(self, text: &str) -> String {
        let mut quoted = String::with_capacity(text.len() + 2);
        quoted.push('\'');
        for character in text.chars() {
            match (self, character) {
                // with a backslash Spark means an escape, and with `${` a variable of the session
                (Self::Spark, '\'' | '\\') => quoted.extend(['\\', character]),
                (Self::Spark, '$') => quoted.push_str("\\u0024"),
                (Self::Spark, '\n') => quoted.push_str("\\n"),
                (Self::Spark, '\r') => quoted.push_str("\\r"),
                (_, '\'') => quoted.push_str("''"),
                _ => quoted.push(character),
            }
        }
        quoted.push('\'');
        quoted
    }

    /// A name that may be a word of SQL.
    #[must_use]
    pub(super) fn name(self, name: &str) -> String {
        match self {
            Self::Spark => format!("`{name}`"),
            Self::DuckDb | Self::Postgres => format!("\"{name}\""),
        }
    }

    /// The type of texts.
    pub(super) fn text_type(self) -> &'static str {
        match self {
            Self::DuckDb => "VARCHAR",
            // bytes decide, whatever the locale of the database
            Self::Postgres => "TEXT COLLATE \"C\"",
            Self::Spark => "STRING",
        }
    }
}

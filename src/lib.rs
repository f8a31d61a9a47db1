//! `presync` checks an identity directory before it synchronises.
//!
//! Data flows one way, and the modules are the stations:
//!
//! ```text
//! files ─▶ source ─▶ snapshot ─▶ engine ─▶ finding ─▶ govern ─▶ fix ─▶ report
//!                                  ▲
//! packs ─▶ pack ─▶ language ───────┘
//! ```
//!
//! A module imports only modules that stand before it in this list:
//! source, finding, snapshot, language, pack, engine, entra, config, run, sql, govern, fix, report, cli.

pub mod cli;
pub mod config;
pub mod engine;
pub mod entra;
pub mod finding;
pub mod fix;
pub mod govern;
pub mod language;
pub mod pack;
pub mod report;
pub mod run;
pub mod snapshot;
pub mod source;
pub mod sql;

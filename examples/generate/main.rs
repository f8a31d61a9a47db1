//! Writes a file that looks like the export of a large Active Directory, for measurements and trials:
//! `cargo run --release --example generate -- --objects 1000000 --seed 7 --faults 0.01 > big.ldif`.
//!
//! The same arguments give the same bytes on every machine. What was spoiled is counted on standard error.

mod directory;

use clap::Parser;
use directory::{Export, Format, Style};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::process::ExitCode;

/// Write a large, realistic Active Directory export to standard output.
#[derive(Parser)]
#[command(name = "generate")]
struct Arguments {
    /// How many objects, organizational units included
    #[arg(long, default_value_t = 1_000)]
    objects: u64,
    /// Another number gives another directory
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The share of users, groups and contacts that get a fault, from 0 to 1
    #[arg(long, default_value_t = 0.0, value_parser = share)]
    faults: f64,
    /// The format of the file
    #[arg(long, value_enum, default_value = "ldif")]
    format: Format,
    /// The tool whose LDIF is imitated
    #[arg(long, value_enum, default_value = "ldapsearch")]
    style: Style,
}

fn main() -> ExitCode {
    match generate(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cannot write: {error}");
            ExitCode::from(2)
        }
    }
}

fn generate(arguments: &Arguments) -> io::Result<()> {
    let Arguments { objects, seed, faults, format, style } = *arguments;
    let out = BufWriter::with_capacity(1 << 20, io::stdout().lock());
    let faults = Export { objects, seed, faults, format, style }.write(out)?;
    for (fault, count) in faults.counts() {
        writeln!(io::stderr(), "{count:>9} {fault}")?;
    }
    Ok(())
}

/// A number from 0 to 1.
fn share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("a number from 0 to 1 is needed".to_owned()),
    }
}

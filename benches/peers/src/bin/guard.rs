//! The check of single objects by a rule of CloudFormation Guard over a file of JSON Lines. It knows no condition about two objects.

use std::error::Error;

use cfn_guard::{ValidateInput, run_checks};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (rules, data) = (arguments.next().ok_or("no rules")?, arguments.next().ok_or("no file")?);
    let rules = std::fs::read_to_string(rules)?;
    let objects = std::fs::read_to_string(data)?.lines().collect::<Vec<_>>().join(",");
    let objects = format!("{{\"objects\":[{objects}]}}");
    let told = run_checks(
        ValidateInput { content: &objects, file_name: "objects.json" },
        ValidateInput { content: &rules, file_name: "checks.guard" },
        false,
    )?;
    println!("{} bytes of what it tells", told.len());
    Ok(())
}

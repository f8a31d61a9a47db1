//! The checks of a Rego policy over a file of JSON Lines, by regorus.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (policy, data) = (arguments.next().ok_or("no policy")?, arguments.next().ok_or("no file")?);
    let objects = std::fs::read_to_string(data)?.lines().collect::<Vec<_>>().join(",");
    let mut engine = regorus::Engine::new();
    engine.add_policy_from_file(policy)?;
    engine.set_input_json(&format!("{{\"objects\":[{objects}]}}"))?;
    for rule in ["shared", "taken", "malformed"] {
        let found = engine.eval_rule(format!("data.presync.{rule}"))?;
        println!("{rule}: {}", found.as_set().map_or(0, |found| found.len()));
    }
    Ok(())
}

//! Any text: the parser answers, and the place of a fault lies in the text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use presync::language::{parse_condition, parse_operand, parse_pattern, parse_sentence, parse_template};

fuzz_target!(|text: &str| {
    let faults = [
        parse_sentence(text).err(),
        parse_condition(text).err(),
        parse_operand(text).err(),
        parse_template(text).err(),
        parse_pattern(text).err(),
    ];
    for fault in faults.into_iter().flatten() {
        assert!(text.get(fault.span).is_some());
    }
});

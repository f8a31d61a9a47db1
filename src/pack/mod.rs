//! Packs: files of rules, and of the names that rules use.

mod built_in;
mod facts;
mod fix;
mod library;
mod load;
mod parameter;
mod profile;
mod raw;
mod reading;
mod reads;
mod ready;
mod setting;
mod tests;
mod yaml;
mod yaml_fault;

pub use built_in::BUILT_IN;
pub(crate) use built_in::{EXAMPLES, READY};
pub use facts::RuleFacts;
pub use fix::{RawFix, RawFixes, RawRemedy};
pub use library::{Extension, Library, RuleOrigin, Rulebook, bad_option};
pub use load::{Marks, Pack, Place, cut_texts, give_examples, load, load_ready};
pub use profile::{DEFAULT_PROFILE, is_kebab_case};
pub use raw::{
    Entries, RawAttribute, RawExample, RawPack, RawParameter, RawParameterType, RawRule, RawSeverity,
    RawStatus, RawType,
};
pub use reads::Reads;
pub use setting::{BAD_VALUE, UNKNOWN_PARAMETER};
pub use tests::add_tests;
pub(crate) use yaml_fault::{CONFIG, Codes, bad_yaml, text_of};

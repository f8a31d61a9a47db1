//! The packs that presync brings along. The list is made when the program is built (`build.rs`).

include!(concat!(env!("OUT_DIR"), "/built_in.rs"));

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::{give_examples, load, load_ready};
    use crate::source::Store;

    #[test]
    fn what_was_made_ready_says_what_the_files_say() {
        assert_eq!(BUILT_IN.len(), READY.len());
        assert_eq!(BUILT_IN.len(), EXAMPLES.len());
        for (((name, text), ready), examples) in BUILT_IN.iter().zip(READY).zip(EXAMPLES) {
            let mut store = Store::new();
            let file = store.text(name, text.as_bytes().to_vec());
            let mut pack = load_ready(file, ready).unwrap();
            give_examples(&mut pack, examples);
            assert!(pack.content == load(&store, file, true).unwrap().content, "{name}");
        }
    }
}

//! Whether a benchmark can have a name, before anything is built.
//!
//! Only a bench target itself knows its names, once it is built. But each word
//! of a name stands somewhere in the code.

use std::collections::HashSet;
use std::fs;

use anyhow::{Result, ensure};
use walkdir::{DirEntry, WalkDir};

use crate::workspace::root;

/// Where the words of names come from.
const SOURCES: [&str; 7] = [
    "benches",
    "containers/src",
    "coverage-merge/src",
    "finalizers/src",
    "queue-locks/src",
    "support/src",
    "timer-heap/src",
];

/// Fails if a word of `benchmark` stands nowhere in the code.
pub(super) fn check(benchmark: &str) -> Result<()> {
    let mut missing: Vec<&str> = words(benchmark).collect();
    let files =
        SOURCES.iter().flat_map(|folder| WalkDir::new(root().join(folder)));
    for file in files.flatten().filter(is_code) {
        let text = fs::read_to_string(file.path())?;
        let words: HashSet<&str> = words(&text).collect();
        missing.retain(|word| !words.contains(word));
    }
    ensure!(
        missing.is_empty(),
        "no benchmark is called {benchmark:?}, as no code says {:?}; \
         `cargo bench -p benches -- --list` prints the names",
        missing.join(" ")
    );
    Ok(())
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_alphabetic());
    words.filter(|word| !word.is_empty())
}

fn is_code(entry: &DirEntry) -> bool {
    entry.path().extension().is_some_and(|end| end == "rs")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_word_is_named_and_no_right_one() {
        for right in [
            "containers/start/1/unc",
            "coverage/merge/20x4000/sort-scan",
            "finalizers/open-close/100/drop",
            "measuring/json/record/tree",
            "queues/get-parking_lot/1000/guard",
            "timers/fire/1000/hole",
            "timers/start-stop-by/2/go1.10",
        ] {
            check(right).unwrap();
        }
        let error = check("timers/fyre/1000/hole").unwrap_err().to_string();
        assert!(error.contains("no code says \"fyre\""), "{error}");
        assert!(error.contains("--list"), "{error}");
        let error = check("measuring/json/record/tre").unwrap_err();
        assert!(error.to_string().contains("no code says \"tre\""), "{error}");
    }
}

//! Code that names a thread, a lock or an atomic of `std` itself is code
//! that no model sees: it goes through `support::sync`.

use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use crate::modules::is_for_tests;
use crate::{files_ending, none, wrong_lines};

/// What a model must be able to take the place of.
const MODELLED: [&str; 10] = [
    "std::sync::atomic",
    "core::sync::atomic",
    "std::sync::Mutex",
    "std::sync::Condvar",
    "std::sync::RwLock",
    "std::thread",
    "loom::",
    "shuttle::",
    "crossbeam::channel",
    "use parking_lot::",
];

/// The crates whose code loom and shuttle explore.
const CRATES: [&str; 4] = [
    "timer-heap/src/",
    "queue-locks/src/",
    "finalizers/src/",
    "coverage-merge/src/",
];

/// Says on the line before why a line goes past the shim.
const REASON: &str = "// Not modelled:";

#[test]
fn only_the_shim_chooses_between_std_and_models() {
    let mut found = Vec::new();
    for (file, text) in files_ending(".rs") {
        if CRATES.iter().any(|folder| file.starts_with(folder)) {
            found.extend(past_the_shim(&file, &text));
        }
    }
    none(&found);
}

fn past_the_shim(file: &str, text: &str) -> Vec<String> {
    let mut has_reason = false;
    let lines = code_lines(text).into_iter().filter(|(_, line)| {
        let may = has_reason;
        has_reason = line.trim_start().starts_with(REASON);
        !may && !line.trim_start().starts_with("//")
    });
    wrong_lines(file, lines, |line| MODELLED.iter().any(|it| line.contains(it)))
}

/// The numbered lines of a file outside its `cfg(test)` items.
pub(crate) fn code_lines(text: &str) -> Vec<(usize, &str)> {
    let mut tests = TestItems::default();
    tests.visit_file(&syn::parse_file(text).expect("the file compiles"));
    let lines = (1..).zip(text.lines());
    lines
        .filter(|(at, _)| !tests.0.iter().any(|lines| lines.contains(at)))
        .collect()
}

#[derive(Default)]
struct TestItems(Vec<std::ops::RangeInclusive<usize>>);

impl Visit<'_> for TestItems {
    fn visit_item(&mut self, item: &syn::Item) {
        if is_for_tests(item) {
            let span = item.span();
            self.0.push(span.start().line..=span.end().line);
        } else {
            visit::visit_item(self, item);
        }
    }
}

#[test]
fn what_stands_after_a_test_item_is_read_too() {
    let text = "\
#[cfg(test)]
use std::thread;
fn one() { std::thread::yield_now() }
// Not modelled: it waits for the kernel.
fn two() { std::thread::yield_now() }
";
    assert_eq!(
        past_the_shim("a.rs", text),
        ["a.rs:3: fn one() { std::thread::yield_now() }"]
    );
}

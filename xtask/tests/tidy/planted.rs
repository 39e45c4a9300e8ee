//! A model that never failed is no evidence: each set of models has planted
//! bugs, and each planted bug a test that demands that it is caught.

use crate::{files, none};

/// What marks a model of a planted bug.
const PLANTED: &str = "#[ignore = \"planted bug";
/// How a file has a macro, which its neighbours share, make such models.
const MADE: &str = "\nplanted! {";

#[test]
fn each_set_of_models_has_a_planted_bug() {
    let mut found = Vec::new();
    for (file, text) in files() {
        let runs = |call| text.contains(call);
        let is_set =
            is_of_models(&file) && (runs("model(") || runs("model_within("));
        let has_one = text.contains(PLANTED) || text.contains(MADE);
        if is_set && text.contains("#[test]") && !has_one {
            found.push(format!("{file}: no planted bug"));
        }
    }
    none(&found);
}

#[test]
fn each_planted_bug_has_a_test_that_it_is_caught() {
    let mut found = Vec::new();
    for (file, text) in files() {
        if is_of_models(&file) {
            found.extend(not_caught(&file, &text));
        }
    }
    none(&found);
}

/// Returns true if a file holds models for loom or shuttle.
fn is_of_models(file: &str) -> bool {
    file.ends_with(".rs")
        && (file.contains("/tests/loom/") || file.ends_with("tests/shuttle.rs"))
}

/// Returns the planted bugs whose names no test of the file gives to be run. One
/// that a macro makes is run by the test that the same macro makes.
fn not_caught(file: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(PLANTED) {
        let name = text[at..].split("fn ").nth(1).unwrap_or_default();
        let name = name.split('(').next().unwrap_or_default();
        let is_run = match macro_around(text, at) {
            Some(body) => body.contains("fn is_caught()"),
            None => text.contains(&format!("::{name}\"")),
        };
        if !is_run {
            let line = 1 + text[..at].matches('\n').count();
            found.push(format!("{file}:{line}: nothing catches {name}"));
        }
    }
    found
}

/// Returns the text of the macro whose definition goes around the place `at`.
fn macro_around(text: &str, at: usize) -> Option<&str> {
    let start = text[..at].rfind("macro_rules!")?;
    let end = start + text[start..].find("\n}\n")?;
    (at < end).then(|| &text[start..end])
}

#[test]
fn a_planted_bug_that_nothing_catches_is_found() {
    let bug =
        format!("#[test]\n{PLANTED}, run below\"]\nfn lost_wake() {{}}\n");
    assert_eq!(
        not_caught("loom/a.rs", &bug),
        ["loom/a.rs:2: nothing catches lost_wake"]
    );
    let caught = format!("{bug}fn caught() {{ check(\"a::lost_wake\") }}\n");
    assert_eq!(not_caught("loom/a.rs", &caught), [""; 0]);

    let made = format!("macro_rules! planted {{\n{PLANTED}\"]\nfn bug() {{}}");
    let alone = format!("{made}\n}}\n");
    let pair = format!("{made}\n#[test]\nfn is_caught() {{}}\n}}\n");
    assert_eq!(not_caught("a.rs", &alone), ["a.rs:2: nothing catches bug"]);
    assert_eq!(not_caught("a.rs", &pair), [""; 0]);
}

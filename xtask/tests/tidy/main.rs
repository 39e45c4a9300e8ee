//! The rules of the workspace that no compiler checks.

mod architecture;
mod arrows;
mod circles;
mod maps;
mod modules;
mod outputs;
mod planted;
mod shim;
mod uses;

use std::fs;

use support::workspace::root;

/// Returns the text files under version control, or about to be, by name.
fn files() -> Vec<(String, String)> {
    let names = support::workspace::files().expect("they can be listed");
    let read = |name: String| {
        let text = fs::read_to_string(root().join(&name)).ok()?;
        Some((name, text))
    };
    names.into_iter().filter_map(read).collect()
}

fn files_ending(end: &str) -> Vec<(String, String)> {
    let mut files = files();
    files.retain(|(name, _)| name.ends_with(end));
    files
}

/// Returns the root files of every crate: libraries, programs, tests,
/// examples, benchmarks and fuzz targets.
fn crate_roots() -> Vec<String> {
    let mut roots: Vec<String> =
        files().into_iter().map(|(name, _)| name).collect();
    roots.retain(|name| is_crate_root(name));
    roots
}

fn is_crate_root(name: &str) -> bool {
    let Some((folder, file)) = name.rsplit_once('/') else { return false };
    let above = |folder: &str| folder.rsplit('/').next().map(str::to_owned);
    let is_of_targets = |folder: &str| {
        let folders = ["tests", "examples", "benches", "bin", "fuzz_targets"];
        above(folder).is_some_and(|it| folders.contains(&it.as_str()))
    };
    let is_main = |folder: &str| {
        file == "main.rs"
            && folder.rsplit_once('/').is_some_and(|(up, _)| is_of_targets(up))
    };
    file.ends_with(".rs")
        && (name.ends_with("src/lib.rs")
            || name.ends_with("src/main.rs")
            || is_of_targets(folder)
            || is_main(folder))
}

#[test]
fn roots_are_told_from_modules() {
    for root in [
        "a/src/lib.rs",
        "a/src/bin/b.rs",
        "a/tests/b.rs",
        "a/tests/loom/main.rs",
        "benches/timers.rs",
    ] {
        assert!(is_crate_root(root), "{root}");
    }
    for module in ["a/src/b.rs", "a/tests/b/c.rs", "a/src/b/main.rs"] {
        assert!(!is_crate_root(module), "{module}");
    }
}

/// Returns each line for which `is_wrong`, as `file:line: text`.
fn wrong_lines<'a>(
    file: &str,
    lines: impl Iterator<Item = (usize, &'a str)>,
    is_wrong: impl Fn(&str) -> bool,
) -> Vec<String> {
    lines
        .filter(|(_, line)| is_wrong(line))
        .map(|(number, line)| format!("{file}:{number}: {}", line.trim()))
        .collect()
}

fn none(found: &[String]) {
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

/// One idea a file: 300 lines of code hold one, and 400 its test cases.
/// Comments are not counted.
#[test]
fn no_source_file_is_long() {
    let long: Vec<String> = files_ending(".rs")
        .iter()
        .map(|(name, text)| (name, text.lines().filter(is_code).count()))
        .filter(|(name, lines)| {
            *lines > if name.contains("tests/") { 400 } else { 300 }
        })
        .map(|(name, lines)| format!("{name}: {lines} lines"))
        .collect();
    none(&long);
}

fn is_code(line: &&str) -> bool {
    let line = line.trim_start();
    !line.is_empty() && !line.starts_with("//")
}

/// A path of somebody's own machine helps nobody else.
#[test]
fn no_file_names_a_folder_of_one_machine() {
    let folders = ["/work/", "/root/", "/home/"];
    let mut found = Vec::new();
    for (file, text) in files() {
        if file != "xtask/tests/tidy/main.rs" {
            let lines = (1..).zip(text.lines());
            found.extend(wrong_lines(&file, lines, |line| {
                folders.iter().any(|folder| line.contains(folder))
            }));
        }
    }
    none(&found);
}

/// A line a sentence, so that a changed sentence is a changed line.
#[test]
fn markdown_has_one_sentence_a_line() {
    let mut found = Vec::new();
    for (file, text) in files_ending(".md") {
        found.extend(wrong_lines(&file, prose_lines(&text), has_two_sentences));
    }
    none(&found);
}

/// Returns the numbered lines outside code blocks, tables and lists.
fn prose_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut in_code = false;
    (1..).zip(text.lines()).filter(move |(_, line)| {
        in_code ^= line.trim_start().starts_with("```");
        !in_code && line.starts_with(char::is_alphabetic)
    })
}

/// Returns true for a full stop after three small letters, then a capital.
fn has_two_sentences(line: &str) -> bool {
    line.match_indices(". ").any(|(at, stop)| {
        let before = line[..at].chars().rev().take(3);
        let after = line[at + stop.len()..].chars().next();
        before.filter(|c| c.is_lowercase()).count() == 3
            && after.is_some_and(char::is_uppercase)
    })
}

#[test]
fn two_sentences_are_told_from_one() {
    assert!(has_two_sentences("This is one. This is another."));
    assert!(!has_two_sentences("This is one, e.g. This, and ends."));
    assert!(!has_two_sentences("Go 1.10 has 64 heaps."));
}

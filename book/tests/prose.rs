//! What the prose claims is shown: numbers come from records or from a named
//! source, and code of Go is named with its file and its version.

mod sources;

use std::sync::LazyLock;

use regex::Regex;
use sources::chapters;

/// The lines of a chapter that are prose, with their numbers.
///
/// Fenced blocks are left out but for questions, and so is code in a line:
/// a number written as code is a setting or an input, not a measurement.
fn prose(text: &str) -> Vec<(usize, String)> {
    static CODE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new("`[^`]*`").expect("a valid pattern"));
    let mut fence: Option<String> = None;
    let mut lines = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if let Some(language) = line.trim_start().strip_prefix("```") {
            fence = match fence {
                Some(_) => None,
                None => Some(language.trim().to_owned()),
            };
        } else if matches!(fence.as_deref(), None | Some("quiz")) {
            lines.push((number + 1, CODE.replace_all(line, "").into_owned()));
        }
    }
    lines
}

/// A measured number in a line of prose that says nothing of its origin.
fn unfounded(line: &str) -> Option<String> {
    static MEASURED: LazyLock<Regex> = LazyLock::new(|| {
        let units = "ns|[µμu]s|ms|s|x|×|%|[KMG]i?B|kB";
        let pattern = format!(r"\b\d+(?:[.,]\d+)*[\s\u{{a0}}]?(?:{units})");
        Regex::new(&pattern).expect("a valid pattern")
    });
    static CITED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\[\^[\w-]+\]|\]\(https?://").expect("a valid pattern")
    });
    if CITED.is_match(line) {
        return None;
    }
    let whole = |end: usize| {
        let next = line[end..].chars().next();
        !next.is_some_and(char::is_alphanumeric)
    };
    let mut found = MEASURED.find_iter(line);
    let found = found.find(|found| whole(found.end()));
    found.map(|found| found.as_str().to_owned())
}

/// A file of Go's sources in a paragraph that names no version of Go.
fn without_version(paragraph: &str) -> Option<String> {
    static FILE: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r"(?:runtime|sync|os|time|testing|internal|cmd|syscall)/[\w/.-]*\w\.go\b";
        Regex::new(pattern).expect("a valid pattern")
    });
    static VERSION: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\b1\.\d\d?\b").expect("a valid pattern"));
    let file = FILE.find(paragraph)?;
    let named = VERSION.is_match(paragraph);
    (!named).then(|| file.as_str().to_owned())
}

#[test]
fn each_measured_number_comes_from_a_record_or_a_source() {
    let mut wrong = Vec::new();
    for (path, text) in chapters() {
        for (number, line) in prose(&text) {
            if let Some(figure) = unfounded(&line) {
                let path = path.display();
                wrong.push(format!("{path}:{number}: \"{figure}\""));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\nWrite {{{{#figure RECORD/BENCHMARK/FIELD}}}} for what we \
         measured, give a link or a footnote for what others did, and write \
         settings as `code`.",
        wrong.join("\n")
    );
}

#[test]
fn each_file_of_go_is_named_with_a_version() {
    let mut wrong = Vec::new();
    for (path, text) in chapters() {
        for paragraph in text.split("\n\n") {
            if let Some(file) = without_version(paragraph) {
                wrong.push(format!("{}: {file}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "of which Go?\n{}", wrong.join("\n"));
}

#[test]
fn an_unfounded_number_is_noticed() {
    for wrong in ["It takes 12 ns.", "1.8x", "3.4\u{a0}%", "4 MiB, 5 µs"] {
        assert!(unfounded(wrong).is_some(), "{wrong}");
    }
    for right in ["12 nights", "64 slots", "12 ns[^a]", "x 3s4 4x4"] {
        assert_eq!(unfounded(right), None, "{right}");
    }
    let chapter = "2 s\n```rust\n3 s\n```\n`4 s`\n```quiz\n5 s\n```\n";
    let found: Vec<_> = prose(chapter)
        .iter()
        .filter_map(|(_, line)| unfounded(line))
        .collect();
    assert_eq!(found, ["2 s", "5 s"]);
}

#[test]
fn a_file_without_a_version_is_noticed() {
    assert!(without_version("Read `runtime/time.go`.").is_some());
    assert_eq!(without_version("Read `runtime/time.go`, Go 1.27."), None);
}

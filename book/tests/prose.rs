//! What the prose claims is shown: numbers come from records or from a named
//! source, and code of Go is named with its file and its version.

mod sources;

use std::sync::LazyLock;

use regex::Regex;
use sources::chapters;

/// Returns the lines of a chapter that are prose, with their numbers.
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

/// Digits with a unit, however it is written.
const MEASURED: &str = r"(?xi)
    \b\d+(?:[.,]\d+)*
    (?:[\s\u{a0}\u{202f}*_-]|&nbsp;|&\#160;)*
    (?: (?:nano|micro|milli)?seconds? | per\ ?cent | percentage\ points?
      | (?:kilo|mega|giga|kibi|mebi|gibi)bytes? | cycles? | [kMG]Hz | fold
      | times\ (?:as|slower|faster|more|less|longer|shorter|dearer|cheaper)
      | (?:ns|[µμu]s|ms|s)(?:/\w+)? | x | × | % | [KMG]i?B | kB
    )";

/// The same in words, where the unit is one that nobody counts without a
/// clock.
const IN_WORDS: &str = r"(?xi)
    \b(?: half\ an? | an? | one | two | three | four | five | six | seven
      | eight | nine | ten | eleven | twelve | fifteen | twenty | thirty
      | forty | fifty | sixty | seventy | eighty | ninety | tens\ of
      | (?:\w+\ )?hundreds?(?:\ of)? | (?:\w+\ )?thousands?(?:\ of)? )
    (?:-\w+)?[\s\u{a0}]
    (?: (?:nano|micro|milli)seconds | per\ ?cent | percentage\ points )";

/// A number of times by itself.
const FACTOR: &str =
    r"(?i)\bfactor of (?:\d|two|three|four|five|ten|a hundred)";

/// Returns a measured number in a line of prose that says nothing of its
/// origin.
fn unfounded(line: &str) -> Option<String> {
    static NUMBER: LazyLock<[Regex; 3]> = LazyLock::new(|| {
        [MEASURED, IN_WORDS, FACTOR]
            .map(|pattern| Regex::new(pattern).expect("a valid pattern"))
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
    let mut found = NUMBER.iter().flat_map(|number| number.find_iter(line));
    let found = found.find(|found| whole(found.end()));
    found.map(|found| found.as_str().to_owned())
}

/// Returns bare numbers below a unit in a table.
fn unfounded_cells(lines: &[(usize, String)]) -> Vec<(usize, String)> {
    static UNIT: LazyLock<Regex> = LazyLock::new(|| {
        let units = "ns|[µμu]s|ms|s|seconds|times|ratio|speedup|[KMG]i?B";
        let pattern = format!(r"(?i)(?:^|[\s,(])(?:{units})(?:$|[\s,)/])|%");
        Regex::new(&pattern).expect("a valid pattern")
    });
    let cells = |line: &str| -> Vec<String> {
        let row = line.trim().trim_matches('|').split('|');
        row.map(|cell| cell.trim().to_owned()).collect()
    };
    let mut found = Vec::new();
    let mut units: Vec<bool> = Vec::new();
    for (number, line) in lines {
        if !line.trim_start().starts_with('|') {
            units.clear();
        } else if units.is_empty() {
            let head = cells(line);
            units = head.iter().map(|cell| UNIT.is_match(cell)).collect();
        } else {
            let bare = |cell: &String| {
                let digits = cell.trim_start_matches(['~', '≈', '<', '>', ' ']);
                digits.starts_with(|c: char| c.is_ascii_digit())
            };
            let row = cells(line);
            let below = row.iter().zip(&units).filter(|(_, unit)| **unit);
            let measured = below.map(|(cell, _)| cell).filter(|c| bare(c));
            found.extend(measured.map(|cell| (*number, cell.clone())));
        }
    }
    found
}

/// Returns a file of Go's sources in a paragraph that names no version of Go.
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
        let lines = prose(&text);
        let in_lines = lines.iter().filter_map(|(number, line)| {
            unfounded(line).map(|figure| (*number, figure))
        });
        for (number, figure) in in_lines.chain(unfounded_cells(&lines)) {
            let path = path.display();
            wrong.push(format!("{path}:{number}: \"{figure}\""));
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
    for wrong in [
        "It takes 12 ns.",
        "1.8x",
        "3.4\u{a0}%",
        "4 MiB, 5 µs",
        "12 ns/op",
        "12–15 ns",
        "a 12-ns call",
        "**12** ns",
        "12&nbsp;ns",
        "12\u{202f}μs",
        "1,200 nanoseconds",
        "2.5 Seconds",
        "10 per cent",
        "10 percent",
        "1.8 times faster",
        "3 times as slow",
        "a 3-fold gain",
        "4 cycles",
        "at 3.5 GHz",
        "twelve nanoseconds",
        "some tens of microseconds",
        "half a millisecond, five per cent",
        "two hundred nanoseconds",
        "by a factor of three",
    ] {
        assert!(unfounded(wrong).is_some(), "{wrong}");
    }
    let right = ["12 nights", "64 slots", "12 ns[^a]", "x 3s4 4x4", "1.9 says"];
    for right in right {
        assert_eq!(unfounded(right), None, "{right}");
    }
    let chapter = "2 s\n```rust\n3 s\n```\n`4 s`\n```quiz\n5 s\n```\n";
    let found: Vec<_> =
        prose(chapter).iter().filter_map(|(_, line)| unfounded(line)).collect();
    assert_eq!(found, ["2 s", "5 s"]);
}

#[test]
fn a_number_below_a_unit_in_a_table_is_noticed() {
    let found = |table: &str| unfounded_cells(&prose(table)).len();
    assert_eq!(found("| lock | ns |\n|---|---|\n| spin | 3.4 |\n"), 1);
    assert_eq!(found("| lock | time (us) |\n|---|---|\n| a | ~12 |\n"), 1);
    assert_eq!(found("| step | word |\n|---|---|\n| 1 | 2 |\n"), 0);
    assert_eq!(found("| a | % |\n|---|---|\n| b | `9` |\n\n| 7 |\n"), 0);
}

#[test]
fn a_file_without_a_version_is_noticed() {
    assert!(without_version("Read `runtime/time.go`.").is_some());
    assert_eq!(without_version("Read `runtime/time.go`, Go 1.27."), None);
}

/// Words that prose like this falls into, and what to write: the actor by
/// name, and the plain word.
const AVOIDED: [(&str, &str); 12] = [
    (r"[Ww]hoever", "the thread that, if you"),
    (r"[Ss]omebody|[Aa]nybody", "name the actor"),
    (r"[Bb]ehind", "after, below, under"),
    (r"[Bb]eside", "next to, alongside"),
    (r"dear(?:er|est)?", "expensive"),
    (r"mend(?:s|ed|ing)?", "fix"),
    (r"for want of", "because there is no"),
    (r"hangs on", "depends on"),
    (r"comes by", "runs, reaches"),
    (r"(?:is )?worth a pause|deserves a moment", "say it"),
    (r"worth (?:knowing|a (?:second )?look)", "say it"),
    (r"quickly said|comes to lie", "say what it is"),
];

/// Returns the word of a line that is to be avoided, and what to write.
fn avoided(line: &str) -> Option<(String, &'static str)> {
    static WORDS: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
        let word = |&(word, better): &(&str, &'static str)| {
            let pattern = format!(r"\b(?:{word})\b");
            (Regex::new(&pattern).expect("a valid pattern"), better)
        };
        AVOIDED.iter().map(word).collect()
    });
    WORDS.iter().find_map(|(word, better)| {
        let found = word.find(line)?;
        Some((found.as_str().to_owned(), *better))
    })
}

#[test]
fn the_prose_is_plain_english() {
    let mut wrong = Vec::new();
    for (path, text) in chapters() {
        for (number, line) in prose(&text) {
            if let Some((word, better)) = avoided(&line) {
                let path = path.display();
                wrong.push(format!("{path}:{number}: {word}: {better}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_word_to_avoid_is_noticed() {
    let word = |line| avoided(line).map(|(word, _)| word);
    assert_eq!(word("Whoever comes"), Some("Whoever".to_owned()));
    assert_eq!(word("the dearest step"), Some("dearest".to_owned()));
    assert_eq!(word("It is recommended."), None);
}

//! Each chapter has the parts of the template, in their order. A part in which
//! some chapters have nothing to say may be left out.

mod sources;

use std::collections::BTreeMap;

use regex::Regex;
use sources::{chapters, place};

/// The headings of a chapter; others may stand between them.
const HEADINGS: [&str; 10] = [
    "The problem",
    "Old: ",
    "Predict",
    "New: ",
    "Is it right?",
    "Is it faster?",
    "How Go does it today",
    "Exercises",
    "Why?",
    "Sources",
];

/// Which of them a chapter may leave out.
const OPTIONAL: [&str; 3] = ["Old: ", "Is it faster?", "How Go does it today"];

/// What stands before the first heading.
const OPENING: [(&str, &str); 6] = [
    (
        r"\A# .+\n\n(?:```text\n|\{\{#(?:draw|flame|play|lanes) )",
        "a figure comes first",
    ),
    (r"(?m)^> \*\*.*(?:\n>.*)*\?", "a question stands under the figure"),
    ("After this chapter you can ", "what one can do after it"),
    (
        "[Ii]t takes about [a-z-]+ minutes with the exercises",
        "how long it takes, with the exercises",
    ),
    (r"(?s)Go.*Rust|Rust.*Go", "where readers of Go and Rust start"),
    (r"Commands of this chapter:\n\n```", "the commands of the chapter"),
];

/// What a part must have: its heading, what, and how often.
const PARTS: [(&str, &str, &str, usize, usize); 8] = [
    (
        "The problem",
        r"\AThe problem\n\n(?:[^\n]+\n)*?[^\n]*\]\(https://",
        "an incident, with who tells of it, in the first paragraph",
        1,
        1,
    ),
    ("The problem", r"(?m)^\|[-:|]+\|$", "a cost table", 1, 9),
    ("Old: ", r"\{\{#|```", "code", 1, 99),
    ("Predict", "(?m)^```quiz$", "a question", 1, 9),
    ("New: ", r"\{\{#|```", "code", 1, 99),
    ("Exercises", "<details>", "answers folded away", 3, 9),
    (
        "Why?",
        r"(?m)^(?:<summary>|\*\*|\d\. \*\*|- \*\*)?Why [^\n]*\?|<summary>",
        "questions",
        3,
        5,
    ),
    ("Sources", "(?m)^[-*] ", "sources", 2, 99),
];

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a valid pattern")
}

/// Returns the part of a chapter under the heading that starts with `heading`.
fn part<'a>(text: &'a str, heading: &str) -> Option<&'a str> {
    let start = text.find(&format!("\n## {heading}"))? + 4;
    let rest = &text[start..];
    Some(rest.split("\n## ").next().unwrap_or(rest))
}

/// Three questions at least, and one that a recording answers where the
/// chapter shows one.
fn unasked(text: &str) -> Vec<String> {
    let count = |shape| pattern(shape).find_iter(text).count();
    let questions = count("(?m)^```quiz$");
    let mut missing = Vec::new();
    if questions < 3 {
        missing.push(format!("3 questions, not {questions}"));
    }
    let has_recording = count(r"(?m)^\{\{#(?:play|lanes) ") > 0;
    let is_asked = count(r"(?m)^(?:next|number|order): ") > 0;
    if has_recording && !is_asked {
        missing.push("a question that its recording answers".to_owned());
    }
    missing
}

/// Returns what a chapter lacks of the template.
fn missing(text: &str) -> Vec<String> {
    let mut missing = Vec::new();
    let headings = text.lines().filter_map(|l| l.strip_prefix("## "));
    let headings: Vec<&str> = headings.collect();
    let mut passed = 0;
    for wanted in HEADINGS {
        let is_start = wanted.ends_with(' ');
        let is_wanted = |heading: &&str| {
            *heading == wanted || is_start && heading.starts_with(wanted)
        };
        if let Some(at) = headings[passed..].iter().position(is_wanted) {
            passed += at + 1;
        } else if !OPTIONAL.contains(&wanted) || headings.iter().any(is_wanted)
        {
            missing.push(format!("\"## {wanted}\" in its place"));
            return missing;
        }
    }
    let opening = text.split("\n## ").next().unwrap_or(text);
    for (shape, what) in OPENING {
        if !pattern(shape).is_match(opening) {
            missing.push(what.to_owned());
        }
    }
    for (heading, shape, what, least, most) in PARTS {
        let Some(part) = part(text, heading) else { continue };
        let count = pattern(shape).find_iter(part).count();
        if count < least || count > most {
            missing.push(format!(
                "{least} to {most} of {what} under \"{heading}\", not {count}"
            ));
        }
    }
    missing.extend(unasked(text));
    missing
}

#[test]
fn each_chapter_has_the_parts_in_order() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (path, text) in chapters() {
        let folder = path.parent().expect("a chapter is in a folder");
        // A primer is a page, and not a chapter.
        let others = ["chapters", "appendices", "primer"];
        if others.iter().any(|name| folder.ends_with(name))
            || path.ends_with("review.md")
        {
            continue;
        }
        count += 1;
        for lack in missing(&text) {
            wrong.push(format!("{}: {lack}", place(&path, 1)));
        }
    }
    assert!(wrong.is_empty(), "missing:\n{}", wrong.join("\n"));
    assert!(count >= 20, "only {count} chapters");
}

/// Returns the minutes that a chapter takes: 200 words a minute, one for each
/// listing and question, two for a figure, five for an exercise.
fn minutes(text: &str) -> usize {
    let (read, rest) = text.split_once("\n## Exercises").unwrap_or((text, ""));
    let exercises = rest.split("\n## Why?").next().unwrap_or(rest);
    let count = |shape, text: &str| pattern(shape).find_iter(text).count();
    let prose = pattern("(?s)```.*?```").replace_all(read, "");
    count("[A-Za-z']+", &prose) / 200
        + count(r"\{\{#(?:rustdoc_)?include|```(?:rust\n|quiz)", read)
        + 2 * count(r"\{\{#(?:play|lanes|try|turn) ", read)
        + 5 * count(r"(?m)^\d+\. ", exercises)
}

const TENS: [&str; 6] =
    ["twenty", "thirty", "forty", "fifty", "sixty", "seventy"];

/// Returns the number that a chapter states in words.
fn stated(text: &str) -> Option<usize> {
    let found = pattern("[Ii]t takes about ([a-z]+)(-five)? minutes");
    let found = found.captures(text)?;
    let tens = TENS.iter().position(|tens| *tens == &found[1])?;
    Some(10 * (tens + 2) + if found.get(2).is_some() { 5 } else { 0 })
}

#[test]
fn the_minutes_of_a_chapter_are_what_it_takes() {
    let mut wrong = Vec::new();
    for (path, text) in chapters() {
        let Some(stated) = stated(&text) else { continue };
        let minutes = minutes(&text);
        if stated.abs_diff(minutes) > 7 {
            wrong.push(format!("{}: about {minutes}", place(&path, 1)));
        }
    }
    assert!(wrong.is_empty(), "other minutes:\n{}", wrong.join("\n"));
    assert_eq!(stated("It takes about forty-five minutes"), Some(45));
    assert_eq!(minutes(&"word ".repeat(400)), 2);
}

#[test]
fn a_table_is_shown_once_where_its_question_is_asked() {
    let directive = pattern(r"\{\{#table ([\w-]+)\}\}");
    let mut shown: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, text) in chapters() {
        for found in directive.captures_iter(&text) {
            let line = text[..found.get(0).expect("it is there").start()]
                .lines()
                .count();
            let places = shown.entry(found[1].to_owned()).or_default();
            places.push(place(&path, line + 1));
        }
    }
    shown.retain(|_, places| places.len() > 1);
    assert!(shown.is_empty(), "link to one of them: {shown:#?}");
}

#[test]
fn a_part_that_is_left_out_or_moved_is_noticed() {
    let path = sources::root().join("book/chapters/testing/loom.md");
    let text = std::fs::read_to_string(path).expect("it is there");
    assert_eq!(missing(&text), [] as [String; 0]);
    for heading in HEADINGS {
        let without = text.replace(&format!("\n## {heading}"), "\n### ");
        let is_missed = !missing(&without).is_empty();
        assert_eq!(is_missed, !OPTIONAL.contains(&heading), "{heading}");
        let moved = format!("{without}\n## {heading}\n");
        assert_ne!(missing(&moved), [] as [String; 0], "{heading}");
    }
    for (from, to) in [
        ("## Predict", "## Exercises"),
        ("# Loom\n", "# Loom\n\nText first.\n"),
        ("## The problem\n", "## The problem\n\nText first.\n"),
        ("> **Before", "**Before"),
        ("It takes about", "It needs"),
        ("After this chapter you can", "Here"),
        ("Commands of this chapter", "Commands"),
        ("<details>", ""),
        ("```quiz", "```text"),
        ("```quiz\nA lock's", "```text\nA lock's"),
        ("\norder: ", "\n"),
        ("\n- ", "\n"),
    ] {
        let changed = text.replace(from, to);
        assert_ne!(changed, text, "{from}");
        assert_ne!(missing(&changed), [] as [String; 0], "{from}");
    }
}

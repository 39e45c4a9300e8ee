//! ARCHITECTURE.md names what holds each rule: the names must be real.

use std::fs;

use crate::{files_ending, none, root};

#[test]
fn each_test_that_architecture_names_exists() {
    let page = fs::read_to_string(root().join("ARCHITECTURE.md"));
    let page = page.expect("the page of the rules");
    let sources = files_ending(".rs");
    let missing: Vec<String> = tests_named(&page)
        .filter(|name| {
            let head = format!("fn {name}()");
            !sources.iter().any(|(_, text)| text.contains(&head))
        })
        .map(|name| format!("ARCHITECTURE.md: there is no test {name}"))
        .collect();
    none(&missing);
}

/// The rules of the page are held, or say that they are habits.
#[test]
fn each_invariant_names_what_holds_it() {
    let page = fs::read_to_string(root().join("ARCHITECTURE.md"));
    let page = page.expect("the page of the rules");
    let rules = page.split("## Invariants").nth(1).expect("the rules");
    let rules = rules.split("\n## ").next().expect("the end of the rules");
    let unheld: Vec<String> = rules
        .split("\n- **")
        .skip(1)
        .filter(|rule| {
            !["habit", "(`", "`tests/"].iter().any(|it| rule.contains(it))
        })
        .map(|rule| format!("ARCHITECTURE.md: nothing holds: {rule}"))
        .collect();
    none(&unheld);
}

/// Names in code font that read as sentences.
fn tests_named(page: &str) -> impl Iterator<Item = &str> {
    page.split('`').skip(1).step_by(2).filter(|name| {
        let is_snake = |b: u8| b == b'_' || b.is_ascii_lowercase();
        name.matches('_').count() > 2 && name.bytes().all(is_snake)
    })
}

/// A twin that does not fit on a screen is not obviously right.
#[test]
fn each_oracle_fits_on_a_screen() {
    let long: Vec<String> = files_ending("oracle.rs")
        .iter()
        .filter(|(name, _)| name.contains("/src/"))
        .map(|(name, text)| (name, lines_of_code(text)))
        .filter(|(_, lines)| *lines > 40)
        .map(|(name, lines)| format!("{name}: {lines} lines of code"))
        .collect();
    none(&long);
}

/// Lines of code, without imports, tests and closing brackets.
fn lines_of_code(text: &str) -> usize {
    let lines = crate::shim::code_lines(text).into_iter();
    lines
        .map(|(_, line)| line.trim())
        .filter(|line| line.bytes().any(|b| b.is_ascii_alphanumeric()))
        .filter(|line| !line.starts_with("//") && !line.starts_with("use "))
        .count()
}

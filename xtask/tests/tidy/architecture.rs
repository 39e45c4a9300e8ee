//! ARCHITECTURE.md names what holds each rule: the names must be real.

use std::fs;

use support::workspace::root;
use syn::visit::{self, Visit};

use crate::{files, files_ending, none};

/// Returns the rules of the page, a sentence a line.
fn rules() -> Vec<String> {
    let page = fs::read_to_string(root().join("ARCHITECTURE.md"));
    let page = page.expect("the page of the rules");
    let rules = page.split("## Invariants").nth(1).expect("the rules");
    let rules = rules.split("\n## ").next().expect("the end of the rules");
    let sentences = rules.lines().skip_while(|line| !line.starts_with("- **"));
    sentences.filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

/// Each sentence is held by something, or says that it is a habit.
#[test]
fn each_rule_names_what_holds_it() {
    let unheld: Vec<String> = rules()
        .into_iter()
        .filter(|rule| !rule.contains("habit") && holders(rule).is_empty())
        .map(|rule| format!("ARCHITECTURE.md: nothing holds: {rule}"))
        .collect();
    none(&unheld);
}

#[test]
fn what_holds_a_rule_exists() {
    let mut tests = Tests::default();
    for (_, text) in files_ending(".rs") {
        tests.visit_file(&syn::parse_file(&text).expect("the file compiles"));
    }
    let lints = fs::read_to_string(root().join("Cargo.toml"));
    let lints = lints.expect("the manifest of the workspace");
    let files = files();
    let mut missing = Vec::new();
    for rule in rules() {
        for holder in holders(&rule) {
            let is_file = files.iter().any(|(name, _)| name.ends_with(holder));
            let is_lint = lints.contains(&format!("\n{holder} = \"deny\""));
            let is_test = tests.0.iter().any(|name| name == holder);
            let is_trait = holder == "TimerQueue::verify";
            if !(is_file || is_lint || is_test || is_trait) {
                missing.push(format!("ARCHITECTURE.md: no {holder}"));
            }
        }
    }
    none(&missing);
}

/// Returns the names in code font that the last bracket of a rule gives.
fn holders(rule: &str) -> Vec<&str> {
    let Some((_, bracket)) = rule.rsplit_once(" (") else { return Vec::new() };
    let inside = bracket.split(')').next().unwrap_or_default();
    inside.split('`').skip(1).step_by(2).collect()
}

#[test]
fn the_holders_of_a_rule_are_in_its_last_bracket() {
    let rule = "- **A.** One of `b` (or two) is held (clippy's `c`, `d`).";
    assert_eq!(holders(rule), ["c", "d"]);
    assert_eq!(holders("- **A.** `b` is not held."), [""; 0]);
}

/// The names of the functions marked `#[test]`.
#[derive(Default)]
struct Tests(Vec<String>);

impl Visit<'_> for Tests {
    fn visit_item_fn(&mut self, item: &syn::ItemFn) {
        if item.attrs.iter().any(|it| it.path().is_ident("test")) {
            self.0.push(item.sig.ident.to_string());
        }
        visit::visit_item_fn(self, item);
    }
}

/// A twin that does not fit on a screen is not obviously right.
#[test]
fn each_oracle_fits_on_a_screen() {
    let long: Vec<String> = files_ending("/oracle.rs")
        .iter()
        .map(|(name, text)| (name, lines_of_code(text)))
        .filter(|(_, lines)| *lines > 40)
        .map(|(name, lines)| format!("{name}: {lines} lines of code"))
        .collect();
    none(&long);
}

/// Returns how many lines have words of code, imports and tests left out.
fn lines_of_code(text: &str) -> usize {
    text.split("#[cfg(test)]")
        .next()
        .unwrap_or_default()
        .lines()
        .map(str::trim)
        .filter(|line| line.bytes().any(|b| b.is_ascii_alphanumeric()))
        .filter(|line| !line.starts_with("//") && !line.starts_with("use "))
        .count()
}

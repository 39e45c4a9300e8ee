//! Flame graphs of stacks.

use std::io;
use std::path::Path;

use anyhow::{Context, Result};
use inferno::flamegraph::{self, Options};
use support::atomic_file;

/// What a graph says of itself.
pub(super) struct Graph<'a> {
    pub(super) title: &'a str,
    /// What is counted.
    pub(super) unit: &'a str,
    /// What is said where no stack was counted.
    pub(super) none: &'a str,
}

impl Graph<'_> {
    /// Draws a line for each stack: its labels from the outermost on with `;`
    /// in between, and how much of the unit it has.
    pub(super) fn draw(&self, lines: &[String], graph: &Path) -> Result<()> {
        if lines.is_empty() {
            // An empty graph would be an error; so is drawing nothing at all.
            let none = format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"320\" \
                 height=\"40\"><text x=\"8\" y=\"24\">{}</text></svg>\n",
                self.none
            );
            return Ok(atomic_file::write(graph, none.as_bytes())?);
        }
        let mut options = Options::default();
        options.title = self.title.to_owned();
        options.count_name = self.unit.to_owned();
        let lines = lines.iter().map(String::as_str);
        atomic_file::write_with(graph, |file| {
            flamegraph::from_lines(&mut options, lines, file)
                .map_err(io::Error::other)
        })
        .context("the flame graph cannot be drawn")
    }
}

/// Returns the name of a function without what it is generic over, and without
/// the modules but for the last one: the whole is often wider than a page.
///
/// Of `<Type as Trait>::method` the types stay, because they say whose it is.
pub(super) fn label(function: &str) -> String {
    let (own, rest) = split_qualified(function);
    let rest = without_parameters(rest);
    match own {
        Some(own) => format!("<{}>{rest}", qualified(own)),
        None => end_of_path(&rest),
    }
}

/// Leaves out what stands in brackets.
fn without_parameters(name: &str) -> String {
    let mut depth = 0;
    let mut before = ' ';
    let outside = |&character: &char| {
        // An arrow, as of `Fn() -> T`, closes nothing.
        let closes = character == '>' && before != '-';
        before = character;
        depth -= i32::from(closes);
        let outside = depth == 0 && !closes;
        depth += i32::from(character == '<');
        outside && character != '<'
    };
    name.chars().filter(outside).collect()
}

/// Returns a function with the part of its path before it. Closures are no
/// part of their own.
fn end_of_path(path: &str) -> String {
    let parts: Vec<_> = path.split("::").filter(|it| !it.is_empty()).collect();
    let is_named = |part: &&str| !part.starts_with('{');
    let named = parts.iter().rposition(is_named).unwrap_or_default();
    parts[named.saturating_sub(1)..].join("::")
}

/// Splits `<Type as Trait>::method` after its first part, whose brackets are
/// left out.
fn split_qualified(function: &str) -> (Option<&str>, &str) {
    let mut depth = 0;
    let mut before = ' ';
    for (at, character) in function.char_indices() {
        match character {
            '<' => depth += 1,
            '>' if before != '-' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let (own, rest) = function.split_at(at);
            let own = own.strip_prefix('<');
            return (own, own.map_or(function, |_| &rest[1..]));
        }
        before = character;
    }
    (None, function)
}

/// Returns `Type as Trait` without modules, and without what both are generic
/// over.
fn qualified(own: &str) -> String {
    let name = without_parameters(own);
    let words = name.split(' ').map(|word| {
        let path = word.trim_start_matches(|it: char| !it.is_alphanumeric());
        let sign = &word[..word.len() - path.len()];
        format!("{sign}{}", path.rsplit("::").next().unwrap_or(path))
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_says_whose_function_it_is_and_no_parameters() {
        for (function, wanted) in [
            ("main", "main"),
            ("push<u8, Vec<u8>>", "push"),
            ("main::{{closure}}", "main::{{closure}}"),
            ("std::rt::start::<i8>::{closure#0}", "rt::start::{closure#0}"),
            ("call<dyn Fn() -> u8>::run", "call::run"),
            ("<a::Heap<u64> as b::Sift<u64>>::up", "<Heap as Sift>::up"),
            ("<heap::Heap<u64>>::up<i8>", "<Heap>::up"),
            ("<&mut a::Pen as b::Ink>::dry", "<&mut Pen as Ink>::dry"),
            ("<F as Fn() -> T>::call", "<F as Fn() -> T>::call"),
        ] {
            assert_eq!(label(function), wanted, "{function}");
        }
    }

    #[test]
    fn a_graph_has_its_title_and_its_labels_or_says_why_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("graph.svg");
        let graph = Graph { title: "Time", unit: "samples", none: "Nothing" };
        graph.draw(&["main;work 3".to_owned()], &file).unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        for word in ["Time", "samples", "work"] {
            assert!(text.contains(word), "{word} in {text}");
        }
        graph.draw(&[], &file).unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains(">Nothing<"), "{text}");
    }
}

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

/// Returns the name of a function without what it is generic over, which is
/// often longer than a page is wide.
///
/// Of `<Type as Trait>::method` the types stay, because they say whose it is.
pub(super) fn label(function: &str) -> String {
    let (own, rest) = split_qualified(function);
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
    let rest: String = rest.chars().filter(outside).collect();
    match own {
        Some(own) => format!("<{}>{rest}", qualified(own)),
        None => rest,
    }
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

/// Returns `Type as Trait` without what both are generic over.
fn qualified(own: &str) -> String {
    let parts = own.rsplit_once(" as ");
    parts.map_or_else(
        || label(own),
        |(own, of)| format!("{} as {}", label(own), label(of)),
    )
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
            ("call<dyn Fn() -> u8>::run", "call::run"),
            ("<Heap<u64> as Sift<u64>>::up", "<Heap as Sift>::up"),
            ("<heap::Heap<u64>>::up<i8>", "<heap::Heap>::up"),
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

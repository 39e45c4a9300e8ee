//! The sampled stacks as a flame graph.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::flame::{Graph, label};

/// Makes `cpu.svg` of the `cpu.folded` in `folder`.
pub(super) fn draw(folder: &Path, benchmark: &str) -> Result<()> {
    let text = fs::read_to_string(folder.join("cpu.folded"))?;
    let lines: Result<Vec<_>> = text.lines().map(labelled).collect();
    let graph = Graph {
        title: &format!("CPU time of {benchmark}"),
        unit: "samples",
        none: "No sample was taken.",
    };
    graph.draw(&lines?, &folder.join("cpu.svg"))
}

/// Returns a line of a stack with labels in place of the names.
fn labelled(line: &str) -> Result<String> {
    let parts = line.rsplit_once(' ');
    let (stack, seen) = parts.context("a line of a stack has a number")?;
    let labels: Vec<_> = stack.split(';').map(label).collect();
    Ok(format!("{} {seen}", labels.join(";")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_gets_a_label_for_each_function() {
        let line = "main;<Heap<u64> as Sift<u64>>::up;push<u8> 12";
        let labelled = labelled(line).unwrap();
        assert_eq!(labelled, "main;<Heap as Sift>::up;push 12");
    }
}

//! A flame graph that can be clicked, from folded stacks.
//!
//! Each line of the file is a stack, from the outermost function to the
//! innermost, and how often it was seen. A box is a prefix of such lines.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use live::markup::escape;

/// The width of the drawing, in its own units; a script takes the page's.
const WIDTH: usize = 480;

/// The height of a row.
const ROW: usize = 22;

/// A letter on a box.
const LETTER: usize = 8;

/// How many functions are named in words.
const NAMED: usize = 8;

/// A function under its callers.
#[derive(Default)]
struct Node {
    /// Samples in which it was on the stack.
    samples: usize,
    /// Samples in which nothing was on top of it.
    own: usize,
    /// What it called, by name: so equal stacks are one box.
    callees: BTreeMap<String, Self>,
}

/// Returns the flame graph of the stacks in `NAME.folded`.
///
/// # Errors
///
/// When the file cannot be read, or a line of it is no stack.
pub(super) fn flame(records: &Path, name: &str) -> Result<String> {
    let file = records.join(format!("{name}.folded"));
    let text = std::fs::read_to_string(&file)
        .with_context(|| format!("no stacks in {}", file.display()))?;
    let root = parsed(&text).with_context(|| file.display().to_string())?;
    let (samples, depth) = (root.samples, root.depth());
    let height = ROW * depth;
    let mut boxes = String::new();
    let mut own = BTreeMap::new();
    let place = Place { total: samples, rows: depth };
    root.draw(&place, 0, 0, &mut boxes, &mut own);
    Ok(format!(
        "<flame-graph>\n<p class=\"title\">{samples} samples of {}</p>\n\
         <div class=\"still\">\n<svg viewBox=\"0 0 {WIDTH} {height}\" \
         role=\"group\" aria-label=\"Flame graph of {samples} samples\">\n\
         {boxes}</svg>\n</div>\n\
         <details>\n<summary>What was on top most often, in words</summary>\n\
         <ol>\n{}</ol>\n</details>\n</flame-graph>\n",
        escape(name),
        in_words(own, samples)
    ))
}

/// Returns the stacks as a tree.
fn parsed(text: &str) -> Result<Node> {
    let mut root = Node::default();
    for (number, line) in (1..).zip(text.lines()) {
        let (stack, count) = line
            .rsplit_once(' ')
            .with_context(|| format!("line {number}: no count"))?;
        let count: usize = count
            .parse()
            .with_context(|| format!("line {number}: \"{count}\""))?;
        ensure!(!stack.is_empty(), "line {number}: no function");
        let mut node = &mut root;
        node.samples += count;
        for name in stack.split(';') {
            node = node.callees.entry(name.to_owned()).or_default();
            node.samples += count;
        }
        node.own += count;
    }
    ensure!(root.samples > 0, "no samples");
    Ok(root)
}

/// The whole, of which each box is a part.
struct Place {
    total: usize,
    rows: usize,
}

impl Node {
    /// Returns how many functions the deepest stack has.
    fn depth(&self) -> usize {
        let below = self.callees.values().map(|node| 1 + node.depth());
        below.max().unwrap_or(0)
    }

    /// Draws what it called, from the `from`th sample on, and counts for each
    /// function in how many samples it was on top.
    fn draw<'a>(
        &'a self,
        place: &Place,
        from: usize,
        row: usize,
        boxes: &mut String,
        own: &mut BTreeMap<&'a str, usize>,
    ) {
        let mut from = from;
        for (name, node) in &self.callees {
            *boxes += &node.drawn(name, place, from, row);
            *own.entry(name).or_default() += node.own;
            node.draw(place, from, row + 1, boxes, own);
            from += node.samples;
        }
    }

    fn drawn(
        &self,
        name: &str,
        place: &Place,
        from: usize,
        row: usize,
    ) -> String {
        let Place { total, rows } = place;
        let x = WIDTH * from / total;
        let width = (WIDTH * (from + self.samples) / total - x).max(1);
        let y = ROW * (rows - 1 - row);
        let (name, short) = (escape(name), short(name));
        let label: String = short.chars().take(width / LETTER).collect();
        // A stump of a name says nothing.
        let is_whole = label.len() == short.len();
        let label = if is_whole { escape(&label) } else { String::new() };
        format!(
            "<g class=\"tile plain box\" data-name=\"{name}\" \
             data-short=\"{}\" data-from=\"{from}\" data-samples=\"{}\" \
             data-row=\"{row}\"><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" \
             height=\"{}\"/><text x=\"{}\" y=\"{}\">{label}</text></g>\n",
            escape(&short),
            self.samples,
            ROW - 2,
            x + width / 2,
            y + 14
        )
    }
}

/// Returns the functions that were on top most often.
fn in_words(own: BTreeMap<&str, usize>, total: usize) -> String {
    let mut all: Vec<(&str, usize)> = own.into_iter().collect();
    all.sort_by_key(|&(name, count)| (usize::MAX - count, name));
    let mut text = String::new();
    for (name, count) in all.into_iter().take(NAMED).filter(|it| it.1 > 0) {
        let share = 100 * count / total;
        let name = escape(name);
        let _ = writeln!(
            text,
            "<li><code>{name}</code>: {count} of {total}, {share} %</li>"
        );
    }
    text
}

/// Returns the last part of a function's path, without what it is generic
/// over.
fn short(name: &str) -> String {
    let mut parts = vec![String::new()];
    let mut open = 0_usize;
    for letter in name.chars() {
        match letter {
            '<' => open += 1,
            '>' => open = open.saturating_sub(1),
            ':' if open == 0 => parts.push(String::new()),
            _ if open == 0 => {
                let part = parts.last_mut().expect("there is one");
                part.push(letter);
            }
            _ => {}
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.pop().unwrap_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const STACKS: &str = "main;parse 1\nmain;parse;digits 6\nmain;write 3\n";

    #[test]
    fn a_box_is_as_wide_as_the_samples_in_which_it_was_on_the_stack() {
        let root = parsed(STACKS).expect("they are stacks");
        assert_eq!((root.samples, root.depth()), (10, 3));
        let main = &root.callees["main"];
        let parse = &main.callees["parse"];
        assert_eq!((main.samples, main.own), (10, 0));
        assert_eq!((parse.samples, parse.own), (7, 1));
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("a.folded"), STACKS)
            .expect("it is writable");
        let html = flame(folder.path(), "a").expect("it can be drawn");
        let write = "data-from=\"7\" data-samples=\"3\" data-row=\"1\">\
                     <rect x=\"336\" y=\"22\" width=\"144\"";
        assert!(html.contains(write), "{html}");
        let first = "<li><code>digits</code>: 6 of 10, 60 %</li>";
        assert!(html.contains(first), "{html}");
        assert!(!html.contains("<code>main</code>"), "{html}");
    }

    #[test]
    fn a_line_that_is_no_stack_is_named() {
        for (text, wrong) in [
            ("main;a 1\nmain", "line 2"),
            ("main x", "\"x\""),
            (" 3", "line 1"),
        ] {
            let error = parsed(text).err().expect("it is none");
            assert!(format!("{error:#}").contains(wrong), "{error:#}");
        }
        assert!(parsed("").is_err());
    }

    #[test]
    fn a_name_is_its_last_part() {
        for (name, last) in [
            ("main", "main"),
            ("alloc::vec::Vec<T,A>::push", "push"),
            ("<&mut S as serde::Serializer>::serialize_str", "serialize_str"),
            ("core::ops::FnOnce::call_once", "call_once"),
            ("<a>", "<a>"),
        ] {
            assert_eq!(short(name), last);
        }
    }
}

//! The map of a runtime, on top of each chapter: the part that the chapter
//! rebuilds lights up.

use std::fmt::Write;
use std::path::Path;

use live::markup::escape;

/// A part of a runtime, or a tool beside it.
struct Part {
    name: &'static str,
    /// Left edge, top edge and width, in units of the drawing.
    place: [i32; 3],
    /// The chapters about it, from the chapters' folder.
    chapters: &'static [&'static str],
}

const HEIGHT: i32 = 30;

const PARTS: [Part; 13] = [
    part(
        "defer and panics",
        [8, 28, 150],
        &["locks/three-generations-of-defer", "locks/who-paid-panics"],
    ),
    part(
        "locks",
        [166, 28, 90],
        &[
            "locks/guard-or-unlock",
            "locks/how-long-a-guard-lives",
            "locks/the-unfair-lock",
        ],
    ),
    part(
        "files",
        [264, 28, 90],
        &[
            "finalizers/when-does-the-fd-close",
            "finalizers/the-number-that-came-back",
        ],
    ),
    part(
        "processes",
        [362, 28, 170],
        &[
            "containers/why-a-runtime-cannot-fork",
            "containers/who-am-i-in-here",
            "containers/a-root-of-ones-own",
            "containers/two-containers-talk",
        ],
    ),
    part(
        "timers",
        [8, 84, 150],
        &[
            "timers/the-heap",
            "timers/two-ways-to-sleep",
            "timers/a-heap-per-worker",
            "timers/the-wheel",
            "timers/timers-that-lie",
        ],
    ),
    part("scheduler", [166, 84, 90], &[]),
    part("poller", [264, 84, 90], &["finalizers/closing-under-a-reader"]),
    part(
        "collector, finalizers",
        [362, 84, 170],
        &[
            "finalizers/a-collector-with-finalizers",
            "finalizers/the-collector-counts-bytes",
            "finalizers/marking-while-the-program-runs",
        ],
    ),
    part("stacks", [8, 140, 150], &["primer/stacks"]),
    part("futex", [166, 140, 90], &["primer/futex"]),
    part(
        "memory and its order",
        [264, 140, 268],
        &["primer/atomics", "primer/cache-lines"],
    ),
    part(
        "is it right?",
        [560, 28, 152],
        &[
            "testing/loom",
            "testing/planted-bugs",
            "coverage/merging-as-algebra",
            "coverage/the-fast-path",
        ],
    ),
    part(
        "is it faster?",
        [560, 84, 152],
        &[
            "benchmarks/measuring-one-thing",
            "benchmarks/is-it-really-faster",
            "benchmarks/allocations",
            "benchmarks/profiles",
        ],
    ),
];

/// What each row is.
const ROWS: [(&str, i32); 3] =
    [("your program", 20), ("the runtime", 76), ("below it", 132)];

const fn part(
    name: &'static str,
    place: [i32; 3],
    chapters: &'static [&'static str],
) -> Part {
    Part { name, place, chapters }
}

/// Returns a chapter with the map below its title, if it is about one of the
/// parts. `file` is its path from the chapters' folder.
pub(super) fn with_map(text: &str, file: &Path) -> String {
    let here = file.with_extension("");
    let here = here.to_string_lossy().replace('\\', "/");
    let Some(part) = PARTS.iter().find(|p| p.chapters.contains(&&*here)) else {
        return text.to_owned();
    };
    match text.split_once("\n\n") {
        Some((title, rest)) => {
            format!("{title}\n\n{}\n{rest}", map(Some(part.name), "../"))
        }
        None => text.to_owned(),
    }
}

/// Returns the map with no part lit, for a page in the chapters' folder.
pub(super) fn whole() -> String {
    map(None, "")
}

/// Draws the map. `root` leads from the page to the chapters' folder.
fn map(lit: Option<&str>, root: &str) -> String {
    let label = match lit {
        Some(name) => format!("Map of a runtime; this chapter: {name}"),
        None => "Map of a runtime, and of the tools beside it".to_owned(),
    };
    let mut svg = format!(
        "<nav class=\"runtime-map\" aria-label=\"{label}\">\n\
         <svg viewBox=\"0 0 720 178\">\n"
    );
    for (row, y) in ROWS {
        let _ =
            writeln!(svg, "<text class=\"row\" x=\"8\" y=\"{y}\">{row}</text>");
    }
    for part in &PARTS {
        svg += &drawn(part, lit == Some(part.name), root);
    }
    svg + "</svg>\n</nav>\n"
}

fn drawn(part: &Part, is_lit: bool, root: &str) -> String {
    let [x, y, width] = part.place;
    let (name, middle) = (escape(part.name), x + width / 2);
    let here = if is_lit { " class=\"here\"" } else { "" };
    let shape = format!(
        "<g{here}><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" \
         height=\"{HEIGHT}\" rx=\"4\"/><text x=\"{middle}\" y=\"{}\">{name}\
         </text></g>",
        y + 20
    );
    match part.chapters.first() {
        Some(first) => format!(
            "<a href=\"{root}{first}.html\"><title>{name}: the first of \
             its chapters</title>{shape}</a>\n"
        ),
        None => format!("{shape}\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_chapter_has_a_place_on_the_map() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("chapters");
        let summary = std::fs::read_to_string(folder.join("SUMMARY.md"));
        let summary = summary.expect("the book has a summary");
        let named = summary.split('(').skip(1);
        let named = named.filter_map(|rest| rest.split_once(".md)"));
        for (chapter, _) in named {
            let is_free = !chapter.contains('/')
                || chapter.starts_with("appendices/")
                || chapter.ends_with("/review");
            let places = PARTS.iter().filter(|p| p.chapters.contains(&chapter));
            assert_eq!(places.count(), usize::from(!is_free), "{chapter}");
        }
    }

    #[test]
    fn the_map_is_below_the_title_and_one_part_is_lit() {
        let text = "# The heap\n\nA heap.\n";
        let shown = with_map(text, Path::new("timers/the-heap.md"));
        assert!(shown.starts_with("# The heap\n\n<nav"), "{shown}");
        assert!(shown.ends_with("</nav>\n\nA heap.\n"), "{shown}");
        assert_eq!(shown.matches("class=\"here\"").count(), 1);
        assert_eq!(with_map(text, Path::new("introduction.md")), text);
    }
}

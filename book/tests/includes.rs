//! What chapters include is there, fits a page, and nothing marked for the
//! book goes unused.

mod sources;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;
use sources::{chapters, files, root};

/// One `{{#include file:anchor}}` of a chapter.
struct Include {
    /// Where it stands, for messages.
    chapter: String,
    /// What it names; canonical where it exists.
    file: PathBuf,
    anchor: Option<String>,
    /// What only models and measurements need is folded.
    is_clean: bool,
}

fn includes() -> Vec<Include> {
    let directive = Regex::new(
        r"\{\{#(?:include|rustdoc_include) ([^}:\s]+)(?::([^}\s]+))?(?: ([^}]+))?\}\}",
    )
    .expect("the pattern is valid");
    let mut found = Vec::new();
    for (path, text) in chapters() {
        let folder = path.parent().expect("a chapter is in a folder");
        for parts in directive.captures_iter(&text) {
            let file = folder.join(&parts[1]);
            found.push(Include {
                chapter: short(&path),
                file: file.canonicalize().unwrap_or(file),
                anchor: parts.get(2).map(|part| part.as_str().to_owned()),
                is_clean: parts
                    .get(3)
                    .is_some_and(|rest| rest.as_str().starts_with("clean")),
            });
        }
    }
    found
}

/// Returns the lines between `ANCHOR: name` and `ANCHOR_END: name`, marks left
/// out.
fn anchored<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!("ANCHOR: {name}");
    let end = format!("ANCHOR_END: {name}");
    text.lines()
        .skip_while(|line| !line.trim_end().ends_with(&start))
        .skip(1)
        .take_while(|line| !line.trim_end().ends_with(&end))
        .filter(|line| !line.contains("ANCHOR: "))
        .filter(|line| !line.contains("ANCHOR_END: "))
        .collect()
}

/// Returns every `// ANCHOR: name` in the Rust sources of the workspace.
fn marked(root: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for (path, text) in files(root, "rs") {
        for line in text.lines() {
            if let Some(name) = line.trim().strip_prefix("// ANCHOR: ") {
                found.push((path.clone(), name.to_owned()));
            }
        }
    }
    found
}

/// Returns the anchors that `{{#diff FILE:ANCHOR FILE:ANCHOR}}` shows; that
/// they are there, building the book shows.
fn compared() -> Vec<(PathBuf, String)> {
    let directive = Regex::new(r"\{\{#diff (\S+):(\S+) (\S+):([^\s}]+)\}\}");
    let directive = directive.expect("the pattern is valid");
    let mut found = Vec::new();
    for (_, text) in chapters() {
        for parts in directive.captures_iter(&text) {
            for (file, anchor) in [(1, 2), (3, 4)] {
                let file = root().join(&parts[file]);
                found.push((file, parts[anchor].to_owned()));
            }
        }
    }
    found
}

/// Returns the path from the workspace's folder, for messages.
fn short(file: &Path) -> String {
    let root = root();
    file.strip_prefix(root).unwrap_or(file).display().to_string()
}

#[test]
fn each_include_resolves_to_code_that_fits_a_page() {
    let wrong: Vec<String> = includes()
        .iter()
        .filter_map(|include| {
            let problem = problem(include)?;
            let file = short(&include.file);
            Some(format!("{}: {file}: {problem}", include.chapter))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn problem(include: &Include) -> Option<String> {
    let Ok(text) = fs::read_to_string(&include.file) else {
        return Some("cannot be read".to_owned());
    };
    let anchor = include.anchor.as_ref()?;
    if anchor.starts_with(|c: char| c.is_ascii_digit() || c == ':') {
        return Some(format!("{anchor}: name an anchor, not line numbers"));
    }
    let lines = anchored(&text, anchor);
    let widest = lines.iter().map(|line| line.chars().count()).max();
    match (lines.len(), widest.unwrap_or(0)) {
        (0, _) => Some(format!("no lines are marked with ANCHOR: {anchor}")),
        (count @ 26.., _) => Some(format!("{anchor} is {count} lines long")),
        (_, width @ 81..) => Some(format!("{anchor} is {width} wide")),
        _ if is_torn(&include.file, &lines) => {
            Some(format!("{anchor} leaves a bracket open, or closes one more"))
        }
        _ => None,
    }
}

/// What a first reading does not need.
const SCAFFOLDING: [&str; 7] = [
    "#[inline",
    "// SAFETY",
    "P::emit(",
    "S::loaded(",
    "S::stored(",
    "lanes::note(",
    "taken!(",
];

#[test]
fn each_listing_comes_clean_first() {
    let mut wrong = Vec::new();
    for include in includes() {
        // The part on testing shows how models and bugs are written.
        let is_about_it = include.chapter.contains("chapters/testing/");
        let Some(anchor) = &include.anchor else { continue };
        if is_about_it || include.is_clean {
            continue;
        }
        let text = fs::read_to_string(&include.file).expect("it is there");
        let lines = anchored(&text, anchor);
        let has = |part: &&&str| lines.iter().any(|line| line.contains(**part));
        if let Some(part) = SCAFFOLDING.iter().find(has) {
            let chapter = &include.chapter;
            wrong.push(format!("{chapter}: {anchor} has {part}"));
        }
    }
    assert!(wrong.is_empty(), "write clean:\n{}", wrong.join("\n"));
}

/// Returns true if an excerpt of Rust is not made of whole pieces. Brackets in
/// text and in comments do not count.
fn is_torn(file: &Path, lines: &[&str]) -> bool {
    let rust = file.extension().is_some_and(|extension| extension == "rs");
    rust && lines.join("\n").parse::<proc_macro2::TokenStream>().is_err()
}

#[test]
fn an_excerpt_that_ends_within_a_block_is_torn() {
    let file = Path::new("a.rs");
    assert!(is_torn(file, &["fn down(&mut self) {", "    self.up();"]));
    assert!(!is_torn(file, &["let brace = '{'; // }", "up(\"(\");"]));
}

#[test]
fn each_anchor_of_the_sources_is_shown_in_the_book() {
    let used: BTreeSet<(PathBuf, String)> = includes()
        .into_iter()
        .filter_map(|include| Some((include.file, include.anchor?)))
        .chain(compared())
        .collect();
    let unused: Vec<String> = marked(&root())
        .into_iter()
        .filter(|mark| !used.contains(mark))
        .map(|(file, anchor)| format!("{}: {anchor}", short(&file)))
        .collect();
    assert!(unused.is_empty(), "in no chapter:\n{}", unused.join("\n"));
}

#[test]
fn each_chapter_is_in_the_summary_and_among_the_doctests() {
    let folder = root().join("book");
    let summary = fs::read_to_string(folder.join("chapters/SUMMARY.md"))
        .expect("the book has a summary");
    let doctests = fs::read_to_string(folder.join("src/chapters.rs"))
        .expect("the chapters are doctests");
    for (path, _) in chapters() {
        let name = path.strip_prefix(
            folder.join("chapters").canonicalize().expect("it is there"),
        );
        let name = name.expect("a chapter").to_string_lossy();
        if name == "SUMMARY.md" {
            continue;
        }
        assert!(summary.contains(&format!("({name})")), "{name}: no entry");
        assert!(doctests.contains(&format!("\"{name}\"")), "{name}: no test");
    }
}

#[test]
fn the_lines_of_an_anchor_are_found_without_marks() {
    let text = "a\n// ANCHOR: x\nb\n// ANCHOR: y\nc\n// ANCHOR_END: y\nd\n\
                // ANCHOR_END: x\ne\n";
    assert_eq!(anchored(text, "x"), ["b", "c", "d"]);
    assert_eq!(anchored(text, "y"), ["c"]);
    assert!(anchored(text, "z").is_empty());
}

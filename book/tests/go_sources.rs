//! What the book says of Go's sources is there: file, name and version.
//!
//! With Go 1.27 on the PATH each name is looked up in Go's own files.

mod sources;

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;
use sources::go::{self, CURRENT};
use sources::{chapters, place};

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a valid pattern")
}

/// Code in a line.
static SPAN: LazyLock<Regex> = LazyLock::new(|| pattern("`([^`]+)`"));

static FILE: LazyLock<Regex> = LazyLock::new(|| {
    let folders = "cmd|internal|net|os|reflect|runtime|sync|syscall|testing|time|unique|weak";
    pattern(&format!(r"^(?:{folders})/[\w/.-]*\w\.go$"))
});

static VERSION: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b1\.\d\d?\b"));

/// `timerproc`, or `(*timers).run`; a short word may be anything.
static NAME: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:\(\*?(\w+)\)\.(\w+)|([A-Za-z_]\w{3,}))$"));

static IDENTIFIER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:\(\*?\w+\)\.)?[A-Za-z_]\w*$"));

/// What one line says of Go's sources.
struct Reference {
    line: usize,
    files: Vec<String>,
    /// With the type that a method is of.
    names: Vec<(Option<String>, String)>,
    /// Those of the line, or else of its paragraph.
    versions: Vec<String>,
    /// It names a file outside of Go's tree, or in short.
    names_other_files: bool,
}

/// Returns the paragraphs of a text before its sources, each with its first
/// line.
fn paragraphs(text: &str) -> Vec<(usize, Vec<&str>)> {
    let mut found: Vec<(usize, Vec<&str>)> = vec![(1, Vec::new())];
    for (number, line) in text.lines().enumerate() {
        if line == "## Sources" {
            break;
        }
        if line.trim().is_empty() {
            found.push((number + 2, Vec::new()));
        } else if let Some((_, lines)) = found.last_mut() {
            lines.push(line);
        }
    }
    found.retain(|(_, lines)| !lines.is_empty());
    found
}

fn references(text: &str) -> Vec<Reference> {
    let mut found = Vec::new();
    for (first, lines) in paragraphs(text) {
        let all = versions(&lines.join("\n"));
        for (number, line) in lines.iter().enumerate() {
            found.extend(reference(first + number, line, &all));
        }
    }
    found
}

fn versions(text: &str) -> Vec<String> {
    let found = VERSION.find_iter(text);
    found.map(|version| version.as_str().to_owned()).collect()
}

fn reference(line: usize, text: &str, around: &[String]) -> Option<Reference> {
    let spans: Vec<_> = SPAN.captures_iter(text).collect();
    let spans = spans.iter().map(|span| span[1].to_owned());
    let (files, rest): (Vec<_>, Vec<_>) = spans.partition(|s| FILE.is_match(s));
    let own = versions(text);
    let is_constant =
        |name: &str| name.chars().all(|c| !c.is_ascii_lowercase());
    let names = rest.iter().filter_map(|span| {
        let parts = NAME.captures(span)?;
        let part = |at| parts.get(at).map(|part| part.as_str().to_owned());
        let name = part(2).or(part(3))?;
        (!is_constant(&name)).then(|| (part(1), name))
    });
    (!files.is_empty()).then(|| Reference {
        line,
        names: names.collect(),
        versions: if own.is_empty() { around.to_vec() } else { own },
        names_other_files: rest.iter().any(|span| span.ends_with(".go")),
        files,
    })
}

impl Reference {
    fn is_current(&self) -> bool {
        let mut versions = self.versions.iter();
        !self.versions.is_empty() && versions.all(|v| v == CURRENT)
    }

    /// Returns all sources of the packages that the files are of.
    fn packages(&self, root: &Path) -> String {
        let mut sources = String::new();
        for file in &self.files {
            let folder = root.join("src").join(file);
            let folder = folder.parent().expect("a file is in a folder");
            for (_, text) in sources::files(folder, "go") {
                sources += &text;
            }
        }
        sources
    }

    /// Returns what is not in the files of the Go in `root`.
    fn missing(&self, root: &Path) -> Vec<String> {
        let mut missing = Vec::new();
        let mut sources = String::new();
        for file in &self.files {
            match fs::read_to_string(root.join("src").join(file)) {
                Ok(text) => sources += &text,
                Err(_) => missing.push(format!("there is no {file}")),
            }
        }
        for (of, name) in &self.names {
            let there = match of {
                Some(of) => pattern(&format!(
                    r"func \(\w+ \*?{of}(?:\[\w+\])?\) {name}(?:\[|\()"
                )),
                None => pattern(&format!(r"\b{name}\b")),
            };
            // What a package exports may be meant in general.
            let is_exported =
                of.is_none() && name.starts_with(char::is_uppercase);
            let there = there.is_match(&sources)
                || is_exported && there.is_match(&self.packages(root));
            if !there && !self.names_other_files {
                let files = self.files.join(" and ");
                missing.push(format!("{name} is not in {files}"));
            }
        }
        missing
    }
}

#[test]
fn each_name_is_in_the_file_of_go_that_it_is_said_to_be_in() {
    let Some(root) = go::current() else {
        return;
    };
    let mut wrong = Vec::new();
    let mut count = 0;
    for (path, text) in chapters() {
        for reference in references(&text) {
            if reference.is_current() {
                count += reference.names.len();
                for problem in reference.missing(&root) {
                    let place = place(&path, reference.line);
                    wrong.push(format!("{place}: {problem}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 50, "only {count} names were looked up");
}

/// A file of Go without a name in it leaves the reader to search.
fn nameless(text: &str) -> Vec<usize> {
    let paragraphs = paragraphs(text);
    let mut found = Vec::new();
    for (index, (first, lines)) in paragraphs.iter().enumerate() {
        let mut whole = lines.join("\n");
        if let Some((_, next)) = paragraphs.get(index + 1)
            && (whole.ends_with(':') || next[0].starts_with('|'))
        {
            whole += &next.join("\n");
        }
        let spans = || SPAN.captures_iter(&whole);
        let has_file = spans().any(|span| FILE.is_match(&span[1]));
        let has_name = spans().any(|span| IDENTIFIER.is_match(&span[1]));
        // A comment is quoted by its title.
        let has_title = whole.contains(&format!("Go {CURRENT}, \""));
        if has_file && !has_name && !has_title {
            found.push(*first);
        }
    }
    found
}

#[test]
fn each_file_of_go_is_named_with_what_to_look_for() {
    let mut wrong = Vec::new();
    for (path, text) in chapters() {
        let lines = nameless(&text);
        wrong.extend(lines.iter().map(|line| place(&path, *line)));
    }
    assert!(wrong.is_empty(), "which function?\n{}", wrong.join("\n"));
}

#[test]
fn a_name_that_is_not_there_is_noticed() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let folder = root.path().join("src/runtime");
    fs::create_dir_all(&folder).expect("it is writable");
    let source = "func (t *timers) run() {}\nfunc siftUp() {}\n";
    fs::write(folder.join("time.go"), source).expect("it is writable");
    let missing = |text: &str| {
        let found = references(text);
        assert!(found.iter().all(Reference::is_current), "{text}");
        let missing = found.iter().flat_map(|one| one.missing(root.path()));
        missing.count()
    };
    let right = "`(*timers).run` and `siftUp` in `runtime/time.go`, Go 1.27";
    assert_eq!(missing(right), 0);
    for wrong in [
        right.replace("siftUp", "siftDown"),
        right.replace("run`", "stop`"),
        right.replace("timers)", "timer)"),
        right.replace("time.go", "timer.go"),
    ] {
        assert!(missing(&wrong) > 0, "{wrong}");
    }
    let older = "`timerproc` in `runtime/time.go`, Go 1.9";
    assert!(!references(older)[0].is_current());
    assert_eq!(nameless("Go 1.27 has `runtime/time.go`."), [1]);
    assert!(nameless("`runtime/time.go`:\n\n| `siftUp` |\n").is_empty());
}

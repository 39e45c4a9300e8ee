//! "Break it and see": each such sentence of the book has a patch in the
//! folder of this name. Here the patch is applied, and the run made that the
//! sentence speaks of.
//!
//! A patch begins with lines of its own, up to the first empty one:
//!
//! - `Chapter:` the file below `book/chapters`;
//! - `Quotes:` a line of that chapter, once for each line that is proven;
//! - `Run:` the command, as a reader would type it;
//! - `Fails:` a test that must fail, once for each; none says that all pass;
//! - `Says:` what the run must print.
//!
//! The runs take minutes, so that they are a step of their own: `cargo xtask
//! test breaks`.

mod sources;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;
use std::time::Instant;

use regex::Regex;
use sources::{chapters, files, root};
use walkdir::WalkDir;

struct Break {
    patch: PathBuf,
    chapter: String,
    quotes: Vec<String>,
    run: String,
    fails: Vec<String>,
    says: Vec<String>,
}

/// Returns every patch, read.
fn breaks() -> Vec<Break> {
    let folder = root().join("book/tests/breaks");
    let patches = files(&folder, "patch").into_iter();
    patches.map(|(patch, text)| read(patch, &text)).collect()
}

fn read(patch: PathBuf, text: &str) -> Break {
    let all = |key: &str| -> Vec<String> {
        let head = text.lines().take_while(|line| !line.is_empty());
        let values = head.filter_map(|line| line.strip_prefix(key));
        values.map(|value| value.trim().to_owned()).collect()
    };
    let one = |key: &str| {
        let mut values = all(key);
        assert_eq!(values.len(), 1, "{}: {key}", patch.display());
        values.remove(0)
    };
    Break {
        chapter: one("Chapter:"),
        quotes: all("Quotes:"),
        run: one("Run:"),
        fails: all("Fails:"),
        says: all("Says:"),
        patch,
    }
}

impl Break {
    fn name(&self) -> String {
        let stem = self.patch.file_stem().expect("a patch has a name");
        stem.to_string_lossy().into_owned()
    }

    /// Returns what the run did that the book does not say.
    fn surprise(&self, output: &Output) -> Option<String> {
        let text = String::from_utf8_lossy(&output.stdout)
            + String::from_utf8_lossy(&output.stderr);
        let failed = |test: &&String| {
            text.lines().any(|line| {
                line.starts_with(&format!("test {test}"))
                    && line.ends_with("FAILED")
            })
        };
        let passed = self.fails.iter().find(|test| !failed(test));
        let unsaid = self.says.iter().find(|says| !text.contains(*says));
        let problem = match (passed, unsaid) {
            _ if output.status.success() != self.fails.is_empty() => {
                format!("the run ended with {}", output.status)
            }
            (Some(test), _) => format!("{test} did not fail"),
            (_, Some(says)) => format!("nothing says \"{says}\""),
            (None, None) => return None,
        };
        Some(format!("{}: {problem}\n{text}", self.name()))
    }
}

/// A copy of the workspace. It is kept from run to run, so that what was built
/// of it is built once.
struct Copy {
    folder: PathBuf,
    /// The workspace's own folder for what is built.
    target: PathBuf,
}

impl Copy {
    /// Makes the copy, or brings it up to date.
    fn new(workspace: &Path) -> Self {
        let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
        let target = target.unwrap_or_else(|| "target".into());
        let target = workspace.join(target);
        let folder = target.join("breaks");
        let skipped = ["target", ".git"];
        let all = WalkDir::new(workspace).into_iter();
        let all = all.filter_entry(|entry| {
            !skipped.iter().any(|name| entry.file_name() == *name)
        });
        for entry in all {
            let entry = entry.expect("the workspace can be read");
            let within = entry.path().strip_prefix(workspace);
            let to = folder.join(within.expect("it is in the workspace"));
            if entry.file_type().is_dir() {
                fs::create_dir_all(&to).expect("the copy can be written");
            } else if entry.file_type().is_file() {
                bring_up_to_date(entry.path(), &to);
            }
        }
        Self { folder, target }
    }

    /// Makes the run of a patch, which is applied for as long as that takes.
    fn run(&self, patch: &Break) -> Output {
        let path = &patch.patch;
        assert!(apply(&self.folder, path, &[]), "{}", path.display());
        // What is built of other people's crates is shared with the workspace,
        // and nothing that has a name of its own, such as a program.
        let models = patch.run.contains("--target-dir target/loom");
        let built = self.target.join(if models { "loom" } else { "" });
        let output = shell(&self.folder, &patch.run)
            .env("CARGO_BUILD_BUILD_DIR", built)
            .output();
        assert!(apply(&self.folder, path, &["--reverse"]), "it was applied");
        output.expect("there is a shell")
    }
}

/// Copies a file, if it differs: cargo goes by the time of the last change.
fn bring_up_to_date(from: &Path, to: &Path) {
    let new = fs::read(from).expect("the workspace can be read");
    if fs::read(to).is_ok_and(|old| old == new) {
        return;
    }
    fs::write(to, new).expect("the copy can be written");
}

/// Applies a patch by git. Returns false if it does not fit.
fn apply(folder: &Path, patch: &Path, options: &[&str]) -> bool {
    let mut git = Command::new("git");
    // In a folder of a repository git would take paths from its root.
    git.env("GIT_CEILING_DIRECTORIES", folder.parent().unwrap_or(folder));
    git.current_dir(folder).stdout(Stdio::null());
    git.arg("apply").args(options).arg(patch);
    git.status().is_ok_and(|status| status.success())
}

/// Returns false, and says so, where there is no git to apply a patch with.
fn there_is_git() -> bool {
    let mut version = Command::new("git");
    version.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    let there = version.status().is_ok_and(|status| status.success());
    if !there {
        support::skipped::say("there is no git to apply a patch with");
    }
    there
}

#[test]
fn each_patch_applies_and_proves_lines_of_its_chapter() {
    let mut wrong = Vec::new();
    let can_apply = there_is_git();
    for patch in breaks() {
        let name = patch.name();
        let chapter = root().join("book/chapters").join(&patch.chapter);
        let text = fs::read_to_string(chapter).expect("the chapter is there");
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let missing = |quote: &&String| !lines.contains(&quote.as_str());
        if let Some(quote) = patch.quotes.iter().find(missing) {
            wrong.push(format!("{name}: {} lacks: {quote}", patch.chapter));
        }
        let said = |says: &&String| !text.contains(*says);
        if let Some(says) = patch.says.iter().find(said) {
            wrong.push(format!("{name}: {} lacks: {says}", patch.chapter));
        }
        if can_apply && !apply(&root(), &patch.patch, &["--check"]) {
            wrong.push(format!("{name}: the patch does not apply"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Returns true if a line tells to change code, and what a test then does, or
/// asks it.
fn tells_to_break(line: &&str) -> bool {
    static CHANGE: LazyLock<Regex> = LazyLock::new(|| {
        let verbs = "Break|Empty|Exchange|Leave|Let|Look|Make|Put|Replace|Reverse|Take|Not every change";
        let within = format!("In `[^`]+`, (?:{})", verbs.to_lowercase());
        let pattern = format!(r"^(?:\d+\. )?(?:{verbs}|{within})\b");
        Regex::new(&pattern).expect("a valid pattern")
    });
    static OUTCOME: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r"^Break |\b(?:tests?|models?|`\w+`) .*\b(?:fails?|notices?|pass(?:es)?)\b|\bfails?\b";
        Regex::new(pattern).expect("a valid pattern")
    });
    CHANGE.is_match(line) && OUTCOME.is_match(line)
}

#[test]
fn a_sentence_that_tells_to_break_something_is_noticed() {
    for told in [
        "Break it: let `matches` ignore the last byte.",
        "Leave the loop out, and the tests of the chain fail at once.",
        "2. In `unlink`, leave `S::up` out. Does a test notice?",
        "1. Replace it by a store. Which models fail?",
        "Take out any rule, and `the_heap` fails.",
    ] {
        assert!(tells_to_break(&told), "{told}");
    }
    for other in [
        "A read that fails is tried again.",
        "Put all lines together and sort them.",
        "Let a job take a time `j`, and the pop `p`.",
        "let to = create(\"b\")?; <-- fails: is 3 closed?",
    ] {
        assert!(!tells_to_break(&other), "{other}");
    }
}

#[test]
fn each_sentence_that_tells_to_break_something_has_a_patch() {
    let quotes: Vec<String> =
        breaks().into_iter().flat_map(|patch| patch.quotes).collect();
    let mut wrong = Vec::new();
    for (path, text) in chapters() {
        for line in text.lines().map(str::trim).filter(tells_to_break) {
            if !quotes.iter().any(|quote| quote == line) {
                wrong.push(format!("{}: {line}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "without a patch:\n{}", wrong.join("\n"));
}

#[test]
#[ignore = "builds the crates once for each patch: cargo xtask test breaks"]
fn each_break_does_what_the_book_says() {
    if !there_is_git() {
        return;
    }
    let copy = Copy::new(&root());
    let mut surprises = Vec::new();
    for patch in breaks() {
        let start = Instant::now();
        let output = copy.run(&patch);
        println!("{} ({} s)", patch.name(), start.elapsed().as_secs());
        surprises.extend(patch.surprise(&output));
    }
    assert!(surprises.is_empty(), "{}", surprises.join("\n\n"));
}

fn shell(folder: &Path, command: &str) -> Command {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", command])
        .current_dir(folder)
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("CARGO_TARGET_DIR")
        .env("RUST_BACKTRACE", "0")
        // Nobody debugs them, and they are built sooner.
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        // A break that few programs show is found by many in each run.
        .env("PROPTEST_CASES", "1024")
        // What shrinks a failing case further is of no use here.
        .env("PROPTEST_MAX_SHRINK_ITERS", "500");
    shell
}

#[test]
fn a_run_that_is_not_as_told_is_a_surprise() {
    let text = "Chapter: a.md\nRun: sh\nFails: heap\nSays: late\n\n--- a\n";
    let patch = read(PathBuf::from("late.patch"), text);
    let surprise = |script: &str| {
        let output = shell(Path::new("."), script).output();
        patch.surprise(&output.expect("there is a shell"))
    };
    let told = "echo 'test heap ... FAILED'; echo late; exit 1";
    assert_eq!(surprise(told), None);
    for wrong in [
        "echo 'test heap ... FAILED'; echo late",
        "echo 'test wheel ... FAILED'; echo late; exit 1",
        "echo 'test heap ... FAILED'; exit 1",
    ] {
        assert!(surprise(wrong).is_some(), "{wrong}");
    }
}

//! Each command that a chapter names exists, with the options it gives it.
//!
//! Our own programs are asked themselves: the words are given to them with
//! `--help` at the end, so that they parse them and do nothing.

mod sources;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use cargo_metadata::{Metadata, MetadataCommand};
use regex::Regex;
use sources::blocks::blocks;
use sources::{chapters, place, root};
use support::example::where_this_test_is;

/// The programs of this workspace, and how `cargo` names them in short.
const PROGRAMS: [(&str, &str); 7] = [
    ("cargo lab", "lab-run"),
    ("cargo loom", "loom-run"),
    ("cargo xtask", "xtask"),
    ("cargo compare", "bench-compare"),
    ("bench-compare", "bench-compare"),
    ("coverage-merge", "coverage-merge"),
    ("finalizers", "finalizers"),
];

/// Which of cargo's options name a target of ours.
const TARGETS: [(&str, &str); 4] = [
    ("--test", "test"),
    ("--bench", "bench"),
    ("--example", "example"),
    ("--bin", "bin"),
];

/// Returns the words of a command, comment and variables left out.
fn words(command: &str) -> Vec<String> {
    static WORD: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?:[^\s'"]|'[^']*'|"[^"]*")+"#).expect("it is valid")
    });
    let all = WORD.find_iter(command).map(|word| word.as_str());
    let typed = all.take_while(|word| !word.starts_with('#'));
    typed
        .skip_while(|word| word.contains('=') && !word.starts_with('-'))
        .map(|word| word.replace(['\'', '"'], ""))
        .collect()
}

/// Returns the commands of a text, each with its line.
fn commands(text: &str) -> Vec<(usize, Vec<String>)> {
    static SPAN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new("`([^`]+)`").expect("it is valid"));
    let mut found = Vec::new();
    let mut in_blocks = BTreeSet::new();
    for block in blocks(text) {
        for (number, line) in block.lines.iter().enumerate() {
            let number = block.line + number;
            in_blocks.insert(number);
            let typed = match block.language.as_str() {
                "console" => line.trim().strip_prefix('$'),
                "text" => Some(line.trim()),
                _ => None,
            };
            found.extend(typed.map(|command| (number, words(command))));
        }
    }
    for (number, line) in text.lines().enumerate() {
        if !in_blocks.contains(&(number + 1)) {
            let spans = SPAN.captures_iter(line);
            found.extend(spans.map(|span| (number + 1, words(&span[1]))));
        }
    }
    found.retain(|(_, words)| is_ours(words));
    found
}

/// A name alone, in a sentence, speaks of the program and runs nothing.
fn is_ours(words: &[String]) -> bool {
    let [program, _, ..] = words else {
        return false;
    };
    let ours = PROGRAMS.iter().filter(|(typed, _)| !typed.contains(' '));
    program == "cargo" || ours.into_iter().any(|(typed, _)| typed == program)
}

/// Returns why a command does not run, if it does not.
fn problem(words: &[String]) -> Option<String> {
    let typed = words.join(" ");
    for (name, program) in PROGRAMS {
        if let Some(rest) = typed.strip_prefix(name)
            && (rest.is_empty() || rest.starts_with(' '))
        {
            let count = name.split(' ').count();
            return ask(program, &words[count..]);
        }
    }
    match words[1].as_str() {
        "test" | "bench" | "run" | "build" => of_cargo(words),
        "install" => of_cargo(words),
        "fuzz" | "mutants" | "clippy" | "fmt" | "doc" => None,
        other => Some(format!("does cargo have \"{other}\"?")),
    }
}

/// Lets the program parse the words up to `--`.
fn ask(program: &str, words: &[String]) -> Option<String> {
    if let [first, rest @ ..] = words
        && first == "--"
    {
        return ask(program, rest);
    }
    let words = words.split(|word| word == "--").next().unwrap_or_default();
    let output = Command::new(path(program))
        .args(words)
        .arg("--help")
        .current_dir(root())
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    (!output.status.success())
        .then(|| String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Returns where a program of ours is; it is built first.
fn path(program: &str) -> PathBuf {
    static BUILT: LazyLock<PathBuf> = LazyLock::new(|| {
        let book = Path::new(env!("CARGO_BIN_EXE_book"));
        build();
        book.parent().expect("it is in a folder").to_owned()
    });
    BUILT.join(program)
}

/// Builds all programs as `cargo test --workspace` does, which has built most
/// of them: with a test among them, what they need has the same features.
fn build() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--quiet", "--workspace", "--bins"]);
    where_this_test_is(&mut command);
    let status = command
        .args(["--test", "reader_commands"])
        .current_dir(root())
        .status()
        .expect("cargo runs");
    assert!(status.success(), "the programs of the workspace build");
}

/// Returns the package and the targets of a command of cargo's own.
fn of_cargo(words: &[String]) -> Option<String> {
    static METADATA: LazyLock<Metadata> = LazyLock::new(|| {
        let mut command = MetadataCommand::new();
        let metadata = command.current_dir(root()).no_deps().exec();
        metadata.expect("cargo knows its packages")
    });
    let end = words.iter().position(|word| word == "--");
    let (own, rest) = words.split_at(end.unwrap_or(words.len()));
    let after = |option: &'static str| {
        own.windows(2)
            .filter(move |pair| pair[0] == option)
            .map(|pair| pair[1].as_str())
    };
    let named = || after("-p").chain(after("--package"));
    let packages = || {
        METADATA.packages.iter().filter(|package| {
            let mut named = named().peekable();
            named.peek().is_none() || named.any(|name| *package.name == *name)
        })
    };
    for name in named() {
        if !METADATA.packages.iter().any(|p| *p.name == *name) {
            return Some(format!("there is no package {name}"));
        }
    }
    for (option, kind) in TARGETS {
        for name in after(option) {
            let mut targets = packages().flat_map(|package| &package.targets);
            let is = |target: &cargo_metadata::Target| {
                target.name == name
                    && target.kind.iter().any(|k| k.to_string() == kind)
            };
            if !targets.any(is) {
                return Some(format!("there is no {kind} {name}"));
            }
        }
    }
    for folder in after("--path") {
        if !root().join(folder).join("Cargo.toml").exists() {
            return Some(format!("there is no package in {folder}"));
        }
    }
    let is_program = words[1] == "run" && after("--example").next().is_none();
    let program = after("--bin").chain(named()).next();
    let program = program.filter(|_| is_program)?;
    ask(program, rest)
}

#[test]
fn each_command_of_a_chapter_is_understood() {
    let mut texts = chapters();
    for name in ["README.md", "CONTRIBUTING.md", "book/README.md"] {
        let path = root().join(name);
        let text = std::fs::read_to_string(&path).expect("it is there");
        texts.push((path, text));
    }
    let mut wrong = Vec::new();
    let mut count = 0;
    for (path, text) in texts {
        for (line, words) in commands(&text) {
            count += 1;
            if let Some(problem) = problem(&words) {
                let place = place(&path, line);
                let typed = words.join(" ");
                wrong.push(format!("{place}: {typed}\n  {}", problem.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 60, "only {count} commands were found");
}

#[test]
fn a_command_that_is_not_there_is_noticed_with_its_line() {
    let text = "a\n\n```console\n$ A=\"b c\" cargo xtask nothing # x\n```\n\
                Or `cargo test -p nothing`, and `cargo`.\n";
    let found = commands(text);
    let lines: Vec<_> = found.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [4, 6]);
    assert!(found.iter().all(|(_, words)| problem(words).is_some()));
    for wrong in [
        "cargo xtask book --opne",
        "cargo xtask test nothing",
        "cargo test -p timer-heap --test locks",
        "cargo bench --bench nothing",
        "cargo run -p timer-heap --example nothing",
        "cargo run -p finalizers -- --reepat 3",
        "cargo install --path nowhere",
        "cargo compare --vs old new",
        "coverage-merge a.out --nothing",
    ] {
        assert!(problem(&words(wrong)).is_some(), "{wrong}");
    }
    for right in [
        "cargo bench -p benches --bench queues -- 'put-|get-'",
        "cargo xtask book --open",
        "cargo run -p finalizers -- --repeat 3",
        "coverage-merge a.out -o b.out",
    ] {
        assert_eq!(problem(&words(right)), None, "{right}");
    }
}

//! The README's session, typed anew by somebody who is not root: what it
//! shows is what comes of it.
//!
//! `UNC_RECORD=1 cargo test -p containers --test readme` records it.

#![cfg(target_os = "linux")]

mod world;

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use clap::ValueEnum;
use containers::measures::Measure;
use world::{World, as_nobody, give_away, said};

const START: &str = "<!-- the recorded session -->\n```text\n";
const END: &str = "```\n<!-- end -->";

/// What the shell prints before each command.
const MARK: char = '\u{1}';

/// A command, and what it printed.
struct Typed {
    command: String,
    answer: String,
}

impl Typed {
    /// Returns what is the same on all machines.
    fn essence(&self) -> String {
        let Self { command, answer } = self;
        let words =
            |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut lines: Vec<String> = answer.lines().map(words).collect();
        if command == "id -un" {
            lines.clear();
        } else if command.contains(" mount") {
            let target =
                |line: &String| line.split(' ').nth(2).map(str::to_owned);
            lines = lines.iter().filter_map(target).collect();
        } else if command.contains(" ip ") {
            lines.retain(|line| line.starts_with("inet "));
        } else if ["rootfs", "ping"].iter().any(|it| command.contains(it)) {
            let digits =
                |letter: char| letter.is_ascii_digit() || letter == '.';
            let without = |line: String| line.replace(digits, "");
            lines = lines.into_iter().map(without).collect();
        }
        lines.join("\n")
    }
}

/// Returns the session that a text shows.
fn session(text: &str) -> Vec<Typed> {
    let block = text.split_once(START).and_then(|it| it.1.split_once(END));
    let (block, _) = block.expect("the README has a session");
    let mut session: Vec<Typed> = Vec::new();
    for line in block.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            let command = command.to_owned();
            session.push(Typed { command, answer: String::new() });
        } else {
            let last = session.last_mut().expect("a command comes first");
            last.answer += line;
            last.answer += "\n";
        }
    }
    session
}

/// Types the commands into one shell.
fn typed_anew(world: &World, session: &[Typed]) -> Vec<Typed> {
    let folder = world.user().join("session");
    fs::create_dir(&folder).expect("it is new");
    give_away(&folder);
    let mut script = "exec 2>&1\n".to_owned();
    for Typed { command, .. } in session {
        writeln!(script, "printf '\\001'\n{command}").expect("memory");
    }
    let unc = world.unc_path();
    let unc = unc.parent().expect("it is in a directory").display();
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]).current_dir(&folder);
    shell.env("PATH", format!("{unc}:/usr/bin:/bin"));
    shell.env("XDG_RUNTIME_DIR", world.run_folder());
    as_nobody(&mut shell);
    let said = said(shell.output().expect("there is a shell"));
    let answers = said.ok().split(MARK).skip(1);
    let commands = session.iter().map(|typed| typed.command.clone());
    let pair = |(command, answer): (String, &str)| Typed {
        command,
        answer: answer.to_owned(),
    };
    commands.zip(answers).map(pair).collect()
}

#[test]
fn the_session_is_what_comes_of_it() {
    let Some(world) = World::new() else { return };
    if !world.has_network() {
        return;
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(&path).expect("it is there");
    let shown = session(&readme);
    assert!(shown.len() > 10, "only {} commands", shown.len());
    let anew = typed_anew(&world, &shown);
    assert_eq!(shown.len(), anew.len());
    if std::env::var("UNC_RECORD").is_ok_and(|it| it == "1") {
        let text: String = anew
            .iter()
            .map(|it| format!("$ {}\n{}", it.command, it.answer))
            .collect();
        let (before, rest) = readme.split_once(START).expect("a session");
        let (_, after) = rest.split_once(END).expect("it ends");
        let text = format!("{before}{START}{text}{END}{after}");
        fs::write(&path, text).expect("the README can be written");
        return;
    }
    for (shown, anew) in shown.iter().zip(&anew) {
        assert_eq!(shown.essence(), anew.essence(), "$ {}", shown.command);
    }
}

/// A measure without a test that sees the way out it closes is a promise.
#[test]
fn each_measure_is_listed_with_its_test() {
    let readme = include_str!("../README.md");
    let tests = include_str!("escapes.rs");
    for measure in Measure::value_variants() {
        let start = format!("| `{measure}` | ");
        let line = readme.lines().find(|line| line.starts_with(&start));
        let line = line.unwrap_or_else(|| panic!("no row for {measure}"));
        let name = line.trim_end_matches("` |").rsplit('`').next();
        let name = name.expect("there is always a piece");
        let test = format!("#[test]\nfn {name}() {{");
        assert!(tests.contains(&test), "{measure}: no test {name}");
    }
}

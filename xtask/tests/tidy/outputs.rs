//! A command writes whole files: what was there stays until all is there.

use crate::shim::code_lines;
use crate::{files_ending, none, wrong_lines};

/// What leaves half a file when it is cut off.
const IN_PLACE: [&str; 3] = ["fs::write(", "File::create(", "fs::copy("];

/// The commands of the workspace.
const COMMANDS: [&str; 4] =
    ["coverage-merge/src/", "benches/compare/src/", "book/src/", "xtask/src/"];

/// Says on the line before why a file need not be whole.
const REASON: &str = "// In place:";

#[test]
fn commands_write_their_outputs_whole() {
    let mut found = Vec::new();
    for (file, text) in files_ending(".rs") {
        if COMMANDS.iter().any(|folder| file.starts_with(folder)) {
            found.extend(in_place(&file, &text));
        }
    }
    none(&found);
}

fn in_place(file: &str, text: &str) -> Vec<String> {
    let mut has_reason = false;
    let lines = code_lines(text).into_iter().filter(|(_, line)| {
        let may = has_reason;
        has_reason = line.trim_start().starts_with(REASON);
        !may
    });
    wrong_lines(file, lines, |line| IN_PLACE.iter().any(|it| line.contains(it)))
}

#[test]
fn a_write_in_place_is_found() {
    let text = "fn a() { fs::write(path, text) }";
    assert_eq!(in_place("a.rs", text), [format!("a.rs:1: {text}")]);
    let excused = format!("// In place: it is a pipe.\n{text}");
    assert_eq!(in_place("a.rs", &excused), [""; 0]);
}

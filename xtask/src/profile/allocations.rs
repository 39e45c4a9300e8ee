//! DHAT's list of allocations as a flame graph.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::{Context, Result};
use inferno::flamegraph::{self, Options};
use serde::Deserialize;
use support::atomic_file;

/// The parts of DHAT's file that a flame graph needs (format version 2, as
/// valgrind's `dhat/dh_main.c` describes it).
#[derive(Deserialize)]
struct Dhat {
    /// Places of the program that allocate.
    pps: Vec<ProgramPoint>,
    /// The texts of all frames.
    ftbl: Vec<String>,
}

#[derive(Deserialize)]
struct ProgramPoint {
    /// Bytes asked for, in all.
    tb: u64,
    /// Frames by their number, the innermost first.
    fs: Vec<usize>,
}

/// Makes `allocations.svg` of the `allocations.json` in `folder`.
pub(super) fn draw(folder: &Path, benchmark: &str) -> Result<()> {
    let text = fs::read(folder.join("allocations.json"))?;
    let dhat = serde_json::from_slice(&text).context("DHAT's file")?;
    let lines = folded(&dhat);
    let graph = folder.join("allocations.svg");
    if lines.is_empty() {
        // An empty graph would be an error; so is drawing nothing at all.
        let none = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"320\" \
                    height=\"40\"><text x=\"8\" y=\"24\">Nothing was \
                    allocated.</text></svg>\n";
        return Ok(atomic_file::write(&graph, none.as_bytes())?);
    }
    let mut options = Options::default();
    options.title = format!("Bytes allocated by {benchmark}");
    options.count_name = "bytes".to_owned();
    let lines = lines.iter().map(String::as_str);
    atomic_file::write_with(&graph, |file| {
        flamegraph::from_lines(&mut options, lines, file)
            .map_err(io::Error::other)
    })
    .context("the flame graph cannot be drawn")
}

/// Returns a line for each place: its frames from the outermost on, and its
/// bytes.
fn folded(dhat: &Dhat) -> Vec<String> {
    let line = |place: &ProgramPoint| {
        let frames = place
            .fs
            .iter()
            .filter_map(|&frame| dhat.ftbl.get(frame))
            .skip_while(|frame| of_the_profiler(frame))
            .map(|frame| function(frame))
            .collect::<Vec<_>>();
        let frames: Vec<String> = frames.into_iter().rev().collect();
        format!("{} {}", frames.join(";"), place.tb)
    };
    dhat.pps.iter().map(line).collect()
}

/// Returns true if a frame is how the profiler looks at the stack.
fn of_the_profiler(frame: &str) -> bool {
    ["(src/backtrace/", "(dhat-"].iter().any(|crate_| frame.contains(crate_))
}

/// Returns the function of a frame like `0x1234: name<Type> (file.rs:12:3)`,
/// without what it is generic over, which is often longer than a page is wide.
fn function(frame: &str) -> String {
    let name = frame.split_once(": ").map_or(frame, |parts| parts.1);
    let name = name.rsplit_once(" (").map_or(name, |parts| parts.0);
    let mut depth = 0;
    let outside = |&character: &char| {
        depth -= i32::from(character == '>');
        let outside = depth == 0 && character != '>';
        depth += i32::from(character == '<');
        outside && character != '<'
    };
    name.chars().filter(outside).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_line_from_the_outermost_frame_on() {
        let dhat = r#"{
            "pps": [{"tb": 96, "tbk": 2, "fs": [3, 1, 2]}],
            "ftbl": ["[root]", "0x1: push<u8, Vec<u8>> (src/vec.rs:7:1)",
                     "0x2: main::{{closure}} (main.rs:3:5)",
                     "0x3: trace (src/backtrace/mod.rs:1:2)"]
        }"#;
        let dhat = serde_json::from_str(dhat).expect("a file of DHAT's");
        assert_eq!(folded(&dhat), ["main::{{closure}};push 96"]);
    }
}

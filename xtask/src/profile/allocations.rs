//! DHAT's list of allocations as a flame graph.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::flame::{self, Graph};

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
    let graph = Graph {
        title: &format!("Bytes allocated by {benchmark}"),
        unit: "bytes",
        none: "Nothing was allocated.",
    };
    graph.draw(&folded(&dhat), &folder.join("allocations.svg"))
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
            .map(|frame| flame::label(function(frame)))
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

/// Returns the function of a frame like `0x1234: name<Type> (file.rs:12:3)`.
fn function(frame: &str) -> &str {
    let name = frame.split_once(": ").map_or(frame, |parts| parts.1);
    name.rsplit_once(" (").map_or(name, |parts| parts.0)
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

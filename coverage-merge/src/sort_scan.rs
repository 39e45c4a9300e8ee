//! The old way: put all lines together, sort them, scan for neighbours.
//!
//! This is the shell pipeline that projects used before `go test` could
//! write one profile for many packages: `cat`, `grep -v mode:`, `sort`,
//! `awk`. Here it adds counts too, which the pipeline could not.

use crate::error::Error;
use crate::formats::go_text::line::{LineError, parse};
use crate::profile::block::{Block, saturating_sum};
use crate::profile::mode::Mode;

// ANCHOR: merge
/// Merges `profiles` by sorting all of their lines.
///
/// # Errors
///
/// When a line is malformed; `profile N` in the error is the N-th, from 1.
pub fn merge(profiles: &[&str], mode: Mode) -> Result<String, Error> {
    let mut lines = Vec::new();
    for (at, profile) in profiles.iter().enumerate() {
        for (number, line) in profile.lines().enumerate().skip(1) {
            let parsed = parse(line.as_bytes())
                .map_err(|wrong| error(at, number, line, wrong))?;
            let (key, block, count) = parsed;
            lines.push((&key[..key.len() - 1], block, count));
        }
    }
    lines.sort_unstable();
    lines.dedup_by(|next, kept| {
        let same = (next.0, next.1) == (kept.0, kept.1);
        if same {
            kept.2 = saturating_sum(kept.2, next.2);
        }
        same
    });
    Ok(write(&lines, mode))
}
// ANCHOR_END: merge

fn write(lines: &[(&str, Block, u64)], mode: Mode) -> String {
    let mut text = format!("mode: {mode}\n");
    for (path, block, count) in lines {
        let count = if mode == Mode::Set { (*count).min(1) } else { *count };
        text += &format!("{path}:{block} {count}\n");
    }
    text
}

fn error(at: usize, number: usize, line: &str, wrong: LineError) -> Error {
    let name = format!("profile {}", at + 1);
    Error::malformed(&name, wrong.what).at(
        number as u64 + 1,
        wrong.column,
        line.as_bytes(),
    )
}

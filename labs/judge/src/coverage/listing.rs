//! A union as text, and the first difference of two.

use super::block::Block;
use super::mode::Mode;

/// A line of a profile: the path, the block, the count.
pub type Line = (String, Block, u64);

/// Returns the text of a profile with these lines, in this order.
pub fn text(mode: Mode, lines: &[Line]) -> String {
    let mut text = format!("mode: {mode}\n");
    for (path, block, count) in lines {
        text += &format!("{path}:{block} {count}\n");
    }
    text
}

/// Returns the first line that differs.
pub fn difference(yours: &str, right: &str) -> String {
    if yours.lines().eq(right.lines()) {
        return "the newlines are others".to_owned();
    }
    let (mut ours, mut theirs) = (right.lines(), yours.lines());
    let mut number = 0;
    loop {
        number += 1;
        let (yours, right) = (theirs.next(), ours.next());
        if yours != right {
            return match (yours, right) {
                (None, Some(right)) => {
                    format!("line {number} is missing: \"{right}\"")
                }
                (Some(yours), None) => {
                    format!("line {number} is too much: \"{yours}\"")
                }
                (yours, right) => format!(
                    "line {number} is \"{}\", and \"{}\" is right",
                    yours.unwrap_or_default(),
                    right.unwrap_or_default()
                ),
            };
        }
    }
}

//! Your merge of coverage profiles.
//!
//! Write what stands between the lines `YOUR CODE` and `END`, stage by stage,
//! and let it be judged: `cargo lab check coverage`. The page of the lab in the
//! book says what each stage is about; `cargo lab hint coverage` says more. What
//! is imported below is documented in the module `coverage`:
//! `cargo doc --no-deps --open -p lab-judge`.
//!
//! A profile is a text: its first line is `mode: set`, `mode: count` or
//! `mode: atomic`, and each other one is a block of source code, with how many
//! statements it has and how often it ran.
//!
//! ```text
//! path:line.column,line.column statements count
//! ```

#![allow(unused_imports, dead_code, reason = "later stages use them")]

use lab_judge::coverage::{
    Block, File, Follow, LineError, MAX_COUNT, Malformed, Merge, Mode, Parse,
    Position, Problem, Profile, Tested, count_at,
};

/// A line of a profile: the path, the block, the count.
type Line<'a> = (&'a str, Block, u64);

/// The numbers of a line, one after the other.
struct Numbers<'a> {
    line: &'a [u8],
    /// Where the next one begins.
    at: usize,
}

impl Numbers<'_> {
    // YOUR CODE: numbers
    /// Reads the digits that come next, and moves behind them. `what` is said
    /// if there are none.
    fn number(&mut self, what: &'static str) -> Result<u64, LineError> {
        todo!(
            "stage 1: read digits from byte {} of {} on; if there are none, \
             return LineError {{ column, what }}, columns counted from 1, with \
             {what:?}",
            self.at,
            self.line.len()
        )
    }
    // END: numbers
}

// YOUR CODE: parse
/// Takes a line apart: the path, the block, the count.
fn parse(line: &[u8]) -> Result<Line<'_>, LineError> {
    // The path ends at the last colon, because it may have some itself.
    let colon = line.iter().rposition(|it| *it == b':').unwrap_or_default();
    let mut numbers = Numbers { line, at: colon + 1 };
    let _start = numbers.number("expected the start's line")?;
    todo!(
        "stage 1: read \".\" and four more numbers with what stands between \
         them, then the count, which ends the line"
    )
}
// END: parse

// YOUR CODE: mode
/// Returns what the first line of a profile says.
fn mode(line: &str) -> Result<Mode, LineError> {
    todo!(
        "stage 1: is {line:?} \"mode: \" and a name? Mode::named knows the \
         names"
    )
}
// END: mode

// YOUR CODE: read
/// Returns the mode of a profile and its lines; what is wrong has the number of
/// its line.
fn read(text: &str) -> Result<Profile<'_>, Malformed> {
    todo!(
        "stage 1: read the first of {} lines by mode, and each other that is \
         not empty by parse",
        text.lines().count()
    )
}
// END: read

// YOUR CODE: apply
/// Returns the one count that two counts of a block become.
fn apply(mode: Mode, a: u64, b: u64) -> u64 {
    todo!("stage 2: what do {a} and {b} become in mode {mode}?")
}
// END: apply

// YOUR CODE: sum
// END: sum

// YOUR CODE: modes
/// Returns the mode of the union of profiles in two modes, if there is one.
fn union(one: Mode, other: Mode) -> Option<Mode> {
    todo!("stage 2: can counts of mode {one} and of mode {other} be united?")
}
// END: modes

// YOUR CODE: joined
// END: joined

// YOUR CODE: overlaps
/// Returns whether some of the blocks of a file share a byte. They are in
/// order.
fn overlaps(blocks: &[Block]) -> bool {
    todo!(
        "stage 2: does one of {} blocks start before one before it ends?",
        blocks.len()
    )
}
// END: overlaps

// YOUR CODE: refused
// END: refused

// YOUR CODE: merge
/// Returns the union of profiles, as text.
fn merge(profiles: &[&str]) -> Result<String, Problem> {
    todo!(
        "stage 2: read {} profiles, unite their lines, and write them in order",
        profiles.len()
    )
}
// END: merge

// YOUR CODE: predicted
/// Returns the count and the length of `line`, if it starts with this path and
/// this block; `None` when the prediction was wrong.
fn predicted(key: &str, text: &str, line: &[u8]) -> Option<(u64, usize)> {
    todo!(
        "stage 3: does a line of {} bytes begin with {key:?} and then {text:?}? \
         count_at reads what follows",
        line.len()
    )
}
// END: predicted

// YOUR CODE: follow
/// Counts the lines of `data[from..]` as long as they are the blocks of `file`
/// that come `next`, one after the other. Returns where the first other line
/// starts.
fn follow(
    file: &mut File,
    next: &mut usize,
    data: &[u8],
    from: usize,
    mode: Mode,
) -> usize {
    let Some(text) = file.texts.get(*next) else { return from };
    let line = predicted(&file.key, text, &data[from..]);
    todo!(
        "stage 3: the prediction says {line:?}; count it in mode {mode}, move \
         next and from, and predict again until it is wrong"
    )
}
// END: follow

/// Your merge, as the judge calls it.
#[derive(Debug)]
pub struct MyMerge;

impl Parse for MyMerge {
    fn parse(line: &[u8]) -> Result<Line<'_>, LineError> {
        parse(line)
    }

    fn read(text: &str) -> Result<Profile<'_>, Malformed> {
        read(text)
    }
}

impl Merge for MyMerge {
    fn merge(profiles: &[&str]) -> Result<String, Problem> {
        merge(profiles)
    }
}

impl Follow for MyMerge {
    fn follow(
        file: &mut File,
        next: &mut usize,
        data: &[u8],
        from: usize,
        mode: Mode,
    ) -> usize {
        follow(file, next, data, from, mode)
    }
}

impl Tested for MyMerge {
    // YOUR CODE: tests
    /// Panics if `M` does not merge as it should.
    fn tests<M: Merge>() {
        let merged = M::merge(&["mode: set\na.go:1.1,2.2 3 1\n"]);
        todo!(
            "stage 4: look at {merged:?}, and at what other profiles become; \
             panic if it is wrong"
        )
    }
    // END: tests
}

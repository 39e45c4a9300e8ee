//! The ways of `coverage-merge`, as small as the lab asks for: what the
//! reader's code is counted and measured against.

use super::asked::{Follow, Merge, Parse};
use super::block::{Block, MAX_COUNT, Position};
use super::file::{File, count_at};
use super::mode::Mode;
use super::profile::{LineError, Malformed, Problem, Profile};

/// Ours.
#[derive(Debug)]
pub struct Ours;

const WRONG: LineError = LineError { column: 1, what: "no line of a profile" };

/// Takes a line apart that is right.
fn parsed(line: &str) -> Option<(&str, Block, u64)> {
    let (path, rest) = line.rsplit_once(':')?;
    let (block, count) = rest.rsplit_once(' ')?;
    let mut numbers = block.split(['.', ',', ' ']);
    let mut number = || numbers.next()?.parse().ok();
    let start = Position { line: number()?, column: number()? };
    let end = Position { line: number()?, column: number()? };
    let block = Block { start, end, statements: number()? };
    Some((path, block, count.parse().ok()?))
}

impl Parse for Ours {
    fn parse(line: &[u8]) -> Result<(&str, Block, u64), LineError> {
        let line = std::str::from_utf8(line).map_err(|_| WRONG)?;
        parsed(line).ok_or(WRONG)
    }

    fn read(text: &str) -> Result<Profile<'_>, Malformed> {
        let wrong = |number: usize| {
            let LineError { column, what } = WRONG;
            Malformed { line: number + 1, column, what }
        };
        let mut lines = text.lines().enumerate();
        let (_, first) = lines.next().unwrap_or_default();
        let mode = first.strip_prefix("mode: ").and_then(Mode::named);
        let mode = mode.ok_or(wrong(0))?;
        let parsed = lines
            .filter(|it| !it.1.is_empty())
            .map(|(number, line)| parsed(line).ok_or(wrong(number)));
        Ok(Profile { mode, lines: parsed.collect::<Result<_, _>>()? })
    }
}

impl Merge for Ours {
    /// Puts all lines in order, and unites neighbours.
    fn merge(profiles: &[&str]) -> Result<String, Problem> {
        let (mut mode, mut lines) = (None, Vec::new());
        for (at, profile) in profiles.iter().enumerate() {
            let read = Self::read(profile);
            let Profile { mode: here, lines: mut more } = read
                .map_err(|wrong| Problem::Malformed { profile: at, wrong })?;
            let before: Mode = mode.unwrap_or(here);
            if (before == Mode::Set) != (here == Mode::Set) {
                return Err(Problem::Modes(before, here));
            }
            mode = Some(before.max(here));
            lines.append(&mut more);
        }
        let mode = mode.unwrap_or(Mode::Set);
        lines.sort_unstable();
        lines.dedup_by(|next, kept| {
            let is_same = (next.0, next.1) == (kept.0, kept.1);
            if is_same {
                kept.2 = apply(mode, kept.2, next.2);
            }
            is_same
        });
        for two in lines.windows(2) {
            if two[0].0 == two[1].0 && two[1].1.start < two[0].1.end {
                return Err(Problem::Overlap(two[0].0.to_owned()));
            }
        }
        let mut text = format!("mode: {mode}\n");
        for (path, block, count) in lines {
            text += &format!("{path}:{block} {}\n", apply(mode, 0, count));
        }
        Ok(text)
    }
}

/// Returns the one count that two become.
#[inline]
fn apply(mode: Mode, a: u64, b: u64) -> u64 {
    match mode {
        Mode::Set => u64::from(a | b != 0),
        _ => a.saturating_add(b).min(MAX_COUNT),
    }
}

impl Follow for Ours {
    fn follow(
        file: &mut File,
        next: &mut usize,
        data: &[u8],
        mut from: usize,
        mode: Mode,
    ) -> usize {
        let texts = file.texts.get(*next..).unwrap_or_default();
        let totals = &mut file.counts[*next..];
        let mut counted = 0;
        for (text, total) in texts.iter().zip(totals) {
            let line = predicted(&file.key, text, &data[from..]);
            let Some((count, length)) = line else { break };
            *total = apply(mode, *total, count);
            counted += 1;
            from += length;
        }
        *next += counted;
        from
    }
}

#[inline]
fn predicted(key: &str, text: &str, line: &[u8]) -> Option<(u64, usize)> {
    let rest = line.strip_prefix(key.as_bytes())?;
    let (count, length) = count_at(rest.strip_prefix(text.as_bytes())?)?;
    Some((count, key.len() + text.len() + length))
}

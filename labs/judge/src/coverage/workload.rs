//! What is counted and measured.

use super::asked::{Follow, Merge, Parse};
use super::block::{Block, comparisons};
use super::file::File;
use super::mode::Mode;
use super::ours::Ours;
use super::profile::{LineError, Malformed, Profile};
use super::union::Union;
use crate::report::{Count, Report, Verdict};
use crate::stopwatch::measure;

/// How many profiles are merged by sorting, and lines of each: half of them
/// are in all profiles.
const SHARDS: usize = 64;
const LINES: usize = 64;

/// How many profiles are merged by predicting, files, and blocks of each.
const REPEATS: usize = 20;
const FILES: usize = 40;
const BLOCKS: usize = 50;

/// Counts the comparisons of blocks in a merge.
pub fn merged<M: Merge>() -> Report {
    let texts: Vec<String> = (0..SHARDS).map(shard).collect();
    let texts: Vec<&str> = texts.iter().map(|it| &**it).collect();
    let (Some(yours), Some(ours)) =
        (counted::<M>(&texts), counted::<Ours>(&texts))
    else {
        return Report::new(
            Verdict::Wrong,
            "64 profiles that fit together are refused",
        );
    };
    let lines = SHARDS * LINES;
    let levels = lines.ilog2() as usize;
    Report::of_counts(vec![Count {
        what: format!("comparisons of blocks in {lines} lines"),
        yours: yours as f64,
        ours: ours as f64,
        bound: Some((2 * lines * levels) as f64),
    }])
}

fn counted<M: Merge>(texts: &[&str]) -> Option<usize> {
    let before = comparisons();
    M::merge(texts).ok()?;
    Some(comparisons() - before)
}

fn shard(at: usize) -> String {
    let mut text = "mode: count\n".to_owned();
    for line in 1..=LINES {
        let line = if line % 2 == 0 { line } else { line + LINES * (at + 1) };
        text += &format!("m/a.go:{line}.1,{line}.40 1 {at}\n");
    }
    text
}

/// Counts the lines that are parsed, where profiles repeat each other.
pub fn followed<R: Parse + Follow>() -> Report {
    let alike: Vec<String> = (0..REPEATS).map(|_| repeat(None)).collect();
    let own: Vec<String> = (0..REPEATS).map(|at| repeat(Some(at))).collect();
    let unique = FILES * BLOCKS;
    let counts = [
        ("lines parsed, 20 profiles alike", &alike, unique + REPEATS),
        ("lines parsed, each with one of its own", &own, unique + 4 * REPEATS),
    ];
    let mut all = Vec::new();
    for (what, bodies, bound) in counts {
        match (parsed::<R>(bodies), parsed::<Ours>(bodies)) {
            (Ok(yours), Ok(ours)) => all.push(Count {
                what: what.into(),
                yours: yours as f64,
                ours: ours as f64,
                bound: Some(bound as f64),
            }),
            (Err(wrong), _) | (_, Err(wrong)) => {
                return Report::new(Verdict::Wrong, wrong);
            }
        }
    }
    Report::of_counts(all)
}

fn parsed<R: Parse + Follow>(bodies: &[String]) -> Result<usize, String> {
    let mut union = Union::new(Mode::Count);
    bodies.iter().try_for_each(|body| union.read::<R>(body))?;
    Ok(union.parsed)
}

/// Returns the lines of a profile; one with a number has a block more, which
/// no other has.
fn repeat(own: Option<usize>) -> String {
    let mut text = String::new();
    for file in 0..FILES {
        let path = format!("example.com/m/f{file}.go");
        for line in 1..=BLOCKS {
            let count = (file + line) % 7;
            text += &format!("{path}:{line}.2,{line}.60 3 {count}\n");
            if let Some(own) = own
                && (file, line) == (FILES / 2, BLOCKS / 2)
            {
                text += &format!("{path}:{line}.61,{line}.{} 1 1\n", 70 + own);
            }
        }
    }
    text
}

/// Measures one of `yours`, `ours` and `naive`.
pub fn measured<R: Parse + Follow>(whose: &str) -> Report {
    let bodies: Vec<String> = (0..REPEATS).map(|_| repeat(None)).collect();
    let lines = REPEATS * FILES * BLOCKS;
    match whose {
        "yours" => measure(lines, || run::<R>(&bodies)),
        "ours" => measure(lines, || run::<Ours>(&bodies)),
        _ => measure(lines, || run::<Naive>(&bodies)),
    }
}

fn run<R: Parse + Follow>(bodies: &[String]) {
    // What cannot be read has been found before.
    let _ = std::hint::black_box(parsed::<R>(bodies));
}

/// Parses each line and looks it up.
struct Naive;

impl Parse for Naive {
    fn parse(line: &[u8]) -> Result<(&str, Block, u64), LineError> {
        Ours::parse(line)
    }

    fn read(text: &str) -> Result<Profile<'_>, Malformed> {
        Ours::read(text)
    }
}

impl Follow for Naive {
    fn follow(
        _: &mut File,
        _: &mut usize,
        _: &[u8],
        from: usize,
        _: Mode,
    ) -> usize {
        from
    }
}

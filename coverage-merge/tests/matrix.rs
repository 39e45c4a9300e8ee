//! A tree of merges as a CI matrix runs it: each job is a process that merges
//! its shards, and a last one merges what the jobs made.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// A kind of shards, and how they are written again.
struct Kind {
    end: &'static str,
    format: &'static str,
    shard: fn(u64) -> String,
}

const KINDS: [Kind; 2] = [
    Kind { end: "out", format: "go", shard: go },
    Kind { end: "info", format: "lcov2", shard: lcov },
];

/// Returns the next of numbers that look random, below `limit`.
fn next(seed: &mut u64, limit: u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
    (*seed >> 33) % limit
}

/// Calls `each` for about a third of 40 files.
fn files(seed: &mut u64, mut each: impl FnMut(&mut u64, u64)) {
    for file in 0..40 {
        if next(seed, 3) == 0 {
            each(seed, file);
        }
    }
}

fn go(mut seed: u64) -> String {
    let mut text = "mode: count\n".to_owned();
    files(&mut seed, |seed, file| {
        for block in 0..20 {
            let (line, count) = (10 * block + 1, next(seed, 4));
            let path = format!("example.org/p{}/f{file}.go", file % 7);
            let block = format!("{line}.2,{}.9 {}", line + 5, block % 4);
            writeln!(text, "{path}:{block} {count}").expect("a string");
        }
    });
    text
}

fn lcov(mut seed: u64) -> String {
    let mut text = String::new();
    files(&mut seed, |seed, file| {
        write!(text, "TN:\nSF:src/f{file}.c\nFN:3,9,f{file}\n")
            .expect("a string");
        writeln!(text, "FNDA:{},f{file}", next(seed, 4)).expect("a string");
        for line in 3..9 {
            let taken = next(seed, 3);
            writeln!(text, "BRDA:{line},0,0,{taken}").expect("a string");
            writeln!(text, "DA:{line},{}", next(seed, 9)).expect("a string");
        }
        text += "end_of_record\n";
    });
    text
}

fn merge(folder: &Path, format: &str, output: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_coverage-merge"));
    command.current_dir(folder).args(["--format", format, "-o", output]);
    // What the matrix of Go's versions is given.
    command.args(["--on-conflict", "keep"]);
    command
}

fn run(command: &mut Command) {
    let status = command.status().expect("it starts");
    assert!(status.success(), "{command:?}");
}

/// Merges `shards` in `jobs` at once, and the jobs' results; and all in one.
fn tree(kind: &Kind, shards: u64, jobs: u64) {
    let folder = TempDir::new().expect("a temporary folder");
    let folder = folder.path();
    let name = |shard: u64| format!("shard{shard}.{}", kind.end);
    for shard in 0..shards {
        let text = (kind.shard)(shard + 1);
        fs::write(folder.join(name(shard)), text).expect("writable");
    }
    let partial = |job: u64| format!("partial{job}.{}", kind.end);
    let running = (0..jobs).map(|job| {
        let mut command = merge(folder, kind.format, &partial(job));
        let its_own = (0..shards).filter(|shard| shard % jobs == job);
        command.args(its_own.map(name)).spawn().expect("it starts")
    });
    for mut job in running.collect::<Vec<_>>() {
        assert!(job.wait().expect("it ends").success());
    }
    // The job that ended last may come first.
    run(merge(folder, kind.format, "tree").args((0..jobs).rev().map(partial)));
    run(merge(folder, kind.format, "once").args((0..shards).map(name)));
    let [tree, once] = ["tree", "once"]
        .map(|name| fs::read(folder.join(name)).expect("written"));
    assert!(once.len() > 2_000, "{}", once.len());
    assert!(tree == once, "{} jobs of {}", jobs, kind.format);
}

#[test]
fn a_matrix_of_thirty_jobs_makes_the_bytes_of_one_merge() {
    for kind in &KINDS {
        tree(kind, 1_000, 30);
    }
}

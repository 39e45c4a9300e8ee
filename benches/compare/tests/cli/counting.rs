//! `--instructions`, with a program that behaves as criterion's do and tools
//! that count by a known rule.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::results::Results;

fn script(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\n{text}")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// A program with one benchmark of ten nanoseconds and `each` instructions;
/// ten samples share what it is told to measure.
fn program(folder: &Path, name: &str, each: u32) -> PathBuf {
    let text = format!(
        r#"case "$*" in *--list*) echo "put: benchmark"; exit 0 ;; esac
while [ $# -gt 0 ]; do
    case "$1" in
        --save-baseline) baseline=$2 ;;
        --measurement-time) seconds=$2 ;;
    esac
    shift
done
n=$(awk "BEGIN {{ n = int($seconds * 1e7); print n < 1 ? 1 : n }}")
place="$CRITERION_HOME/put/$baseline"
mkdir -p "$place"
echo '{{"full_id":"put","throughput":null}}' > "$place/benchmark.json"
i=$n; t=$((10 * n))
echo "{{\"iters\":[$i,$i,$i,$i,$i,$i,$i,$i,$i,$i],\
\"times\":[$t,$t,$t,$t,$t,$t,$t,$t,$t,$t]}}" > "$place/sample.json"
echo $((10 * n + 1)) > "$CRITERION_HOME/iterations"
echo {each} > "$CRITERION_HOME/each"
echo "Completed 1 iterations in 10 nanoseconds, estimated execution time is 10 ns"
"#
    );
    script(folder, name, &text)
}

/// A million and more comes once, and 7 allocations do.
const VALGRIND: &str = r#"case "$1" in --version) exit 0 ;; esac
tool=$1
while case "$1" in --*) true ;; *) false ;; esac; do shift; done
"$@" || exit 1
n=$(cat "$CRITERION_HOME/iterations")
each=$(cat "$CRITERION_HOME/each")
case "$tool" in
    --tool=dhat) echo "==1== Total: $((500 + 64 * n)) bytes in $((7 + 2 * n)) blocks" ;;
    *) echo "==1== I   refs:   $((1234567 + each * n))" ;;
esac >&2
"#;

fn run(path: &str, results: &Results, each: [u32; 2], more: &[&str]) -> String {
    let folder = results.path().parent().unwrap().to_owned();
    let programs =
        [("first", each[0]), ("second", each[1])].map(|(name, each)| {
            program(&folder, name, each).to_str().unwrap().to_owned()
        });
    let all = ["run", &programs[0], &programs[1], "--rounds", "6"];
    let all = [&all[..], &["--instructions"], more].concat();
    let output = results.command(&all).env("PATH", path).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
        + &String::from_utf8_lossy(&output.stderr)
}

fn tools(results: &Results, valgrind: &str, perf: &str) -> String {
    let folder = results.path().parent().unwrap().join("tools");
    fs::create_dir(&folder).unwrap();
    script(&folder, "valgrind", valgrind);
    script(&folder, "perf", perf);
    format!("{}:{}", folder.display(), std::env::var("PATH").unwrap())
}

const UNSUPPORTED: &str = "echo '<not supported>,,instructions:u,0,,' >&2";

fn row<'a>(text: &'a str, block: &str) -> Vec<&'a str> {
    let rest = text.split_once(&format!("\n{block}\n")).unwrap().1;
    rest.lines().nth(1).unwrap().split_whitespace().collect()
}

#[test]
fn what_one_iteration_executes_and_allocates_is_counted() {
    let results = Results::new();
    let path = tools(&results, VALGRIND, UNSUPPORTED);
    let text = run(&path, &results, [40, 44], &[]);
    let instructions = row(&text, "instructions");
    assert_eq!(instructions[..4], ["put", "40", "44", "1.100"], "{text}");
    assert_eq!(*instructions.last().unwrap(), "more");
    assert_eq!(row(&text, "allocations")[..3], ["put", "2", "2"]);
    assert_eq!(row(&text, "bytes")[..3], ["put", "64", "64"]);
    assert!(text.contains("equal instructions are no proof"), "{text}");
}

#[test]
fn what_was_counted_is_saved_with_the_runs() {
    let results = Results::new();
    let path = tools(&results, VALGRIND, UNSUPPORTED);
    let folder = results.path().with_file_name("runs");
    let folder = folder.to_str().unwrap();
    let text = run(&path, &results, [40, 44], &["--save", folder]);
    let side = |name: &str| format!("{name}={folder}/{name}.json");
    let sides = [side("old"), side("new")];
    let read = results.run(&[&sides[0], &sides[1]], 0).stdout;
    for block in ["instructions", "allocations", "bytes"] {
        assert_eq!(row(&read, block), row(&text, block), "{block}");
    }
}

#[test]
fn a_change_below_the_minimum_effect_is_none() {
    let results = Results::new();
    let path = tools(&results, VALGRIND, UNSUPPORTED);
    let text = run(&path, &results, [1_000, 1_010], &[]);
    let row = row(&text, "instructions");
    assert_eq!((row[3], *row.last().unwrap()), ("1.010", "same"), "{text}");
}

#[test]
fn the_processor_counts_where_it_can() {
    let results = Results::new();
    let perf = r#"while [ "$1" != -- ] && [ $# -gt 1 ]; do shift; done
if [ "$1" = true ]; then n=0; each=0; else
    shift; "$@" || exit 1
    n=$(cat "$CRITERION_HOME/iterations"); each=$(cat "$CRITERION_HOME/each")
fi
echo "$((1000 + each * n)),,instructions:u,1,100.00,," >&2"#;
    let path = tools(&results, "exit 1", perf);
    let text = run(&path, &results, [40, 20], &[]);
    let instructions = row(&text, "instructions");
    assert_eq!(instructions[..4], ["put", "40", "20", "0.500"], "{text}");
    assert_eq!(*instructions.last().unwrap(), "fewer");
}

#[test]
fn without_any_tool_it_says_what_to_install() {
    let results = Results::new();
    let path = tools(&results, "exit 1", UNSUPPORTED);
    let text = run(&path, &results, [40, 40], &[]);
    assert!(text.contains("apt install valgrind"), "{text}");
}

#[test]
fn what_cannot_be_counted_is_named_and_the_times_are_shown() {
    let results = Results::new();
    let broken = "case \"$1\" in --version) exit 0 ;; esac\n\
                  echo 'unhandled instruction' >&2; exit 1";
    let path = tools(&results, broken, UNSUPPORTED);
    let text = run(&path, &results, [40, 40], &[]);
    assert!(text.contains("not counted: put of old"), "{text}");
    assert!(text.contains("unhandled instruction"), "{text}");
    assert!(text.contains("6 pairs"), "{text}");
}

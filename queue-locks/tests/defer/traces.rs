//! What real Go did, on each generation.
//!
//! `cargo xtask peers defer --differential 600 --record` makes the traces.

use queue_locks::defer::{
    FrameRecords, Generation, HeapRecords, OpenCoded, Rules,
};
use queue_locks::programs::{Program, machine};
use support::watchdog::watch;

/// A comment of two lines, then a program and its trace a line.
const RECORDED: &str = include_str!("traces.txt");

/// In Miri a few of them must do.
const MOST: usize = if cfg!(miri) { 4 } else { usize::MAX };

fn traces() -> impl Iterator<Item = (Program, Vec<&'static str>)> {
    let lines = RECORDED.lines().filter(|line| !line.starts_with('#'));
    lines.take(MOST).map(|line| {
        let (program, trace) = line.split_once('\t').expect("two columns");
        let program = program.parse().expect("a program");
        (program, trace.split(';').collect())
    })
}

fn does_what_go_did<G: Generation>() {
    for (program, trace) in traces() {
        let ours = machine::run::<G>(&program, Rules::Go1_27);
        assert_eq!(ours, trace, "{program}");
    }
}

#[test]
fn heap_records_do_what_go_did() {
    let _watched = watch();
    does_what_go_did::<HeapRecords>();
}

#[test]
fn frame_records_do_what_go_did() {
    let _watched = watch();
    does_what_go_did::<FrameRecords>();
}

#[test]
fn open_coded_calls_do_what_go_did() {
    let _watched = watch();
    does_what_go_did::<OpenCoded>();
}

/// The tests above say something only if the traces end in every way.
#[test]
#[cfg_attr(miri, ignore = "looks at the traces, and runs no unsafe")]
fn the_traces_end_in_every_way() {
    let _watched = watch();
    let count = |end: &str| {
        let has_it = |(_, trace): &(Program, Vec<&str>)| {
            trace.last().is_some_and(|line| line.contains(end))
        };
        traces().filter(has_it).count()
    };
    assert!(traces().count() >= 500);
    for end in ["END", "EXITED", "CRASH 1", "CRASH rt", "repanicked"] {
        assert!(count(end) >= 10, "{end}: {}", count(end));
    }
}

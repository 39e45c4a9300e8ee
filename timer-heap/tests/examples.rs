//! The examples, run as a user would.
#![cfg(not(loom))]

use std::process::Command;

use support::example::build_for_test;

/// Returns what an example prints.
fn run(example: &str) -> String {
    let output = Command::new(build_for_test(example))
        .output()
        .expect("the example runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{example}: {errors}");
    String::from_utf8(output.stdout).expect("it prints text")
}

#[test]
fn ten_thousand_timers_take_one_more_thread() {
    let text = run("ten_thousand");
    assert!(text.contains("10000 timers pending"), "{text}");
    assert!(text.contains("timer_heap::shared::Shared::serve"), "{text}");
    assert!(text.contains("ten_thousand::main"), "{text}");
    assert!(text.ends_with("10000 timers stopped\n"), "{text}");
    if cfg!(target_os = "linux") {
        assert!(text.contains("\n1 more thread than before"), "{text}");
        assert!(text.contains("its name: timerproc;"), "{text}");
    } else {
        assert!(text.contains("counted on Linux only"), "{text}");
    }
}

#[test]
fn a_user_of_tokio_finds_sleeps_timeouts_intervals_and_resets() {
    let expected = "\
slept
timeout: the deadline has elapsed
tick 1: on the grid: true
tick 2: on the grid: true
tick 3: on the grid: true
message 1
message 2
message 3
silence
";
    assert_eq!(run("from_tokio"), expected);
}

#[test]
fn a_user_of_go_finds_timers_tickers_and_select() {
    let expected = "\
AfterFunc has fired
Reset: it was pending: true
Stop: it was pending: false
tick 1
tick 2
tick 3
select: worked: true, ticked: true, then timed out
";
    assert_eq!(run("from_go"), expected);
}

#[test]
fn a_user_of_std_finds_sleeps_receives_and_a_clock_of_ones_own() {
    let expected = "\
slept, and not too short: true
called later
no tick within a millisecond
ticks: 3
reports end: true
backups in a day: 4
";
    assert_eq!(run("from_std"), expected);
}

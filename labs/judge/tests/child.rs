//! Whatever the reader's code does to its process, the judge lives and says
//! what it was.

use std::process::Command;
use std::time::Duration;
#[cfg(unix)]
use std::time::Instant;

use lab_judge::child::{Ended, Failure, run};
use lab_judge::report::Verdict;

/// Runs one of the tests below that misbehave.
fn misbehaving(name: &str, limit: Duration) -> Ended {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([name, "--exact", "--ignored", "--nocapture"]);
    command.env("RUST_BACKTRACE", "0");
    run(command, limit).expect("it can be started")
}

/// None of them takes as long, unless it hangs.
const LONG: Duration = Duration::from_secs(120);

#[test]
#[ignore = "misbehaves; run by the test of its name"]
fn sleeps() {
    loop {
        std::thread::park();
    }
}

#[test]
fn a_hang_is_ended_and_named() {
    let ended = misbehaving("sleeps", Duration::from_millis(200));
    assert_eq!(ended.failure, Some(Failure::Hang));
}

#[test]
#[ignore = "misbehaves; run by the test of its name"]
fn spins() {
    loop {
        std::hint::spin_loop();
    }
}

#[test]
fn a_loop_without_end_is_ended_and_named() {
    let ended = misbehaving("spins", Duration::from_millis(200));
    assert_eq!(ended.failure, Some(Failure::Hang));
}

#[test]
#[ignore = "misbehaves; run by the test of its name"]
fn recurses() {
    fn deeper(level: u64) -> u64 {
        if level == u64::MAX {
            return 0;
        }
        let kept = std::hint::black_box([level; 64]);
        deeper(level + 1).wrapping_add(kept[1])
    }
    std::hint::black_box(deeper(0));
}

#[test]
fn a_stack_overflow_is_named() {
    let ended = misbehaving("recurses", LONG);
    assert_eq!(ended.failure, Some(Failure::StackOverflow), "{ended:?}");
}

#[test]
#[ignore = "misbehaves; run by the test of its name"]
fn aborts() {
    std::process::abort();
}

#[test]
fn an_abort_is_named() {
    let ended = misbehaving("aborts", LONG);
    let failure = ended.failure.expect("it failed");
    assert_eq!(failure, Failure::Aborted, "{ended:?}");
    assert_eq!(failure.verdict(), Verdict::Aborted);
}

#[test]
#[ignore = "misbehaves; run by the test of its name"]
fn prints() {
    loop {
        println!("this is a line of the reader's, one of very many");
    }
}

#[test]
fn output_without_end_is_ended_and_the_beginning_kept() {
    let ended = misbehaving("prints", LONG);
    assert_eq!(ended.failure, Some(Failure::TooMuchOutput));
    assert!(ended.stdout.contains("a line of the reader's"));
    assert!(ended.stdout.len() < 100_000, "{}", ended.stdout.len());
}

#[test]
#[ignore = "misbehaves; run by the test of its name"]
fn exits() {
    std::process::exit(7);
}

#[test]
fn an_exit_is_named_with_its_code() {
    let ended = misbehaving("exits", LONG);
    assert_eq!(ended.failure, Some(Failure::Code(7)));
}

#[test]
#[ignore = "misbehaves; run by the test of its name"]
#[allow(clippy::zombie_processes, reason = "it is the point")]
fn leaves() {
    Command::new("sleep").arg("60").spawn().expect("sleep is there");
}

#[cfg(unix)]
#[test]
fn a_process_that_is_left_running_is_not_waited_for() {
    let start = Instant::now();
    let ended = misbehaving("leaves", LONG);
    assert_eq!(ended.failure, None, "{ended:?}");
    assert!(start.elapsed() < Duration::from_secs(50));
}

#[test]
#[ignore = "misbehaves; run by the test of its name"]
fn ends() {}

#[test]
fn a_process_that_ends_well_has_no_failure() {
    let ended = misbehaving("ends", LONG);
    assert_eq!(ended.failure, None);
    assert!(ended.stdout.contains("1 passed"), "{ended:?}");
}

#[test]
fn a_program_that_is_not_there_is_an_error() {
    assert!(run(Command::new("./no-such-program"), LONG).is_err());
}

//! Each wrong way goes wrong as it says, as the command shows it.

#![cfg(target_os = "linux")]

mod command;

use command::{Output, unc, without_user_namespaces};
use containers::lab::ALL;
use containers::probe::{Need, require};

fn lab(arguments: &[&str]) -> Output {
    let mut command = unc("lab");
    Output::of(command.args(arguments))
}

/// Takes a way whose outcomes are exact, and demands each of them.
fn shows(name: &str, expected: &[&str]) {
    let output = lab(&[name]);
    output.succeeds();
    let text = &output.stdout;
    assert!(!text.contains("SKIPPED"), "{text}");
    assert!(!text.contains("(expected: "), "{text}");
    let outcomes = text.lines().filter_map(|it| it.strip_prefix("      "));
    assert_eq!(outcomes.collect::<Vec<_>>(), expected, "{text}");
}

/// Returns how often something was seen of how many runs, for each line that
/// counts what is `wrong`.
fn rates(output: &Output, wrong: &str) -> Vec<[u32; 2]> {
    output.succeeds();
    let lines = output.stdout.lines();
    let counts = lines.filter_map(|line| line.trim().strip_suffix(wrong));
    counts
        .map(|counts| {
            let (count, runs) = counts.trim().split_once(" of ").unwrap();
            [count.parse().unwrap(), runs.parse().unwrap()]
        })
        .collect()
}

#[test]
fn all_are_listed_with_a_line_each() {
    let output = lab(&[]);
    output.succeeds();
    let lines: Vec<_> = output.stdout.lines().collect();
    assert_eq!(lines.len(), ALL.len());
    for (line, way) in lines.iter().zip(ALL) {
        assert!(line.starts_with(way.name) && line.ends_with(way.title));
        assert!(line.len() <= 80, "{line}");
    }
}

#[test]
fn an_unknown_name_and_no_runs_are_refused() {
    for arguments in [&["fork"][..], &["fork-lock", "--runs", "0"]] {
        assert_eq!(lab(arguments).code, Some(125), "{arguments:?}");
    }
}

#[test]
fn every_page_says_why_and_what_is_right_in_80_columns() {
    for way in ALL {
        let output = lab(&[way.name, "--runs", "1", "--heap", "0"]);
        output.succeeds();
        let text = &output.stdout;
        assert!(text.starts_with(&format!("{}: {}", way.name, way.title)));
        assert!(text.contains("\nWhy it goes wrong:\n  "), "{text}");
        assert!(text.contains("\nWhat is right instead:\n  "), "{text}");
        assert!(text.lines().all(|line| line.len() <= 80), "{text}");
    }
}

#[test]
fn a_lock_that_a_thread_holds_hangs_the_child() {
    let output = lab(&["fork-lock", "--runs", "3"]);
    let hangs = "      hangs for ever\n";
    assert_eq!(output.stdout.matches(hangs).count(), 2, "{}", output.stdout);
    let rates = rates(&output, "children hung");
    assert_eq!(rates.len(), 2);
    assert!(rates.iter().all(|[count, runs]| count <= runs && *runs == 3));
}

/// How often the raw clone hangs is chance; that fork does not is a promise
/// of the C library.
#[test]
fn a_child_of_fork_can_allocate() {
    let output = lab(&["clone-malloc", "--runs", "10"]);
    let rates = rates(&output, "children hung");
    assert_eq!(rates.len(), 3);
    if cfg!(target_env = "gnu") {
        assert_eq!(rates[2], [0, 10]);
    }
}

#[test]
fn threads_cannot_unshare_and_can_clone() {
    if require(Need::UserNamespace) {
        shows("unshare-threads", &["EINVAL", "done", "done"]);
    }
}

#[test]
fn joining_is_tried_as_often_as_asked() {
    if require(Need::UserNamespace) {
        let output = lab(&["joined-threads", "--runs", "20"]);
        let rates = rates(&output, "refused with EINVAL");
        assert!(matches!(rates[..], [[0..=20, 20]]), "{rates:?}");
    }
}

#[test]
fn the_death_signal_is_that_of_a_thread() {
    shows("death-signal", &["killed by signal 9", "lives"]);
}

#[test]
fn chroot_is_left_and_a_pivot_is_not() {
    if require(Need::OwnRoot) {
        let expected = ["reads a file of the host", "cannot: ENOENT"];
        shows("chroot-escape", &expected);
    }
}

#[test]
fn a_descriptor_of_the_host_reads_the_host() {
    if require(Need::OwnRoot) {
        let expected = ["reads a file of the host", "cannot: EBADF"];
        shows("leaked-descriptor", &expected);
    }
}

#[test]
fn a_symlink_leads_a_mount_out_of_the_root() {
    if require(Need::OwnRoot) {
        let host = "lands in the folder of the host";
        shows("symlink-target", &[host, host, "ELOOP"]);
    }
}

#[test]
fn the_first_process_ignores_sigterm_and_must_reap() {
    if require(Need::Container) {
        let expected = ["lives on", "ends", "a zombie", "gone"];
        shows("pid-1", &expected);
    }
}

/// The time is the machine's, the size of the tables is not: 8 bytes for each
/// page of 4 KiB, which are 256 KiB for this heap. A dozen tables of 4 KiB come
/// and go with what else is mapped, at other addresses in each process.
#[test]
#[cfg(target_arch = "x86_64")]
fn a_fork_copies_tables_as_large_as_the_heap_asks_for() {
    let output = lab(&["fork-cost", "--heap", "0,128", "--runs", "2"]);
    output.succeeds();
    let tables = |heap: &str| -> u64 {
        let mut lines = output.stdout.lines().map(str::trim_start);
        let line = lines.find(|line| line.starts_with(heap)).unwrap();
        line.split_whitespace().next_back().unwrap().parse().unwrap()
    };
    let (empty, large) = (tables("0 MiB"), tables("128 MiB"));
    assert!(large >= empty + 208, "{empty} and {large} KiB");
}

#[test]
fn what_cannot_be_shown_is_skipped_with_the_reason() {
    if !require(Need::UserNamespace) {
        return;
    }
    let mut command = unc("lab");
    without_user_namespaces(command.arg("chroot-escape"));
    let output = Output::of(&mut command);
    output.succeeds();
    let why = "SKIPPED: no user namespaces here: unshare: ENOSPC";
    assert_eq!(output.stdout.matches(why).count(), 2, "{}", output.stdout);
}

//! `cargo xtask` as typed at a prompt.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Output, Stdio};

fn xtask(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(args)
        .output()
        .expect("xtask runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn help_names_every_command() {
    let output = xtask(&["--help"]);
    assert!(output.status.success());
    let help = text(&output.stdout);
    for name in ["test", "tour", "book", "calibrate", "peers", "profile"] {
        let help = text(&xtask(&[name, "--help"]).stdout);
        let wide = help.lines().find(|line| line.chars().count() > 80);
        assert_eq!(wide, None, "{name}");
    }
    for command in ["book", "peers", "record", "test", "tour"] {
        assert!(help.contains(&format!("\n  {command} ")), "{help}");
    }
}

#[test]
fn the_list_of_steps_is_one_line_each() {
    let output = xtask(&["test", "--list"]);
    assert!(output.status.success());
    let list = text(&output.stdout);
    for step in [
        "fmt", "clippy", "unit", "fuzz", "narrow", "loom", "shuttle", "book",
        "tidy",
    ] {
        let first = |line: &&str| line.split_whitespace().next() == Some(step);
        assert_eq!(list.lines().filter(first).count(), 1, "{step}:\n{list}");
    }
}

#[test]
fn an_unknown_step_is_refused_with_the_known_ones() {
    let output = xtask(&["test", "everything"]);
    assert_eq!(output.status.code(), Some(2));
    let message = text(&output.stderr);
    assert!(message.contains("everything"), "{message}");
    assert!(message.contains("loom"), "{message}");
}

#[test]
fn a_step_alone_is_named_timed_and_summed_up() {
    let output = xtask(&["test", "fmt"]);
    let report = text(&output.stdout);
    assert!(report.contains("== fmt: "), "{report}");
    assert!(report.contains("step         result   seconds"), "{report}");
    assert!(!report.contains("clippy"), "{report}");
    assert!(!report.contains('\u{1b}'), "a pipe has no colours: {report}");
}

#[test]
fn the_book_is_served_on_a_free_port() {
    let mut serving = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["book", "--serve", "--port", "0"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("xtask runs");
    let stdout = serving.stdout.take().expect("stdout is piped");
    let address = BufReader::new(stdout)
        .lines()
        .map_while(Result::ok)
        .find_map(|line| {
            let address = line.strip_prefix("Serving:  http://")?;
            Some(address.to_owned())
        })
        .expect("the address is printed");

    let page = get(&address, "/timers/the-heap.html");
    let missing = get(&address, "/no-such-page.html");
    serving.kill().expect("it still serves");
    serving.wait().expect("it ends");
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(page.contains("<title>The heap"), "{page}");
    assert!(page.contains("livereload"), "a change would not be shown");
    assert!(missing.starts_with("HTTP/1.1 404"), "{missing}");
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("it listens");
    let request = format!("GET {path} HTTP/1.1\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    answer
}

#[test]
fn a_benchmark_that_cannot_be_is_refused_before_anything_is_built() {
    let output = xtask(&["profile", "timers/fyre/1000/hole"]);
    assert_eq!(output.status.code(), Some(2));
    let message = text(&output.stderr);
    assert!(message.contains("fyre"), "{message}");
    assert!(!message.contains("Compiling"), "{message}");
}

#[test]
fn words_complete_in_the_shell_and_the_manual_is_printed() {
    let script = text(&xtask(&["completions", "bash"]).stdout);
    assert!(script.contains("cargo xtask names"), "{script}");
    let page = text(&xtask(&["man"]).stdout);
    assert!(page.contains(".SH \"cargo-xtask tour\""), "{page}");
    for (typed, word) in [
        (&[][..], "tour"),
        (&["tour"], "--rounds"),
        (&["tour", "--only"], "timers"),
        (&["test"], "narrow"),
    ] {
        let output = xtask(&[&["names", "--"], typed].concat());
        let names = text(&output.stdout);
        assert!(names.lines().any(|it| it == word), "{typed:?}: {names}");
    }
}

#[test]
fn what_would_measure_or_compare_nothing_is_refused() {
    for (subject, option) in [
        ("containers", "--rounds"),
        ("coverage", "--rounds"),
        ("defer", "--rounds"),
        ("finalizers", "--differential"),
        ("timers", "--rounds"),
    ] {
        // Elsewhere the command has another reason to refuse.
        if subject == "containers" && cfg!(not(target_os = "linux")) {
            continue;
        }
        let output = xtask(&["peers", subject, option, "0"]);
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{subject}: {message}");
        let expected = format!("error: {option} 0 ");
        assert!(message.starts_with(&expected), "{subject}: {message}");
    }
}

#[cfg(unix)]
#[test]
fn a_reader_who_has_gone_ends_a_command_without_a_word() {
    let (reader, writer) = std::io::pipe().expect("there are pipes");
    drop(reader);
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let output = command.arg("man").stdout(writer).stderr(Stdio::piped());
    let output = output.spawn().unwrap().wait_with_output().unwrap();
    assert_eq!(text(&output.stderr), "");
    assert_eq!(output.status.code(), Some(2));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_and_no_panic() {
    let full = || std::fs::File::create("/dev/full").expect("Linux has it");
    for args in [&["man"][..], &["completions", "bash"], &["test", "--list"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        let output = command.args(args).stdout(full()).stderr(Stdio::piped());
        let output = output.spawn().unwrap().wait_with_output().unwrap();
        let message = text(&output.stderr);
        let expected = "error: failed printing to stdout: No space left";
        assert!(message.starts_with(expected), "{args:?}: {message}");
        assert_eq!(message.lines().count(), 1, "{args:?}: {message}");
        assert_eq!(output.status.code(), Some(2), "{args:?}");
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let refused = command.args(["profile", "nope"]).stderr(full());
    assert_eq!(refused.status().expect("xtask runs").code(), Some(2));
}

/// The third step is never begun, nor waited for.
#[cfg(target_os = "linux")]
#[test]
fn steps_that_cannot_be_reported_end_the_run() {
    let full = std::fs::File::create("/dev/full").expect("Linux has it");
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(["test", "fmt", "fmt", "fmt"]).stdout(full);
    // Not over the logs of a run that this test is a part of.
    let target = tempfile::tempdir().expect("a temporary folder");
    command.env("CARGO_TARGET_DIR", target.path());
    // It would say first what becomes of them.
    for flags in ["CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS"] {
        command.env_remove(flags);
    }
    let output = command.stderr(Stdio::piped()).spawn().unwrap();
    let output = output.wait_with_output().unwrap();
    let expected = "error: No space left on device (os error 28)\n";
    assert_eq!(text(&output.stderr), expected);
    assert_eq!(output.status.code(), Some(2));
}

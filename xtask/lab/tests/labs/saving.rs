//! What a reader saves: code that does not compile, and one stage more while
//! the command watches.

use std::io::{BufRead, BufReader};

use crate::desk::{Desk, failed, words};
use crate::{is_all, left_out, solution};

#[test]
#[ignore = "run by cargo xtask test labs"]
fn code_that_does_not_compile_is_quoted_from_the_compiler() {
    let desk = Desk::new("heap", "saving");
    desk.write("fn up() -> usize { true }\n");
    let report = desk.check();
    let (_, gate) = failed(&report).expect("it does not compile");
    assert_eq!(gate["verdict"], "not-compiled");
    let words = words(gate);
    assert!(words.contains("mismatched types"), "{words}");
    assert!(words.contains("src/lib.rs:1"), "{words}");
}

#[test]
#[ignore = "run by cargo xtask test labs"]
fn each_save_is_judged_while_it_watches() {
    if !is_all() {
        return left_out("a lab that is watched");
    }
    let _watched = support::watchdog::watch();
    let desk = Desk::new("heap", "watched");
    desk.run("start", &[]);
    let mut child = desk.spawn("check", &["--watch"]);
    let stdout = child.stdout.take().expect("stdout is piped");
    let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
    let mut judged = || -> Vec<String> {
        let is_end = |line: &String| line.starts_with("Waiting for a save");
        lines.by_ref().take_while(|line| !is_end(line)).collect()
    };
    let first = judged().join("\n");
    assert!(first.contains("0 of 4 stages passed"), "{first}");
    desk.write(&solution("heap", 1));
    let second = judged().join("\n");
    assert!(second.contains("1 of 4 stages passed"), "{second}");
    child.kill().expect("it runs");
    child.wait().expect("it has ended");
}

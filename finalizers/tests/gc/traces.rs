//! What real Go did with random programs, our heap must do too.

use finalizers::traces::{random, trace};
use support::watchdog::watch;

/// Made by Go 1.27.3: see `peers/traces`.
const BY_GO: &str = include_str!("traces.txt");

/// Miri takes seconds for each.
const STEP: usize = if cfg!(miri) { 100 } else { 1 };

#[test]
fn each_trace_is_that_of_real_go() {
    let _watched = watch();
    let mut count = 0;
    for line in BY_GO.lines().step_by(STEP) {
        let (program, by_go) = line.split_once(" = ").unwrap();
        assert_eq!(trace(program).unwrap(), by_go, "{program}");
        count += 1;
    }
    assert!(count >= 250 / STEP, "{count}");
}

#[test]
fn programs_are_random_and_do_something() {
    let programs: Vec<_> = (0..50).map(random).collect();
    for verb in ["l", "u", "f", "r", "x", "c", "w", "d"] {
        let words = || programs.iter().flat_map(|p| p.split(' '));
        assert!(words().any(|word| word.starts_with(verb)), "no {verb}");
    }
    assert!(programs.windows(2).all(|pair| pair[0] != pair[1]));
}

#[test]
fn what_is_no_word_is_named() {
    for word in ["q0", "n", "nx", "l01", "l091", "é", "f01"] {
        let error = trace(word).unwrap_err();
        assert!(error.contains(word), "{error}");
    }
}

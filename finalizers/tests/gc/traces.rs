//! What real Go did with random programs, our heap must do too.

use finalizers::traces::{random, trace};
use support::watchdog::watch;

/// Made by Go 1.27.3: see `peers/traces`.
const BY_GO: &str = include_str!("traces.txt");

/// How many there are at least, and how many run. Miri takes seconds for each.
const LEAST: usize = if cfg!(miri) { 1 } else { 250 };
const MOST: usize = if cfg!(miri) { 1 } else { usize::MAX };

#[test]
fn each_trace_is_that_of_real_go() {
    let _watched = watch();
    let mut count = 0;
    for line in BY_GO.lines().take(MOST) {
        let (program, by_go) = line.split_once(" = ").unwrap();
        assert_eq!(trace(program).unwrap(), by_go, "{program}");
        count += 1;
    }
    assert!(count >= LEAST, "{count}");
}

#[test]
#[cfg_attr(miri, ignore = "looks at texts, and runs no heap")]
fn programs_are_random_and_do_something() {
    let programs: Vec<_> = (0..50).map(random).collect();
    for verb in ["l", "u", "f", "r", "x", "c", "w", "d"] {
        let words = || programs.iter().flat_map(|p| p.split(' '));
        assert!(words().any(|word| word.starts_with(verb)), "no {verb}");
    }
    assert!(programs.windows(2).all(|pair| pair[0] != pair[1]));
}

/// A report names a seed, which has to mean the same elsewhere.
#[test]
#[cfg_attr(miri, ignore = "looks at texts, and runs no heap")]
fn a_seed_means_the_same_program_everywhere() {
    let programs = [
        (
            0,
            "n0 n1 n2 n3 n4 n5 n6 u00 w4 l225 l606 l611 d0 d1 d2 d3 d4 d5 d6 g g g",
        ),
        (
            1,
            "n0 n1 n2 n3 n4 n5 n6 w1 l515 d0 r0 w3 f5 c0 r3 l002 l310 l600 \
             l314 x2 f4 w2 l016 g u30 r1 f5 c2 w2 d6 w4 l303 l601 l420 l001 \
             f2 d0 d1 d2 d3 d4 d5 d6 g g g",
        ),
        (
            5,
            "n0 n1 n2 l120 f2 c1 g c0 f0 l020 w2 x1 l102 w2 f0 f1 l012 l120 d0 d1 d2 g g g",
        ),
    ];
    for (seed, text) in programs {
        assert_eq!(random(seed), text);
    }
}

#[test]
#[cfg_attr(miri, ignore = "looks at texts, and runs no heap")]
fn what_is_no_word_is_named() {
    for word in ["q0", "n", "nx", "l01", "l091", "l031", "u03", "é", "f01"] {
        let error = trace(word).unwrap_err();
        assert!(error.contains(word), "{error}");
    }
}

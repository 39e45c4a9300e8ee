//! Your rank test.
//!
//! Write what stands between the lines `YOUR CODE` and `END`, stage by stage,
//! and let it be judged: `cargo lab check rank-test`. The page of the lab in
//! the book says what each stage is about; `cargo lab hint rank-test` says
//! more.

#![allow(dead_code, reason = "later stages use them")]

use lab_judge::rank_test::RankTest;

// YOUR CODE: ranks
/// Returns the doubled mid-ranks of all values in order, and their sum over
/// `new`. Doubled, because a mid-rank may end in a half.
fn ranks(old: &[f64], new: &[f64]) -> (Vec<usize>, usize) {
    todo!(
        "stage 1: put {} old and {} new values in order and number them from \
         1; equal ones share the mean of their numbers",
        old.len(),
        new.len()
    )
}
// END: ranks

// YOUR CODE: ways
/// Returns how many choices of `chosen` of the ranks have each sum: the entry
/// at 7 says how many have the sum 7.
fn ways(ranks: &[usize], chosen: usize) -> Vec<f64> {
    todo!(
        "stage 2: count the choices of {chosen} of {} ranks by their sums, \
         without listing them",
        ranks.len()
    )
}
// END: ways

// YOUR CODE: both
// END: both

// YOUR CODE: p
/// Returns how likely ranks this uneven are by chance.
fn p(old: &[f64], new: &[f64]) -> f64 {
    let (ranks, _seen) = ranks(old, new);
    let _ways = ways(&ranks, new.len());
    todo!(
        "stage 3: the share of all choices whose sum is at least as far from \
         the mean as the one that was seen, in either direction"
    )
}
// END: p

// YOUR CODE: ends
// END: ends

// YOUR CODE: interval
/// Returns the shifts from old to new that the test does not reject.
fn interval(old: &[f64], new: &[f64], alpha: f64) -> Option<(f64, f64)> {
    let _p = p(old, new);
    todo!(
        "stage 4: subtract a shift from new and test again; return the first \
         and the last difference between which p is above {alpha}"
    )
}
// END: interval

/// Your test, as the judge calls it.
#[derive(Debug)]
pub struct MyTest;

impl RankTest for MyTest {
    fn ranks(old: &[f64], new: &[f64]) -> (Vec<usize>, usize) {
        ranks(old, new)
    }

    fn ways(ranks: &[usize], chosen: usize) -> Vec<f64> {
        ways(ranks, chosen)
    }

    fn p(old: &[f64], new: &[f64]) -> f64 {
        p(old, new)
    }

    fn interval(old: &[f64], new: &[f64], alpha: f64) -> Option<(f64, f64)> {
        interval(old, new, alpha)
    }
}

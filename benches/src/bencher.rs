//! One benchmark, in both of its passes.

use std::fmt;
use std::hint::black_box;

use criterion::BatchSize;
use criterion::measurement::WallTime;

use crate::cost::{Cost, Stopwatch};

/// Iterations whose allocations are counted.
pub(crate) const COUNTED: u64 = 10;

/// Criterion's bencher in the timed pass; in the other one it counts.
///
/// The counting pass runs some iterations after a first one, which may warm
/// things up, and takes their mean.
pub struct Bencher<'pass, 'criterion> {
    pub(crate) pass: Pass<'pass, 'criterion>,
}

pub(crate) enum Pass<'pass, 'criterion> {
    Timed(&'pass mut criterion::Bencher<'criterion, WallTime>),
    Counted(Option<Cost>),
}

impl fmt::Debug for Bencher<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pass = match self.pass {
            Pass::Timed(_) => "timed",
            Pass::Counted(_) => "counted",
        };
        f.debug_struct("Bencher").field("pass", &pass).finish()
    }
}

impl Bencher<'_, '_> {
    /// Measures `routine`.
    pub fn iter<O>(&mut self, mut routine: impl FnMut() -> O) {
        match &mut self.pass {
            Pass::Timed(bencher) => bencher.iter(routine),
            Pass::Counted(cost) => {
                black_box(routine());
                let stopwatch = Stopwatch::start();
                for _ in 0..COUNTED {
                    black_box(routine());
                }
                *cost = Some(stopwatch.elapsed());
            }
        }
    }

    /// Measures `routine`, without the `setup` of what it is given.
    pub fn iter_batched_ref<I, O>(
        &mut self,
        mut setup: impl FnMut() -> I,
        mut routine: impl FnMut(&mut I) -> O,
        size: BatchSize,
    ) {
        match &mut self.pass {
            Pass::Timed(bencher) => {
                bencher.iter_batched_ref(setup, routine, size);
            }
            Pass::Counted(cost) => {
                let once = || {
                    let mut input = setup();
                    let stopwatch = Stopwatch::start();
                    let output = black_box(routine(&mut input));
                    let cost = stopwatch.elapsed();
                    drop(output);
                    cost
                };
                *cost = Some(sum_after_first(once));
            }
        }
    }

    /// Lets `routine` measure as many iterations as it is told.
    pub fn iter_custom(&mut self, mut routine: impl FnMut(u64) -> Cost) {
        match &mut self.pass {
            Pass::Timed(bencher) => {
                bencher.iter_custom(|iterations| routine(iterations).time);
            }
            Pass::Counted(cost) => {
                routine(1);
                *cost = Some(routine(COUNTED));
            }
        }
    }
}

fn sum_after_first(mut once: impl FnMut() -> Cost) -> Cost {
    once();
    (0..COUNTED).map(|_| once()).sum()
}

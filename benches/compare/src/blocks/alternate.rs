//! Blocks of the variants of one row, in turns.

use std::fmt;
use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::samples::Samples;

/// How long a block is meant to be: long beside reading the clock, and short
/// beside the time slices of a system that has other things to do.
const BLOCK: Duration = Duration::from_micros(200);

/// However short the time: enough blocks for a median.
const LEAST_BLOCKS: usize = 25;

/// How often a time that fills a block is looked at again.
const TRIES: usize = 6;

/// What takes no time for so many iterations measures nothing.
const MOST_ITERATIONS: u64 = 1 << 30;

/// Returns how long so many iterations took.
type Routine = Box<dyn FnMut(u64) -> Duration>;

/// The variants of one row, the base first.
#[derive(Default)]
pub struct Variants(Vec<(String, Routine)>);

impl Variants {
    /// Adds what is to be measured, all of it.
    pub fn add<O>(
        &mut self,
        name: impl Into<String>,
        mut routine: impl FnMut() -> O + 'static,
    ) -> &mut Self {
        self.add_custom(name, move |iterations| {
            let start = Instant::now();
            for _ in 0..iterations {
                black_box(routine());
            }
            start.elapsed()
        })
    }

    /// Adds a routine that measures as many iterations as it is told, and
    /// returns their time without that of what it prepares and checks.
    pub fn add_custom(
        &mut self,
        name: impl Into<String>,
        routine: impl FnMut(u64) -> Duration + 'static,
    ) -> &mut Self {
        self.0.push((name.into(), Box::new(routine)));
        self
    }

    /// Returns the names, in the order in which they were added.
    pub fn names(&self) -> Vec<String> {
        self.0.iter().map(|(name, _)| name.clone()).collect()
    }

    /// Runs each of them once, to see that they work.
    pub(crate) fn once(&mut self) {
        for (_, routine) in &mut self.0 {
            routine(1);
        }
    }

    /// Measures blocks in turns, as many as fill `time` on a machine that has
    /// nothing else to do, and at least [25](LEAST_BLOCKS) of each; returns the
    /// blocks of each variant, the n-th of all next to each other in time. Who
    /// comes first is drawn for each turn.
    ///
    /// # Errors
    ///
    /// The name of a variant that takes no time.
    pub(crate) fn alternate(
        &mut self,
        time: Duration,
    ) -> Result<Vec<Samples>, String> {
        let plan = self.plan()?;
        let turn: f64 = plan.iter().map(|block| block.time).sum();
        let turns = (time.as_nanos() as f64 / turn) as usize;
        let mut blocks = vec![Samples::default(); self.0.len()];
        let mut random = fastrand::Rng::with_seed(1);
        let mut order: Vec<usize> = (0..self.0.len()).collect();
        for _ in 0..turns.max(LEAST_BLOCKS) {
            random.shuffle(&mut order);
            for &index in &order {
                let (name, routine) = &mut self.0[index];
                let count = plan[index].iterations;
                let time = routine(count);
                if time.is_zero() {
                    return Err(name.clone());
                }
                blocks[index].iterations.push(count as f64);
                blocks[index].times.push(time.as_nanos() as f64);
            }
        }
        Ok(blocks)
    }

    /// Returns what a block of each has. Those of about one cost get equal
    /// blocks, so that what comes with a block is equal too.
    fn plan(&mut self) -> Result<Vec<Plan>, String> {
        let fitting = |(name, routine): &mut (String, Routine)| {
            fitting(routine).ok_or_else(|| name.clone())
        };
        let mut all: Vec<Plan> =
            self.0.iter_mut().map(fitting).collect::<Result<_, _>>()?;
        let least = all.iter().map(|it| it.iterations).min().unwrap_or(1);
        if all.iter().all(|it| it.iterations <= 2 * least) {
            for block in &mut all {
                block.time *= least as f64 / block.iterations as f64;
                block.iterations = least;
            }
        }
        Ok(all)
    }
}

/// A block that is going to be measured.
#[derive(Clone, Copy, Debug)]
struct Plan {
    iterations: u64,
    /// What it takes if nothing disturbs it, with what is not measured, in
    /// nanoseconds.
    time: f64,
}

impl fmt::Debug for Variants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Variants").field(&self.names()).finish()
    }
}

/// Returns how many iterations fill a block, warming up meanwhile; nothing for
/// what takes no time.
fn fitting(routine: &mut Routine) -> Option<Plan> {
    let mut count = 1;
    while count < MOST_ITERATIONS {
        let (time, all) = undisturbed(routine, count);
        if time >= BLOCK / 4 {
            let fit = BLOCK.as_nanos() as f64 / time.as_nanos() as f64;
            let iterations = ((fit * count as f64) as u64).max(1);
            let by = iterations as f64 / count as f64;
            let time = all.max(time).as_nanos() as f64 * by;
            return Some(Plan { iterations, time });
        }
        count *= 2;
    }
    None
}

/// Returns the least time of some tries, because one may be interrupted, and
/// the least that it took with what is not measured; what really takes long
/// is not tried again.
fn undisturbed(routine: &mut Routine, count: u64) -> (Duration, Duration) {
    let mut once = || {
        let start = Instant::now();
        (routine(count), start.elapsed())
    };
    let mut least = once();
    for _ in 0..TRIES {
        if least.0 < BLOCK / 4 || least.0 > 100 * BLOCK {
            break;
        }
        let (time, all) = once();
        least = (least.0.min(time), least.1.min(all));
    }
    least
}

/// Returns the median of the log ratios, new by old, of blocks that were
/// neighbours.
///
/// ```
/// use bench_compare::blocks::alternate::log_ratio;
/// use bench_compare::samples::Samples;
///
/// let blocks = |times: &[f64]| Samples {
///     iterations: vec![10.0; times.len()],
///     times: times.to_vec(),
/// };
/// // The machine slows down, and one block is disturbed.
/// let old = blocks(&[100.0, 200.0, 400.0]);
/// let new = blocks(&[110.0, 999.0, 440.0]);
/// assert!((log_ratio(&old, &new).unwrap().exp() - 1.1).abs() < 1e-12);
/// ```
pub fn log_ratio(old: &Samples, new: &Samples) -> Option<f64> {
    let [old, new] = [old, new].map(Samples::per_iteration);
    let ratios: Vec<f64> =
        old.iter().zip(&new).map(|(old, new)| (new / old).ln()).collect();
    (!ratios.is_empty()).then(|| crate::stats::median(&ratios))
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;

    /// A machine of which nothing is real: its speed wanders, and now and
    /// then somebody else has the processor for three milliseconds.
    fn machine(seed: u64, ratio: f64) -> Variants {
        let state =
            Rc::new(RefCell::new((fastrand::Rng::with_seed(seed), 1.0_f64)));
        let routine = |cost: f64| {
            let state = Rc::clone(&state);
            move |iterations: u64| {
                let (random, speed) = &mut *state.borrow_mut();
                *speed =
                    (*speed * (0.99 + 0.02 * random.f64())).clamp(0.5, 2.0);
                let others = if random.u32(0..5) == 0 { 3e6 } else { 0.0 };
                let jitter = 1.0 + 0.02 * random.f64();
                let time = cost * iterations as f64 * *speed * jitter + others;
                Duration::from_nanos(time as u64)
            }
        };
        let mut variants = Variants::default();
        variants.add_custom("old", routine(1_000.0));
        variants.add_custom("new", routine(1_000.0 * ratio));
        variants
    }

    fn of(seed: u64, ratio: f64) -> f64 {
        let blocks = machine(seed, ratio).alternate(Duration::ZERO).unwrap();
        assert_eq!(blocks[0].times.len(), LEAST_BLOCKS);
        log_ratio(&blocks[0], &blocks[1]).unwrap().exp()
    }

    #[test]
    fn neither_drift_nor_interruptions_reach_the_ratio() {
        for ratio in [0.5, 1.0, 1.1, 40.0] {
            for seed in 0..20 {
                let found = of(seed, ratio) / ratio;
                assert!((found - 1.0).abs() < 0.02, "{ratio}: {found}");
            }
        }
    }

    #[test]
    fn blocks_are_short_and_equal_where_the_cost_is() {
        let counts = |mut variants: Variants| -> Vec<u64> {
            let plan = variants.plan().unwrap();
            plan.iter().map(|block| block.iterations).collect()
        };
        let far = counts(machine(1, 40.0));
        let counts = counts(machine(1, 1.2));
        assert_eq!(counts[0], counts[1]);
        assert!(far[0] > 10 * far[1], "{far:?}");
        // A thousand of a microsecond would be the millisecond.
        assert!(counts[0] <= 500 && counts[0] >= 10, "{counts:?}");
    }

    #[test]
    fn what_takes_longer_than_a_block_is_a_block_each() {
        let mut variants = Variants::default();
        variants.add_custom("slow", |n| Duration::from_millis(5) * n as u32);
        let blocks = variants.alternate(Duration::ZERO).unwrap();
        assert!(blocks[0].iterations.iter().all(|&count| count == 1.0));
    }

    #[test]
    fn a_routine_without_time_is_named() {
        let mut variants = Variants::default();
        variants.add_custom("stopped", |_| Duration::ZERO);
        assert_eq!(variants.alternate(Duration::ZERO).unwrap_err(), "stopped");
    }
}

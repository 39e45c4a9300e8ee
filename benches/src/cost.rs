//! What a stretch of code spends: time, and what its thread allocates.

use std::iter::Sum;
use std::ops::AddAssign;
use std::time::{Duration, Instant};

use crate::allocator::{Counts, counts};

/// Time, and allocations where they were counted.
///
/// ```
/// use std::time::Duration;
/// use benches::cost::{Cost, Stopwatch};
///
/// let stopwatch = Stopwatch::start();
/// let text = std::hint::black_box("four".to_owned());
/// let cost = stopwatch.elapsed();
/// assert_eq!(cost.allocations(), Some(1.0));
/// assert_eq!(cost.bytes(), Some(text.len() as f64));
///
/// let known = Cost::from(Duration::from_secs(1));
/// assert_eq!(known.allocations(), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// The time.
    pub time: Duration,
    /// Allocations and bytes; a share of a stretch need not be whole.
    counts: Option<[f64; 2]>,
}

/// Reads the clock and this thread's counts, twice.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch {
    before: Counts,
    start: Instant,
}

impl Cost {
    /// Nothing at all.
    pub const NOTHING: Self =
        Self { time: Duration::ZERO, counts: Some([0.0; 2]) };

    /// Returns how many calls got memory.
    pub fn allocations(&self) -> Option<f64> {
        self.counts.map(|[allocations, _]| allocations)
    }

    /// Returns how many bytes were asked for.
    pub fn bytes(&self) -> Option<f64> {
        self.counts.map(|[_, bytes]| bytes)
    }

    /// Returns a share of it, or a multiple.
    #[must_use]
    pub fn mul_f64(self, by: f64) -> Self {
        Self {
            time: self.time.mul_f64(by),
            counts: self.counts.map(|counts| counts.map(|count| count * by)),
        }
    }
}

/// A time that is known without a stopwatch; nothing was counted.
impl From<Duration> for Cost {
    fn from(time: Duration) -> Self {
        Self { time, counts: None }
    }
}

impl AddAssign for Cost {
    fn add_assign(&mut self, more: Self) {
        self.time += more.time;
        self.counts =
            self.counts.zip(more.counts).map(|([a, b], [c, d])| [a + c, b + d]);
    }
}

impl Sum for Cost {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::NOTHING, |mut sum, cost| {
            sum += cost;
            sum
        })
    }
}

impl Stopwatch {
    /// Starts to count.
    #[inline]
    pub fn start() -> Self {
        let before = counts();
        Self { before, start: Instant::now() }
    }

    /// Returns what was spent since the start.
    #[inline]
    pub fn elapsed(self) -> Cost {
        let time = self.start.elapsed();
        let now = counts();
        let since = |now: u64, then: u64| (now - then) as f64;
        Cost {
            time,
            counts: Some([
                since(now.allocations, self.before.allocations),
                since(now.bytes, self.before.bytes),
            ]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::hint::black_box;

    #[test]
    fn sums_and_shares_are_of_all_that_was_counted() {
        let stopwatch = Stopwatch::start();
        drop(black_box(Box::new([0_u8; 24])));
        let one = stopwatch.elapsed();
        let three: Cost = [one, one, one].into_iter().sum();
        assert_eq!(three.time, one.time * 3);
        assert_eq!(
            (three.allocations(), three.bytes()),
            (Some(3.0), Some(72.0))
        );
        assert_eq!(three.mul_f64(0.5).allocations(), Some(1.5));
        let uncounted = Cost::from(one.time);
        assert_eq!([one, uncounted].into_iter().sum::<Cost>().bytes(), None);
    }
}

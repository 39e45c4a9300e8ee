//! How far an `Instant` is from the first one of a clock, as a number.
//!
//! An `Instant` shows no number. Its difference is a function of `std` that is
//! not inlined, and takes as long as starting a timer does otherwise. But its
//! `Hash` is derived, so that it is compiled here and hands each field to the
//! hasher: one that keeps what it is given knows the seconds and the
//! nanoseconds.
//!
//! What is hashed is no promise of `std`. So each epoch tries first whether the
//! fields are what they seem, and subtracts if they are not.

use std::hash::{Hash, Hasher};
use std::time::{Duration, Instant};

/// Seconds of so few bits, 272 years, cannot overflow as nanoseconds.
const SPAN: u64 = 1 << 33;

/// The last deadline there is; the far future.
pub(crate) const FOREVER: i64 = i64::MAX - 1;

/// The first deadline there is. A distance to it is a number still, since
/// clocks begin at zero.
const LONG_AGO: i64 = -FOREVER / 2;

const SECOND: i64 = 1_000_000_000;

/// An instant to count from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Epoch {
    origin: Instant,
    /// The seconds of the origin, if it hashes them.
    seconds: i64,
    /// Its nanoseconds, or zero for one that is at a whole second: then no
    /// distance of instants in that second is below zero.
    nanos: i64,
    /// For how many seconds the fields may be trusted: none if they are not
    /// what they seem.
    span: u64,
}

/// The fields of an instant, if it hashes them.
#[derive(Clone, Copy, Debug, Default)]
struct Fields {
    seconds: i64,
    nanos: u32,
}

impl Fields {
    #[inline(always)]
    fn of(instant: Instant) -> Self {
        let mut fields = Self::default();
        instant.hash(&mut fields);
        fields
    }
}

impl Hasher for Fields {
    fn finish(&self) -> u64 {
        0
    }

    fn write(&mut self, _: &[u8]) {}

    #[inline(always)]
    fn write_i64(&mut self, seconds: i64) {
        self.seconds = seconds;
    }

    #[inline(always)]
    fn write_u64(&mut self, seconds: u64) {
        self.seconds = seconds as i64;
    }

    #[inline(always)]
    fn write_u32(&mut self, nanos: u32) {
        self.nanos = nanos;
    }
}

impl Epoch {
    /// Returns an epoch that begins now, or less than a second ago.
    pub(crate) fn new() -> Self {
        let now = Instant::now();
        let part = Duration::from_nanos(Fields::of(now).nanos.into());
        Self::of(now.checked_sub(part).unwrap_or(now))
    }

    /// Returns an epoch that begins now.
    pub(crate) fn exact() -> Self {
        Self::of(Instant::now())
    }

    fn of(origin: Instant) -> Self {
        let Fields { seconds, nanos } = Fields::of(origin);
        let mut epoch =
            Self { origin, seconds, nanos: nanos.into(), span: SPAN };
        if !epoch.counts_right() {
            epoch.span = 0;
        }
        epoch
    }

    /// Returns true if the fields give the right distances.
    fn counts_right(&self) -> bool {
        // Each has other seconds and other nanoseconds than the one before.
        let tries = (0..16).map(|n| n * 1_618_033_988_749_894);
        tries.into_iter().all(|nanos| {
            let later = self.origin + Duration::from_nanos(nanos);
            self.quick(later) == Some(nanos as i64)
        })
    }

    /// Returns the nanoseconds from here to an instant, less than zero if it is
    /// before: [`FOREVER`] and [`LONG_AGO`] if it is too far.
    #[inline(always)]
    pub(crate) fn nanos_to(&self, instant: Instant) -> i64 {
        match self.quick(instant) {
            Some(nanos) => nanos,
            None => self.subtract(instant),
        }
    }

    #[inline(always)]
    fn quick(&self, instant: Instant) -> Option<i64> {
        let Fields { seconds, nanos } = Fields::of(instant);
        let seconds = seconds.wrapping_sub(self.seconds);
        if seconds as u64 >= self.span {
            return None;
        }
        Some(seconds * SECOND + i64::from(nanos) - self.nanos)
    }

    #[cold]
    #[inline(never)]
    fn subtract(&self, instant: Instant) -> i64 {
        match self.origin.checked_duration_since(instant) {
            Some(before) => (-nanos(before)).max(LONG_AGO),
            None => nanos(instant - self.origin).min(FOREVER),
        }
    }

    /// Returns the instant so many nanoseconds from here, or here if the system
    /// has none that is so long ago.
    #[inline]
    pub(crate) fn instant(&self, nanos: i64) -> Instant {
        let distance = Duration::from_nanos(nanos.unsigned_abs());
        if nanos < 0 {
            self.origin.checked_sub(distance).unwrap_or(self.origin)
        } else {
            self.origin + distance
        }
    }
}

/// Returns a duration in nanoseconds, or more than [`FOREVER`].
#[inline]
pub(crate) fn nanos(duration: Duration) -> i64 {
    let seconds = duration.as_secs();
    if seconds >= SPAN {
        return i64::MAX;
    }
    seconds as i64 * SECOND + i64::from(duration.subsec_nanos())
}

#[cfg(test)]
#[cfg(not(loom))]
mod tests {
    use super::*;

    /// Instants around the epoch and its seconds, and far from it.
    fn instants(epoch: &Epoch) -> Vec<Instant> {
        let mut instants = Vec::new();
        for seconds in [0, 1, 2, 3_600, 1 << 31, SPAN - 1, SPAN, SPAN + 1] {
            for nanos in [0, 1, 2, 499_999_999, 500_000_000, 999_999_999] {
                let d = Duration::new(seconds, nanos);
                instants.extend(epoch.origin.checked_add(d));
                instants.extend(epoch.origin.checked_sub(d));
            }
        }
        instants
    }

    #[test]
    fn the_fields_of_an_instant_are_known_here() {
        let known = cfg!(any(unix, windows));
        assert_eq!(Epoch::new().span == SPAN, known);
    }

    #[test]
    fn a_distance_by_fields_is_that_of_std() {
        let epoch = Epoch::new();
        for instant in instants(&epoch) {
            let subtracted = epoch.subtract(instant);
            assert_eq!(epoch.nanos_to(instant), subtracted, "{instant:?}");
        }
        let epoch = Epoch::exact();
        for instant in instants(&epoch) {
            let subtracted = epoch.subtract(instant);
            assert_eq!(epoch.nanos_to(instant), subtracted, "{instant:?}");
        }
    }

    #[test]
    fn an_instant_comes_back_from_its_distance() {
        let epoch = Epoch::exact();
        let there_and_back = |instant| epoch.instant(epoch.nanos_to(instant));
        for seconds in [0, 1, 2, 3_600, 1 << 31] {
            let d = Duration::new(seconds, 7);
            let (before, after) =
                (epoch.origin.checked_sub(d), epoch.origin + d);
            for instant in before.into_iter().chain([after]) {
                assert_eq!(there_and_back(instant), instant);
            }
        }
    }

    #[test]
    fn fields_that_mean_something_else_are_found_out() {
        let mut epoch = Epoch::new();
        assert!(epoch.counts_right());
        epoch.seconds ^= 1;
        assert!(!epoch.counts_right());
        epoch.span = 0;
        for instant in instants(&epoch) {
            assert_eq!(epoch.nanos_to(instant), epoch.subtract(instant));
        }
    }
}

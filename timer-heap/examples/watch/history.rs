//! All moments up to now, so that one can stop and step back.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::events::{Entry, Heap, What};

/// Moments that are kept: some minutes of them.
const KEPT: usize = 8_192;

/// What `timerproc` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// There is no such thread before the first timer.
    NotStarted,
    /// It looks for timers, and calls those that are due.
    Running,
    /// It sleeps until a deadline, in nanoseconds.
    Sleeping(i64),
    /// No timer is left.
    Parked,
}

/// How often each event came.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) slept: usize,
    pub(crate) woken_early: usize,
    pub(crate) parked: usize,
    pub(crate) made_ready: usize,
    pub(crate) fired: usize,
    pub(crate) started: usize,
    pub(crate) stopped: usize,
}

/// How everything is once something has happened.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    pub(crate) at: i64,
    pub(crate) what: What,
    pub(crate) state: State,
    pub(crate) counts: Counts,
    pub(crate) heap: Arc<Heap>,
}

impl Moment {
    fn first() -> Self {
        Self {
            at: 0,
            what: What::Begin,
            state: State::NotStarted,
            counts: Counts::default(),
            heap: Arc::default(),
        }
    }

    /// Returns the moment after this one, at which `entry` happened.
    fn next(&self, entry: Entry) -> Self {
        let mut next = Self {
            at: entry.at,
            what: entry.what,
            heap: entry.heap.map_or_else(|| self.heap.clone(), Arc::new),
            ..self.clone()
        };
        let Counts {
            slept,
            woken_early,
            parked,
            made_ready,
            fired,
            started,
            stopped,
        } = &mut next.counts;
        let (count, state) = match entry.what {
            What::Begin => return next,
            What::Sleep(until) => (slept, State::Sleeping(until)),
            What::WakeEarly => (woken_early, State::Running),
            What::Park => (parked, State::Parked),
            What::Ready => (made_ready, State::Running),
            What::Fire(_) => (fired, State::Running),
            // By another thread: timerproc hears of it by a ring, or not.
            What::Start(_) => (started, self.state),
            What::Stop => (stopped, self.state),
        };
        *count += 1;
        next.state = state;
        next
    }
}

/// Moments by their numbers, which they keep when the oldest go.
#[derive(Debug)]
pub(crate) struct History {
    gone: usize,
    moments: VecDeque<Moment>,
}

impl Default for History {
    fn default() -> Self {
        Self { gone: 0, moments: VecDeque::from([Moment::first()]) }
    }
}

impl History {
    /// Adds what has happened since.
    pub(crate) fn add(&mut self, entries: impl IntoIterator<Item = Entry>) {
        for entry in entries {
            let next = self.moments[self.moments.len() - 1].next(entry);
            self.moments.push_back(next);
            if self.moments.len() > KEPT {
                self.moments.pop_front();
                self.gone += 1;
            }
        }
    }

    /// Returns the number of the oldest moment.
    pub(crate) fn oldest(&self) -> usize {
        self.gone
    }

    /// Returns the number of the newest moment.
    pub(crate) fn newest(&self) -> usize {
        self.gone + self.moments.len() - 1
    }

    /// Returns a moment, or the one next to it that is still kept.
    pub(crate) fn moment(&self, number: usize) -> &Moment {
        let number = number.clamp(self.oldest(), self.newest());
        &self.moments[number - self.gone]
    }

    /// Returns the moments from `begin` on and before `end`, as far as number
    /// `last`.
    pub(crate) fn between(
        &self,
        begin: i64,
        end: i64,
        last: usize,
    ) -> impl Iterator<Item = &Moment> {
        let place = |at| self.moments.partition_point(|moment| moment.at < at);
        let last = (last + 1).saturating_sub(self.gone);
        let end = place(end).min(last);
        self.moments.range(place(begin).min(end)..end)
    }

    /// Returns the state at a time, if it is known.
    pub(crate) fn state_at(&self, time: i64) -> Option<State> {
        let after = self.moments.partition_point(|moment| moment.at <= time);
        let before = after.checked_sub(1)?;
        Some(self.moments[before].state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(all: &[(i64, What)]) -> History {
        let mut history = History::default();
        history.add(all.iter().map(|&(at, what)| {
            let heap = Heap { deadlines: vec![at], ..Heap::default() };
            Entry { at, what, heap: Some(heap) }
        }));
        history
    }

    #[test]
    fn each_event_is_counted_and_changes_the_state() {
        let history = history(&[
            (1, What::Park),
            (2, What::Start(9)),
            (3, What::Ready),
            (4, What::Sleep(9)),
            (5, What::Start(8)),
            (6, What::WakeEarly),
            (7, What::Sleep(8)),
            (8, What::Fire(8)),
            (9, What::Stop),
        ]);
        let states = (0..=9).map(|number| history.moment(number).state);
        let (run, park) = (State::Running, State::Parked);
        let (far, near) = (State::Sleeping(9), State::Sleeping(8));
        let none = State::NotStarted;
        let expected = [none, park, park, run, far, far, run, near, run, run];
        assert!(states.eq(expected));
        let Counts { slept, woken_early, parked, made_ready, fired, .. } =
            history.moment(9).counts;
        assert_eq!(
            [slept, woken_early, parked, made_ready, fired],
            [2, 1, 1, 1, 1]
        );
        let Counts { started, stopped, .. } = history.moment(9).counts;
        assert_eq!([started, stopped], [2, 1]);
        assert_eq!(history.state_at(4), Some(far));
        assert_eq!(history.state_at(-1), None);
    }

    #[test]
    fn moments_keep_their_numbers_when_the_oldest_go() {
        let all: Vec<_> = (1..=20_000).map(|at| (at, What::Stop)).collect();
        let history = history(&all);
        assert_eq!(history.newest(), 20_000);
        assert_eq!(history.oldest(), 20_001 - KEPT);
        assert_eq!(history.moment(19_000).at, 19_000);
        assert_eq!(history.moment(0).at, history.oldest() as i64);
    }

    #[test]
    fn a_stretch_of_time_ends_at_the_moment_shown() {
        let all: Vec<_> = (1..=9).map(|at| (at * 10, What::Stop)).collect();
        let history = history(&all);
        let times = |begin, end, last| {
            let moments = history.between(begin, end, last);
            moments.map(|moment| moment.at).collect::<Vec<_>>()
        };
        assert_eq!(times(20, 50, 9), [20, 30, 40]);
        assert_eq!(times(20, 50, 3), [20, 30]);
        assert!(times(20, 50, 1).is_empty());
        assert!(times(500, 900, 9).is_empty());
    }
}

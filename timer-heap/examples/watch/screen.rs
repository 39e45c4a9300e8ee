//! A frame of text: 80 columns, the same height each time.

use std::fmt::Write;

use crate::events::{self, State, Told};
use crate::timerproc::{Snapshot, Timerproc};
use crate::workload::Workload;

const WIDTH: usize = 80;

/// Levels of the 4-ary tree that fit: 1, 4 and 16 timers.
const LEVELS: u32 = 3;

/// All that is drawn.
pub(crate) struct Frame {
    heap: Snapshot,
    told: Told,
    started: usize,
    stopped: usize,
}

impl Frame {
    pub(crate) fn of(served: &Timerproc, workload: &Workload) -> Self {
        Self {
            heap: served.snapshot(),
            told: events::so_far(),
            started: workload.started,
            stopped: workload.stopped,
        }
    }

    pub(crate) fn draw(&self) -> String {
        let mut text = String::new();
        self.write(&mut text).expect("a string takes everything");
        text
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        let Told { slept, woken_early, parked, made_ready, fired, .. } =
            self.told;
        let (heap, now) = (&self.heap, seconds(self.heap.now));
        writeln!(text, "{now:7.2} s   timerproc is {}", self.state())?;
        writeln!(
            text,
            "protocol    slept {slept}, woken early {woken_early}, \
             parked {parked}, made ready {made_ready}, fired {fired}"
        )?;
        writeln!(
            text,
            "timers      {} pending, {} started, {} stopped",
            heap.deadlines.len(),
            self.started,
            self.stopped
        )?;
        writeln!(
            text,
            "heap        {} compared, {} moved since the last frame; \
             below: ms to go",
            heap.compared, heap.moved
        )?;
        (0..LEVELS).try_for_each(|level| self.write_level(text, level))
    }

    fn state(&self) -> String {
        match self.told.state {
            State::Running => "running".to_owned(),
            State::Parked => "parked".to_owned(),
            State::Sleeping(until) => {
                format!("sleeping until {:.2} s", seconds(until))
            }
        }
    }

    /// Returns one level of the tree, each timer above the middle of its children.
    fn write_level(&self, text: &mut String, level: u32) -> std::fmt::Result {
        let places = 4_usize.pow(level);
        let before = (places - 1) / 3;
        let cell = WIDTH / places;
        let mut line = String::new();
        for place in before..before + places {
            let ms = self.heap.deadlines.get(place).map(|when| {
                let rest = when - self.heap.now;
                (rest / 1_000_000).to_string()
            });
            let ms = ms.unwrap_or_else(|| "·".to_owned());
            write!(line, "{ms:^cell$}")?;
        }
        writeln!(text, "{}", line.trim_end())
    }
}

fn seconds(nanos: i64) -> f64 {
    nanos as f64 / 1e9
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(state: State, deadlines: Vec<i64>) -> String {
        let heap =
            Snapshot { now: 1_000_000_000, deadlines, compared: 3, moved: 2 };
        let told = Told { state, ..Told::default() };
        let frame = Frame { heap, told, started: 7, stopped: 1 };
        frame.draw()
    }

    #[test]
    fn each_state_is_named() {
        let first = |state| frame(state, Vec::new());
        assert!(first(State::Running).contains("timerproc is running"));
        assert!(first(State::Parked).contains("timerproc is parked"));
        let sleeping = first(State::Sleeping(2_500_000_000));
        assert!(sleeping.contains("timerproc is sleeping until 2.50 s"));
    }

    #[test]
    fn the_tree_shows_the_rest_of_each_deadline() {
        let deadlines = (1..=6).map(|n| (1_000 + n) * 1_000_000).collect();
        let text = frame(State::Running, deadlines);
        let level = |number: usize| -> Vec<&str> {
            let line = text.lines().nth(4 + number).expect("a level");
            line.split_whitespace().collect()
        };
        assert_eq!(level(0), ["1"]);
        assert_eq!(level(1), ["2", "3", "4", "5"]);
        assert_eq!(level(2)[..2], ["6", "·"]);
        assert_eq!(level(2).len(), 16);
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let text = frame(State::Parked, vec![10_999_000_000; 21]);
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH));
        assert_eq!(text.lines().count(), 7);
    }
}

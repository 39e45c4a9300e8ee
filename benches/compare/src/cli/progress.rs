//! What is being measured and how long it will still take.

use indicatif::{ProgressBar, ProgressStyle};

/// A line on standard error; nothing where that is no terminal.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// Counts runs, two a round.
    pub(crate) fn new(rounds: u32, done: u32) -> Self {
        let bar = ProgressBar::new(2 * u64::from(rounds));
        let style = "{bar:30} {pos}/{len} runs, {eta} left: {msg}";
        let style = ProgressStyle::with_template(style);
        bar.set_style(style.expect("the template is right"));
        bar.set_position(2 * u64::from(done));
        bar.reset_eta();
        Self(bar)
    }

    /// Counts benchmarks.
    pub(crate) fn counting(benchmarks: usize) -> Self {
        let bar = ProgressBar::new(benchmarks as u64);
        let style = "{bar:30} {pos}/{len} counted, {eta} left: {msg}";
        let style = ProgressStyle::with_template(style);
        Self(bar.with_style(style.expect("the template is right")))
    }

    pub(crate) fn says(&self, what: &str) {
        self.0.set_message(what.to_owned());
    }

    pub(crate) fn step(&self) {
        self.0.inc(1);
    }

    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
    }
}

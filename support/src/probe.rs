//! Steps of an algorithm, recorded at no cost when nobody looks.
//!
//! An algorithm that the book animates is generic over a [`Probe`]. With
//! [`NoProbe`], the default, each `emit` compiles to nothing.

/// What an algorithm tells of each step.
pub trait Probe<Step> {
    /// Takes note of a step. Only a probe that keeps it calls `step`.
    fn emit(&mut self, step: impl FnOnce() -> Step);
}

/// Takes no note of anything, and has size zero.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProbe;

impl<Step> Probe<Step> for NoProbe {
    #[inline(always)]
    fn emit(&mut self, _: impl FnOnce() -> Step) {}
}

/// Keeps every step in order.
///
/// ```
/// use support::probe::{Probe, Recorder};
///
/// let mut steps = Recorder::default();
/// steps.emit(|| "compare");
/// steps.emit(|| "move");
/// assert_eq!(steps.steps, ["compare", "move"]);
/// ```
#[derive(Clone, Debug)]
pub struct Recorder<Step> {
    /// The steps so far.
    pub steps: Vec<Step>,
}

impl<Step> Default for Recorder<Step> {
    fn default() -> Self {
        Self { steps: Vec::new() }
    }
}

impl<Step> Probe<Step> for Recorder<Step> {
    fn emit(&mut self, step: impl FnOnce() -> Step) {
        self.steps.push(step());
    }
}

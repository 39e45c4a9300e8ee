//! What is done to the heap: a busy stretch, then a quiet one in which it
//! runs empty, again and again.

use std::time::Duration;

use timer_heap::queue::TimerId;

use crate::timerproc::Timerproc;

/// Frames of a round; timers are started in the first part of it.
const ROUND: usize = 45;
const BUSY: usize = 22;

/// One step a frame.
#[derive(Default)]
pub(crate) struct Workload {
    frames: usize,
    handles: Vec<TimerId>,
}

impl Workload {
    /// Starts a timer, far or near, and at times stops one.
    pub(crate) fn step(&mut self, served: &Timerproc) {
        let frame = self.frames % ROUND;
        self.frames += 1;
        if frame >= BUSY {
            return self.handles.clear();
        }
        let ms = fastrand::u64(250..2_000);
        self.handles.push(served.start(Duration::from_millis(ms)));
        if frame % 5 == 4 {
            let chosen = fastrand::usize(..self.handles.len());
            let id = self.handles.swap_remove(chosen);
            served.stop(id);
        }
    }
}

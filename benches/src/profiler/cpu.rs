//! Where the time goes: stacks, sampled by a timer of CPU time.

use std::fs::{self, File};
use std::path::Path;

use criterion::profiler::Profiler;
use pprof::{ProfilerGuard, ProfilerGuardBuilder};

/// Samples a second; no divisor of a round number, so that it does not keep
/// step with what is measured.
const FREQUENCY: i32 = 997;

/// Writes `cpu.svg`, a flame graph.
#[derive(Default)]
pub(super) struct Cpu {
    running: Option<ProfilerGuard<'static>>,
}

// ANCHOR: profiler
impl Profiler for Cpu {
    fn start_profiling(&mut self, _: &str, _: &Path) {
        // Unwinding inside the unwinder itself may not end.
        let blocked = ["libc", "libgcc", "pthread", "vdso"];
        let guard = ProfilerGuardBuilder::default()
            .frequency(FREQUENCY)
            .blocklist(&blocked)
            .build();
        self.running = Some(guard.expect("no other profiler is running"));
    }

    fn stop_profiling(&mut self, _: &str, folder: &Path) {
        let guard = self.running.take().expect("it was started");
        let report = guard.report().build().expect("the samples are there");
        fs::create_dir_all(folder).expect("criterion writes there too");
        let file = File::create(folder.join("cpu.svg"));
        let file = file.expect("criterion writes there too");
        report.flamegraph(file).expect("a file takes all");
    }
}
// ANCHOR_END: profiler

//! Where the time goes: stacks, sampled by a timer of CPU time.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use criterion::profiler::Profiler;
use pprof::{Frames, ProfilerGuard, ProfilerGuardBuilder, Report};

/// Samples a second; no divisor of a round number, so that it does not keep
/// step with what is measured.
const FREQUENCY: i32 = 997;

/// Writes `cpu.folded`: a line for each stack, and how often it was seen.
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
        let written = fs::write(folder.join("cpu.folded"), folded(&report));
        written.expect("criterion writes there too");
    }
}
// ANCHOR_END: profiler

/// Returns a line for each stack: its frames from the outermost on, and how
/// often it was seen.
fn folded(report: &Report) -> String {
    let mut lines = String::new();
    for (stack, seen) in &report.data {
        writeln!(lines, "{} {seen}", names(stack)).expect("memory takes all");
    }
    lines
}

/// Returns the functions of a stack; those that were inlined into a frame are
/// above it.
fn names(stack: &Frames) -> String {
    let symbols = stack.frames.iter().rev().flat_map(|it| it.iter().rev());
    let names = symbols.map(|symbol| symbol.name().replace(';', ","));
    names.collect::<Vec<_>>().join(";")
}

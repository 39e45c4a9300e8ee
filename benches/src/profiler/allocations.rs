//! Who asks for memory: every allocation, with its stack.

use std::fs;
use std::path::Path;

use criterion::profiler::Profiler;

/// Writes `allocations.json`, which `cargo xtask profile` makes a flame
/// graph of, and DHAT's own viewer shows in detail.
#[derive(Default)]
pub(super) struct Allocations {
    running: Option<dhat::Profiler>,
}

impl Profiler for Allocations {
    fn start_profiling(&mut self, _: &str, folder: &Path) {
        fs::create_dir_all(folder).expect("criterion writes there too");
        let file = folder.join("allocations.json");
        // Whole stacks, so that all of them meet at the same root.
        let profiler = dhat::Profiler::builder().trim_backtraces(None);
        self.running = Some(profiler.file_name(file).build());
    }

    fn stop_profiling(&mut self, _: &str, _: &Path) {
        // Writes the file.
        self.running = None;
    }
}

//! The machine that is measured on, as a table names it.

use std::fs;

/// Returns processor, number of threads and operating system; nothing where
/// the system does not say what its processor is.
///
/// ```
/// let machine = bench_compare::machine::describe();
/// assert!(machine.is_none_or(|text| text.contains("thread")));
/// ```
pub fn describe() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    let processor = line.split_once(':')?.1.trim();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let plural = if threads == 1 { "thread" } else { "threads" };
    let system = std::env::consts::OS;
    Some(format!("{processor}, {threads} {plural}, {system}"))
}

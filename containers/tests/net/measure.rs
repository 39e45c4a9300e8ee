//! How long a container waits for its network.

use crate::field::Field;

const RUNS: usize = 200;
const STEPS: [&str; 4] = ["connect", "namespaces", "plug", "configure"];

/// Prints median and tenth percentile of each step, in microseconds, with the
/// bridge there before: first alone, then each while the kernel takes down
/// the one before.
pub(crate) fn print() {
    let field = Field::new();
    let stays = field.container();
    println!("the first, which starts the holder: {:?}", stays.times);
    let runs = (0..RUNS).map(|_| {
        field.awaits_links("lo unc0 uv2");
        field.container().times.clone()
    });
    rows("alone", &runs.collect::<Vec<_>>());
    let runs = (0..RUNS).map(|_| field.container().times.clone());
    rows("one after the other", &runs.collect::<Vec<_>>());
}

fn rows(title: &str, runs: &[Vec<u64>]) {
    println!("{title}:");
    for (step, name) in STEPS.iter().enumerate() {
        row(name, runs.iter().map(|it| it[step]).collect());
    }
    let attach = |it: &Vec<u64>| it[0] + it[2] + it[3];
    row("all but namespaces", runs.iter().map(attach).collect());
}

fn row(name: &str, mut times: Vec<u64>) {
    times.sort_unstable();
    let (median, tenth) = (times[RUNS / 2], times[RUNS / 10]);
    println!("{name:20} median {median:6} p10 {tenth:6} min {:6}", times[0]);
}

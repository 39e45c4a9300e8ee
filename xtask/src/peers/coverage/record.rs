//! What the mergers cost, as a text to read and as rows for the record.

use std::fmt::{self, Display, Formatter};

use anyhow::Result;
use bench_compare::{Row, Rule};

use crate::peers::measure::Cost;
use crate::peers::record::RecordTarget;

const SUBJECT: &str = "coverage-peers";

/// Ours with two threads, whose gain is in the time on the wall.
pub(super) const TWO_THREADS: &str = "coverage-merge, 2 threads";

const TARGET: RecordTarget = RecordTarget {
    subject: SUBJECT,
    variants: ["peer", "coverage-merge"],
    readme: "coverage-merge/README.md",
    excerpt: str::to_owned,
};

/// One input, and what each program cost on it, ours first.
pub(super) struct Measured {
    pub(super) input: String,
    pub(super) files: usize,
    pub(super) bytes: u64,
    pub(super) programs: Vec<(String, Vec<Cost>)>,
}

impl Display for Measured {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (files, megabytes) = (self.files, self.bytes / 1_000_000);
        writeln!(f, "{}: {files} files, {megabytes} MB", self.input)?;
        writeln!(
            f,
            "{:<28} {:>8} {:>8} {:>9} {:>9}",
            "program", "CPU s", "wall s", "peak MiB", "CPU/ours"
        )?;
        let ours = least(&self.programs[0].1).cpu.as_secs_f64();
        for (name, costs) in &self.programs {
            let best = least(costs);
            let [cpu, wall] = [best.cpu, best.wall].map(|t| t.as_secs_f64());
            let peak = best.peak as f64 / f64::from(1 << 20);
            let times = cpu / ours;
            writeln!(
                f,
                "{name:<28} {cpu:>8.3} {wall:>8.3} {peak:>9.1} {times:>8.2}x"
            )?;
        }
        Ok(())
    }
}

/// Returns the run with the least processor time.
fn least(costs: &[Cost]) -> Cost {
    let best = costs.iter().min_by_key(|cost| cost.cpu);
    *best.expect("each program runs at least once")
}

/// Keeps what was measured: a record for the book, and the text in the
/// README of coverage-merge.
pub(super) fn keep(measured: &[Measured], missing: &[String]) -> Result<()> {
    TARGET.keep(&text(measured, missing), rows(measured))
}

fn text(measured: &[Measured], missing: &[String]) -> String {
    let mut text = String::new();
    for input in measured {
        text += &format!("{input}\n");
    }
    if !missing.is_empty() {
        text += &format!("Not on the PATH: {}\n", missing.join(", "));
    }
    let runs = measured[0].programs[0].1.len();
    text + &format!("The least processor time of {runs} runs in turn.\n")
}

/// Returns each peer's processor time against ours; two threads by the wall.
fn rows(measured: &[Measured]) -> Vec<Row> {
    let rows = measured.iter().flat_map(|input| {
        let ours = &input.programs[0].1;
        input.programs[1..]
            .iter()
            .map(move |(name, costs)| row(&input.input, name, costs, ours))
    });
    rows.collect()
}

fn row(input: &str, name: &str, costs: &[Cost], ours: &[Cost]) -> Row {
    let nanoseconds = |costs: &[Cost], wall: bool| -> Vec<f64> {
        let time = |cost: &Cost| if wall { cost.wall } else { cost.cpu };
        costs.iter().map(|cost| time(cost).as_nanos() as f64).collect()
    };
    let wall = name == TWO_THREADS;
    let [peer, ours] = [costs, ours].map(|costs| nanoseconds(costs, wall));
    if wall {
        let name = format!("{SUBJECT}/{input}/two-threads");
        return Row::new(&name, &ours, &peer, Rule::default());
    }
    let name = name.replace(", ", "-").replace(' ', "-");
    let name = format!("{SUBJECT}/{input}/{name}");
    Row::new(&name, &peer, &ours, Rule::default())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn cost(cpu: u64, wall: u64) -> Cost {
        let [cpu, wall] = [cpu, wall].map(Duration::from_millis);
        let peak = 3 << 20;
        Cost { cpu, wall, peak }
    }

    fn measured() -> Measured {
        let costs = |cpu, wall| vec![cost(cpu, wall), cost(cpu + 1, wall)];
        Measured {
            input: "same".to_owned(),
            files: 2,
            bytes: 5_000_000,
            programs: vec![
                ("coverage-merge".to_owned(), costs(100, 100)),
                (TWO_THREADS.to_owned(), costs(110, 60)),
                ("wc -l".to_owned(), costs(50, 50)),
            ],
        }
    }

    #[test]
    fn the_text_has_the_least_of_each_program() {
        let text = measured().to_string();
        let wc = text.lines().last().unwrap();
        let words: Vec<_> = wc.split_whitespace().collect();
        assert_eq!(words, ["wc", "-l", "0.050", "0.050", "3.0", "0.50x"]);
    }

    #[test]
    fn the_record_compares_processors_and_threads_by_the_wall() {
        let rows = rows(&[measured()]);
        let name = |row: &Row| row.benchmark.clone();
        let names: Vec<_> = rows.iter().map(name).collect();
        let expected = ["same/two-threads", "same/wc--l"];
        assert_eq!(names, expected.map(|name| format!("{SUBJECT}/{name}")));
        assert!((rows[0].ratio - 0.6).abs() < 0.01, "{}", rows[0].ratio);
        assert!((rows[1].ratio - 2.0).abs() < 0.02, "{}", rows[1].ratio);
    }

    #[test]
    fn the_readme_shows_the_recorded_peers() {
        TARGET.check();
    }
}

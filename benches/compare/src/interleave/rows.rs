//! Rows that take turns one by one: the same benchmark of old and new within
//! a second of each other, each in a short process.
//!
//! What drifts from one minute to the next is the same for both of such a
//! pair, and their ratio does not see it.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{Binary, Ended, Session, Variant, order};
use crate::error::Error;

/// Options of criterion that are followed by a value (0.8.2, `src/lib.rs`).
const WITH_VALUE: [&str; 15] = [
    "-c",
    "--color",
    "-s",
    "--save-baseline",
    "-b",
    "--baseline",
    "--baseline-lenient",
    "--load-baseline",
    "--warm-up-time",
    "--measurement-time",
    "--sample-size",
    "--nresamples",
    "--noise-threshold",
    "--confidence-level",
    "--significance-level",
];

/// How long criterion warms up where nobody said so.
pub const WARM_UP: Duration = Duration::from_millis(10);

/// How long criterion measures where nobody said so: the pairs are the
/// replicates, and many short ones say more than few long ones.
pub const MEASUREMENT: Duration = Duration::from_millis(30);

/// How many samples criterion takes then.
pub const SAMPLES: usize = 10;

/// How often criterion resamples them for its own estimates.
pub const RESAMPLES: usize = 1_000;

/// The same as criterion's options.
pub const SHORT: [&str; 8] = [
    "--warm-up-time",
    "0.01",
    "--measurement-time",
    "0.03",
    "--sample-size",
    "10",
    "--nresamples",
    "1000",
];

/// The rows of a session: for each row and variant its benchmark.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows(Vec<Vec<Option<Benchmark>>>);

/// One benchmark of one program.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Benchmark {
    /// The place of its program among the variant's.
    place: usize,
    id: String,
    /// Criterion is older than 0.4.
    is_old: bool,
}

impl Benchmark {
    /// Returns the arguments that run it alone.
    fn alone(&self, arguments: &[String]) -> Vec<String> {
        let mut options = options(arguments);
        if self.is_old {
            // Criterion 0.3 has no `--exact`, and knows whole seconds only.
            whole_seconds(&mut options);
            options.push(format!("^{}$", regex::escape(&self.id)));
        } else {
            options.extend(["--exact".to_owned(), self.id.clone()]);
        }
        options
    }
}

/// Makes the times in criterion's options whole seconds, one or more.
fn whole_seconds(options: &mut [String]) {
    for at in 1..options.len() {
        let is_time = ["--warm-up-time", "--measurement-time"];
        if is_time.contains(&options[at - 1].as_str())
            && let Ok(seconds) = options[at].parse::<f64>()
        {
            options[at] = format!("{:.0}", seconds.ceil().max(1.0));
        }
    }
}

impl Rows {
    /// Returns how many rows there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Returns the benchmarks of a variant: the place of the program among
    /// the variant's, and the id there.
    pub fn of_variant(
        &self,
        variant: usize,
    ) -> impl Iterator<Item = (usize, &str)> {
        let all = self.0.iter().filter_map(move |row| row[variant].as_ref());
        all.map(|it| (it.place, it.id.as_str()))
    }
}

impl Session {
    /// Asks the programs for their benchmarks, and pairs these up; nothing,
    /// if a program cannot say what it has.
    ///
    /// # Errors
    ///
    /// When a program cannot be started.
    pub fn rows(&self) -> Result<Option<Rows>, Error> {
        let mut rows = Vec::<(String, Vec<Option<Benchmark>>)>::new();
        // Variants that share a baseline are told apart by the ids' ends.
        let shared = self
            .variants
            .iter()
            .all(|v| v.baseline == self.variants[0].baseline);
        for (index, variant) in self.variants.iter().enumerate() {
            for (place, binary) in variant.binaries.iter().enumerate() {
                let listed = list(binary, &variant.arguments, &self.home)?;
                let Some(listed) = listed else { return Ok(None) };
                for (id, is_old) in ids(&listed) {
                    let end = format!("/{}", variant.label);
                    let name = match id.strip_suffix(&end) {
                        Some(name) if shared => name,
                        _ => id,
                    };
                    let known = rows.iter().position(|row| row.0 == name);
                    let row = known.unwrap_or_else(|| {
                        rows.push((
                            name.to_owned(),
                            vec![None; self.variants.len()],
                        ));
                        rows.len() - 1
                    });
                    let id = id.to_owned();
                    let benchmark = Benchmark { place, id, is_old };
                    rows[row].1[index] = Some(benchmark);
                }
            }
        }
        let rows = Rows(rows.into_iter().map(|row| row.1).collect());
        Ok(Some(rows).filter(|rows| rows.count() > 0))
    }

    /// Makes the programs measure briefly, where their arguments do not say
    /// how long.
    pub fn shorten(&mut self) {
        for variant in &mut self.variants {
            let is_timed = variant.arguments.iter().any(|argument| {
                let name = argument.split('=').next().unwrap_or(argument);
                SHORT.contains(&name) || ["--noplot", "--quick"].contains(&name)
            });
            if !is_timed {
                let short = SHORT.into_iter().chain(["--noplot"]);
                variant.arguments.extend(short.map(str::to_owned));
            }
        }
    }

    /// Runs each row of each variant once, the variants of a row one after
    /// the other.
    ///
    /// # Errors
    ///
    /// As [`Session::turn`].
    pub fn round_by_rows(
        &self,
        rows: &Rows,
        round: u32,
        mut starts: impl FnMut(&Variant, &str),
        mut ends: impl FnMut(),
    ) -> Result<Ended, Error> {
        let io = |error| Error::io(&self.home, error);
        std::fs::create_dir_all(&self.home).map_err(io)?;
        for (index, row) in rows.0.iter().enumerate() {
            let seed = round.wrapping_mul(8191).wrapping_add(index as u32);
            for side in order(seed, self.variants.len()) {
                let Some(benchmark) = &row[side] else { continue };
                let variant = &self.variants[side];
                starts(variant, &benchmark.id);
                let arguments = benchmark.alone(&variant.arguments);
                let binary = &variant.binaries[benchmark.place];
                let ended = self.once(variant, binary, round, &arguments)?;
                if ended == Ended::Interrupted {
                    return Ok(ended);
                }
                ends();
            }
        }
        Ok(Ended::Finished)
    }
}

impl Session {
    /// Runs each row of the first variant twice, one right after the other,
    /// as this round and the next: pairs of one and the same program, to see
    /// how often a rule is wrong.
    ///
    /// # Errors
    ///
    /// As [`Session::turn`].
    pub fn twice_by_rows(
        &self,
        rows: &Rows,
        round: u32,
    ) -> Result<Ended, Error> {
        let io = |error| Error::io(&self.home, error);
        std::fs::create_dir_all(&self.home).map_err(io)?;
        let variant = &self.variants[0];
        for benchmark in rows.0.iter().filter_map(|row| row[0].as_ref()) {
            let arguments = benchmark.alone(&variant.arguments);
            let binary = &variant.binaries[benchmark.place];
            for round in [round, round + 1] {
                let ended = self.once(variant, binary, round, &arguments)?;
                if ended == Ended::Interrupted {
                    return Ok(ended);
                }
            }
        }
        Ok(Ended::Finished)
    }
}

impl Binary {
    /// Returns true if the program is one of libtest's, which knows no
    /// baselines: only those count what they list.
    pub fn is_of_libtest(&self) -> bool {
        let listed = self.listing(Path::new("")).output();
        listed.is_ok_and(|output| {
            let text = String::from_utf8_lossy(&output.stdout);
            text.lines().any(|line| {
                line.contains(" test")
                    && line.trim_end().ends_with("benchmarks")
                    || line.trim_end().ends_with(", 1 benchmark")
            })
        })
    }

    fn listing(&self, home: &Path) -> Command {
        let mut command = self.command(&home.join("list"));
        command.arg("--list").stderr(Stdio::null());
        command
    }
}

/// Returns what a program lists; nothing, if it fails at that.
fn list(
    binary: &Binary,
    arguments: &[String],
    home: &Path,
) -> Result<Option<String>, Error> {
    let output = binary
        .listing(home)
        .args(arguments)
        .output()
        .map_err(|error| Error::io(&binary.path, error))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(output.status.success().then_some(text))
}

/// Returns the ids in a list, and whether criterion is older than 0.4, which
/// ends the lines otherwise.
fn ids(listed: &str) -> impl Iterator<Item = (&str, bool)> {
    listed.lines().filter_map(|line| {
        let new = line.strip_suffix(": benchmark").map(|id| (id, false));
        new.or_else(|| Some((line.strip_suffix(": bench")?, true)))
    })
}

/// Returns the arguments without criterion's filter, because each process
/// gets one of its own.
fn options(arguments: &[String]) -> Vec<String> {
    let mut options = Vec::new();
    let mut is_value = false;
    for argument in arguments {
        if is_value || argument.starts_with('-') {
            options.push(argument.clone());
        }
        is_value = !is_value && WITH_VALUE.contains(&argument.as_str());
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_and_numbers_say_the_same() {
        let value = |name: &str| -> f64 {
            let place = SHORT.iter().position(|&it| it == name).unwrap();
            SHORT[place + 1].parse().unwrap()
        };
        assert_eq!(value("--warm-up-time"), WARM_UP.as_secs_f64());
        assert_eq!(value("--measurement-time"), MEASUREMENT.as_secs_f64());
        assert_eq!(value("--sample-size"), SAMPLES as f64);
        assert_eq!(value("--nresamples"), RESAMPLES as f64);
    }

    /// As `criterion` 0.3.6 does it, `src/benchmark.rs` and `src/lib.rs`.
    #[test]
    fn old_criterion_gets_whole_seconds_and_a_filter() {
        let listed = "a/b.c: bench\nput: benchmark\nother: line\n";
        let ids: Vec<_> = ids(listed).collect();
        assert_eq!(ids, [("a/b.c", true), ("put", false)]);
        let benchmark = |(id, is_old): (&str, bool)| {
            let (place, id) = (0, id.to_owned());
            Benchmark { place, id, is_old }
        };
        let short = SHORT[..4].iter().map(|&it| it.to_owned());
        let short: Vec<String> = short.collect();
        let old = benchmark(ids[0]).alone(&short);
        let expected =
            ["--warm-up-time", "1", "--measurement-time", "1", r"^a/b\.c$"];
        assert_eq!(old, expected);
        let new = benchmark(ids[1]).alone(&short);
        assert_eq!(new[..4], short);
        assert_eq!(new[4..], ["--exact", "put"]);
    }

    #[test]
    fn the_filter_is_left_out_and_values_stay() {
        let given = ["put", "--sample-size", "10", "--noplot", "-s", "x"];
        let left = options(&given.map(str::to_owned));
        assert_eq!(left, ["--sample-size", "10", "--noplot", "-s", "x"]);
    }
}

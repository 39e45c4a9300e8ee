//! Rows that take turns one by one: the same benchmark of old and new within
//! a second of each other, each in a short process.
//!
//! What drifts from one minute to the next is the same for both of such a
//! pair, and their ratio does not see it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::benchmark::{Benchmark, are_mixed, ids, list};
use super::{Binary, Ended, Session, Variant, order};
use crate::error::Error;

/// How long criterion warms up where nobody said so.
pub const WARM_UP: Duration = Duration::from_millis(10);

/// How long criterion measures where nobody said so: the pairs are the
/// replicates, and many short ones say more than few long ones.
pub const MEASUREMENT: Duration = Duration::from_millis(30);

/// How many samples criterion takes then.
pub const SAMPLES: usize = 10;

/// How often criterion resamples them for its own estimates.
pub const RESAMPLES: usize = 1_000;

/// How many such processes make one run where nobody said so: the speed that
/// a process draws when it starts is then seldom the run's, and a process
/// that was disturbed never.
pub const PROCESSES: u32 = 3;

/// Rows whose processes take longer have one a run where nobody said how many:
/// their program says itself how long to measure, or is of criterion 0.3,
/// which knows whole seconds only.
pub const LONG: Duration = Duration::from_millis(1_500);

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
pub struct Rows {
    rows: Vec<Vec<Option<Benchmark>>>,
    /// Several programs have benchmarks of one name, so each program writes
    /// into a folder of its own.
    apart: bool,
}

impl Rows {
    /// Returns how many rows there are.
    pub fn count(&self) -> usize {
        self.rows.len()
    }

    /// Keeps the rows of which a benchmark is wanted.
    pub fn retain(&mut self, wanted: impl Fn(&str) -> bool) {
        let is_wanted = |it: &Benchmark| wanted(&it.id);
        self.rows.retain(|row| row.iter().flatten().any(is_wanted));
    }

    /// Returns the benchmarks of a variant: the place of the program among
    /// the variant's, and the id there.
    pub fn of_variant(
        &self,
        variant: usize,
    ) -> impl Iterator<Item = (usize, &str)> {
        let rows = self.rows.iter();
        let all = rows.filter_map(move |row| row[variant].as_ref());
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
        let mut listed = Vec::new();
        for variant in &self.variants {
            let mut all = Vec::new();
            for (place, binary) in variant.binaries.iter().enumerate() {
                let text = list(binary, &variant.arguments, &self.home)?;
                let Some(text) = text else { return Ok(None) };
                all.extend(ids(&text).map(|(id, is_old)| {
                    let id = id.to_owned();
                    Benchmark { place, id, is_old }
                }));
            }
            listed.push(all);
        }
        let rows = self.pair_up(listed);
        Ok(Some(rows).filter(|rows| rows.count() > 0))
    }

    /// Finds what each variant has under one name, of one program where
    /// several have it.
    fn pair_up(&self, listed: Vec<Vec<Benchmark>>) -> Rows {
        let apart = listed.iter().any(|all| are_mixed(all));
        // Variants that share a baseline are told apart by the ids' ends.
        let shared = self
            .variants
            .iter()
            .all(|v| v.baseline == self.variants[0].baseline);
        let mut known = BTreeMap::<(String, String), usize>::new();
        let mut rows = Vec::<Vec<Option<Benchmark>>>::new();
        for (index, all) in listed.into_iter().enumerate() {
            let variant = &self.variants[index];
            let end = format!("/{}", variant.label);
            for it in all {
                let name = it.id.strip_suffix(&end).filter(|_| shared);
                let name = name.unwrap_or(&it.id).to_owned();
                let binary = &variant.binaries[it.place];
                let folder = if apart { binary.folder() } else { "".into() };
                let row = *known.entry((folder, name)).or_insert_with(|| {
                    rows.push(vec![None; self.variants.len()]);
                    rows.len() - 1
                });
                rows[row][index] = Some(it);
            }
        }
        Rows { rows, apart }
    }

    /// Makes the programs measure briefly, where their arguments do not say
    /// how long, and returns whether all of them do now.
    pub fn shorten(&mut self) -> bool {
        let mut all = true;
        for variant in &mut self.variants {
            let is_timed = variant.arguments.iter().any(|argument| {
                let name = argument.split('=').next().unwrap_or(argument);
                SHORT.contains(&name) || ["--noplot", "--quick"].contains(&name)
            });
            if !is_timed {
                let short = SHORT.into_iter().chain(["--noplot"]);
                variant.arguments.extend(short.map(str::to_owned));
            }
            all &= !is_timed;
        }
        all
    }

    /// Runs each row of each variant once, the variants of a row one after
    /// the other; where several short processes make a run, they take turns
    /// too.
    ///
    /// Calls `starts` before each process, and `ends` after it.
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
        self.begin()?;
        let sides = self.variants.len();
        for (index, row) in rows.rows.iter().enumerate() {
            let begin = Instant::now();
            for process in 0..self.processes() {
                let limit = self.longest.map(|it| it * sides as u32);
                let is_long = |limit| begin.elapsed() > limit;
                if process == 1 && limit.is_some_and(is_long) {
                    break;
                }
                for side in order(seed(round, index, process), sides) {
                    let Some(benchmark) = &row[side] else { continue };
                    let variant = &self.variants[side];
                    starts(variant, &benchmark.id);
                    let name = variant.process(round, process);
                    let ended = self.alone(variant, benchmark, &name, rows)?;
                    if ended == Ended::Interrupted {
                        return Ok(ended);
                    }
                    ends();
                }
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
        self.begin()?;
        let variant = &self.variants[0];
        let all = rows.rows.iter().filter_map(|row| row[0].as_ref());
        for benchmark in all {
            for process in 0..self.processes() {
                for round in [round, round + 1] {
                    let name = variant.process(round, process);
                    let ended = self.alone(variant, benchmark, &name, rows)?;
                    if ended == Ended::Interrupted {
                        return Ok(ended);
                    }
                }
            }
        }
        Ok(Ended::Finished)
    }

    /// Runs one benchmark in a process of its own, as this baseline.
    fn alone(
        &self,
        variant: &Variant,
        benchmark: &Benchmark,
        baseline: &str,
        rows: &Rows,
    ) -> Result<Ended, Error> {
        let arguments = benchmark.alone(&variant.arguments);
        let binary = &variant.binaries[benchmark.place];
        let home = self.home_of(binary, rows);
        self.once(variant, binary, baseline, &arguments, &home)
    }

    fn home_of(&self, binary: &Binary, rows: &Rows) -> PathBuf {
        if rows.apart {
            self.home.join(binary.folder())
        } else {
            self.home.clone()
        }
    }
}

/// Returns what the order of the sides is drawn by.
fn seed(round: u32, row: usize, process: u32) -> u32 {
    let turn = round.wrapping_mul(8191).wrapping_add(row as u32);
    turn ^ process.wrapping_mul(0x9e37_79b9)
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

    #[test]
    fn a_name_in_two_programs_is_two_rows() {
        let binary = |path: &str, directory: &str| Binary {
            path: path.into(),
            directory: directory.into(),
        };
        let variant = |label: &str, binaries| Variant {
            label: label.into(),
            baseline: label.into(),
            binaries,
            arguments: Vec::new(),
        };
        // New has a target more, so the places differ.
        let old = vec![
            binary("t/codec-0123456789abcdef", "old/a"),
            binary("t/codec-0123456789abcde0", "old/b"),
        ];
        let new = vec![
            binary("t/added-0123456789abcdef", "new/a"),
            binary("t/codec-fedcba9876543210", "new/a"),
            binary("t/codec-fedcba9876543211", "new/b"),
        ];
        let session = Session {
            variants: vec![variant("old", old), variant("new", new)],
            ..Session::default()
        };
        let at = |place| Benchmark { place, id: "x".into(), is_old: false };
        let rows =
            session.pair_up(vec![vec![at(0), at(1)], vec![at(1), at(2)]]);
        let right = vec![
            vec![Some(at(0)), Some(at(1))],
            vec![Some(at(1)), Some(at(2))],
        ];
        assert_eq!(rows, Rows { rows: right, apart: true });
        let once = session.pair_up(vec![vec![at(0)], vec![at(2)]]);
        assert!(!once.apart && once.count() == 1);
    }
}

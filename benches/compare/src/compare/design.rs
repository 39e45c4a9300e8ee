//! How the runs of two sides belong together: in pairs, or by machine.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

use crate::run::{Measurement, Run};
use crate::stats::max_t::Runs;
use crate::stats::median;
use crate::stats::sample::{FEWEST_PAIRS, Sample};

/// A measurement and the run that it was taken in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taken<'a> {
    pub(crate) run: &'a Run,
    pub(crate) it: &'a Measurement,
}

impl Deref for Taken<'_> {
    type Target = Measurement;

    fn deref(&self) -> &Measurement {
        self.it
    }
}

/// What is told apart: nothing but the machine, or the round on it too.
type Place<'a> = (Option<&'a str>, Option<u32>);

fn machine(run: &Run) -> Option<&str> {
    run.machine.as_deref()
}

pub(crate) fn median_time(side: &[Taken<'_>]) -> f64 {
    median(&side.iter().map(|taken| taken.time).collect::<Vec<_>>())
}

/// Returns the numbers of a row, in pairs where enough of them are, else by
/// machine.
pub(crate) fn sample(
    sides: [&[Taken<'_>]; 2],
    number: impl Fn(&Measurement) -> f64,
) -> Sample {
    let [old, new] = sides.map(|side| side.iter().map(|t| t.run).collect());
    let (old, new): (Vec<&Run>, Vec<&Run>) = (old, new);
    let place = |run| place(run, are_pairs([&old, &new]));
    let mut blocks = BTreeMap::<Place<'_>, [Vec<f64>; 2]>::new();
    for (side, all) in sides.iter().enumerate() {
        for taken in *all {
            let block = blocks.entry(place(taken.run)).or_default();
            block[side].push(number(taken.it));
        }
    }
    let both = |block: &[Vec<f64>; 2]| block.iter().all(|s| !s.is_empty());
    // A machine that measured one side only says nothing here; where there
    // is no other, its runs are compared with those of another machine.
    if blocks.values().any(both) {
        blocks.retain(|_, block| both(block));
        let sections = sections(blocks.keys());
        return Sample { blocks: blocks.into_values().collect(), sections };
    }
    let all = blocks.into_values().fold(<[Vec<f64>; 2]>::default(), |a, b| {
        let [old, new] = b;
        [[a[0].clone(), old].concat(), [a[1].clone(), new].concat()]
    });
    Sample { blocks: vec![all], ..Sample::default() }
}

/// Returns the number of each place's machine.
fn sections<'a>(places: impl Iterator<Item = &'a Place<'a>>) -> Vec<usize> {
    let mut machines = Vec::new();
    let section = |(machine, _): &Place<'a>| {
        if machines.last() != Some(machine) {
            machines.push(*machine);
        }
        machines.len() - 1
    };
    places.map(section).collect()
}

fn place(run: &Run, paired: bool) -> Place<'_> {
    (machine(run), run.round.filter(|_| paired))
}

/// Returns true if each run has its partner and there are enough pairs.
fn are_pairs([old, new]: [&[&Run]; 2]) -> bool {
    let places = |side: &[&Run]| -> Option<BTreeSet<(Option<String>, u32)>> {
        let place = |run: &&Run| Some((run.machine.clone(), run.round?));
        side.iter().map(place).collect()
    };
    let (Some(of_old), Some(of_new)) = (places(old), places(new)) else {
        return false;
    };
    let once = of_old.len() == old.len() && of_new.len() == new.len();
    once && of_old.intersection(&of_new).count() >= FEWEST_PAIRS
}

/// Returns the runs of both sides as what may exchange its labels.
pub(crate) fn runs(old: &[Run], new: &[Run]) -> Runs {
    let [of_old, of_new] = [old, new].map(|s| s.iter().collect::<Vec<_>>());
    let paired = are_pairs([&of_old, &of_new]);
    let mut known = BTreeMap::new();
    let mut runs = Runs::default();
    for (is_new, run) in
        old.iter().map(|r| (false, r)).chain(new.iter().map(|r| (true, r)))
    {
        let next = known.len();
        runs.is_new.push(is_new);
        runs.block.push(*known.entry(place(run, paired)).or_insert(next));
    }
    // Sides of machines that share none are taken for one machine's.
    let mixed = (0..known.len()).any(|block| {
        let of = |is_new| {
            runs.block
                .iter()
                .zip(&runs.is_new)
                .any(|(&b, &n)| b == block && n == is_new)
        };
        of(true) && of(false)
    });
    if !mixed {
        runs.block.fill(0);
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(machine: &str, round: u32, time: f64) -> Run {
        Run {
            machine: Some(machine.to_owned()),
            round: (round > 0).then_some(round),
            ..Run::from_times("r", [("a", time)])
        }
    }

    fn taken(runs: &[Run]) -> Vec<Taken<'_>> {
        let of = |run| Taken { run, it: &run.benchmarks["a"] };
        runs.iter().map(of).collect()
    }

    fn blocks(old: &[Run], new: &[Run]) -> usize {
        let (old, new) = (taken(old), taken(new));
        sample([&old, &new], |it| it.time).blocks.len()
    }

    #[test]
    fn rounds_are_pairs_from_six_on_and_never_across_machines() {
        let side = |count: u32, machine: &str| -> Vec<Run> {
            (1..=count).map(|round| run(machine, round, 1.0)).collect()
        };
        assert_eq!(blocks(&side(6, "m"), &side(6, "m")), 6);
        assert_eq!(blocks(&side(5, "m"), &side(5, "m")), 1);
        let two = [side(4, "m"), side(4, "n")].concat_runs();
        let same = [side(4, "m"), side(4, "n")].concat_runs();
        assert_eq!(blocks(&two, &same), 8);
        let (old, new) = (taken(&two), taken(&same));
        let sample = sample([&old, &new], |it| it.time);
        assert_eq!(sample.sections, [0, 0, 0, 0, 1, 1, 1, 1]);
        // No machine measured both sides.
        assert_eq!(blocks(&side(6, "m"), &side(6, "n")), 1);
        let few = [side(2, "m"), side(2, "n")].concat_runs();
        let same = [side(2, "m"), side(2, "n")].concat_runs();
        assert_eq!(blocks(&few, &same), 2, "blocked by machine");
        assert_eq!(runs(&few, &same).labellings(), 36.0);
    }

    trait ConcatRuns {
        fn concat_runs(self) -> Vec<Run>;
    }

    impl ConcatRuns for [Vec<Run>; 2] {
        fn concat_runs(self) -> Vec<Run> {
            self.into_iter().flatten().collect()
        }
    }
}

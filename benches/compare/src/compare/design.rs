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

/// What is told apart: the machine, the session on it, and the round in that.
type Place<'a> = (Option<&'a str>, Option<&'a str>, Option<u32>);

/// Which runs of two sides stand beside each other.
struct Plan<'a> {
    /// Each round of a session has both of a pair.
    paired: bool,
    /// Sessions that measured both sides.
    shared: BTreeSet<&'a str>,
}

impl<'a> Plan<'a> {
    fn of([old, new]: [&[&'a Run]; 2]) -> Self {
        let sessions = |side: &[&'a Run]| -> BTreeSet<&'a str> {
            side.iter().filter_map(|run| run.session.as_deref()).collect()
        };
        let shared = &sessions(old) & &sessions(new);
        Self { paired: are_pairs([old, new]), shared }
    }

    /// Returns where a run belongs. A session that measured one side only has
    /// nothing to be compared with but the other runs of its machine.
    fn place(&self, run: &'a Run) -> Place<'a> {
        let session = run.session.as_deref();
        let counts = |it: &&str| self.paired || self.shared.contains(it);
        let round = run.round.filter(|_| self.paired);
        (run.machine.as_deref(), session.filter(counts), round)
    }
}

pub(crate) fn median_time(side: &[Taken<'_>]) -> f64 {
    median(&side.iter().filter_map(|taken| taken.time).collect::<Vec<_>>())
}

/// Returns the numbers of a row, in pairs where enough of them are, else by
/// machine.
pub(crate) fn sample(
    sides: [&[Taken<'_>]; 2],
    number: impl Fn(&Measurement) -> f64,
) -> Sample {
    let [old, new] = sides.map(|side| side.iter().map(|t| t.run).collect());
    let (old, new): (Vec<&Run>, Vec<&Run>) = (old, new);
    let plan = Plan::of([&old, &new]);
    let mut blocks = BTreeMap::<Place<'_>, [Vec<f64>; 2]>::new();
    for (side, all) in sides.iter().enumerate() {
        for taken in *all {
            let block = blocks.entry(plan.place(taken.run)).or_default();
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

/// Returns the number of each place's session.
fn sections<'a>(places: impl Iterator<Item = &'a Place<'a>>) -> Vec<usize> {
    let mut sessions = Vec::new();
    let section = |(machine, session, _): &Place<'a>| {
        if sessions.last() != Some(&(*machine, *session)) {
            sessions.push((*machine, *session));
        }
        sessions.len() - 1
    };
    places.map(section).collect()
}

/// Returns true if each run has a place of its own and there are enough pairs.
fn are_pairs([old, new]: [&[&Run]; 2]) -> bool {
    let (Some(of_old), Some(of_new)) = (rounds(old), rounds(new)) else {
        return false;
    };
    let once = of_old.len() == old.len() && of_new.len() == new.len();
    once && of_old.intersection(&of_new).count() >= FEWEST_PAIRS
}

/// Returns the places of runs that all have a round.
fn rounds<'a>(side: &[&'a Run]) -> Option<BTreeSet<Place<'a>>> {
    let place = |run: &&'a Run| {
        let round = run.round?;
        Some((run.machine.as_deref(), run.session.as_deref(), Some(round)))
    };
    side.iter().map(place).collect()
}

/// How the runs of two sides are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Together {
    /// All with all others.
    All,
    /// Each with its partner.
    Pairs(usize),
    /// Within each machine or session.
    Blocks(usize),
}

/// Returns how the runs are judged, and how many of each side have no run of
/// the other beside them, so that they say nothing.
pub(crate) fn together(old: &[Run], new: &[Run]) -> (Together, [usize; 2]) {
    let [of_old, of_new] = [old, new].map(|s| s.iter().collect::<Vec<_>>());
    let plan = Plan::of([&of_old, &of_new]);
    let mut places = BTreeMap::<Place<'_>, [usize; 2]>::new();
    for (side, runs) in [of_old, of_new].into_iter().enumerate() {
        for run in runs {
            places.entry(plan.place(run)).or_default()[side] += 1;
        }
    }
    let (both, alone): (Vec<_>, Vec<_>) =
        places.into_values().partition(|counts| !counts.contains(&0));
    let alone = match both.len() {
        0 => [0, 0],
        _ => [0, 1].map(|side| alone.iter().map(|it| it[side]).sum()),
    };
    let together = match both.len() {
        pairs if plan.paired => Together::Pairs(pairs),
        0 | 1 => Together::All,
        blocks => Together::Blocks(blocks),
    };
    (together, alone)
}

/// Returns the runs of both sides as what may exchange its labels.
pub(crate) fn runs(old: &[Run], new: &[Run]) -> Runs {
    let [of_old, of_new] = [old, new].map(|s| s.iter().collect::<Vec<_>>());
    let plan = Plan::of([&of_old, &of_new]);
    let mut known = BTreeMap::new();
    let mut runs = Runs::default();
    for (is_new, run) in
        old.iter().map(|r| (false, r)).chain(new.iter().map(|r| (true, r)))
    {
        let next = known.len();
        runs.is_new.push(is_new);
        runs.block.push(*known.entry(plan.place(run)).or_insert(next));
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
        sample([&old, &new], |it| it.time.unwrap()).blocks.len()
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
        let sample = sample([&old, &new], |it| it.time.unwrap());
        assert_eq!(sample.sections, [0, 0, 0, 0, 1, 1, 1, 1]);
        // No machine measured both sides.
        assert_eq!(blocks(&side(6, "m"), &side(6, "n")), 1);
        let few = [side(2, "m"), side(2, "n")].concat_runs();
        let same = [side(2, "m"), side(2, "n")].concat_runs();
        assert_eq!(blocks(&few, &same), 2, "blocked by machine");
        assert_eq!(runs(&few, &same).labellings(), 36.0);
    }

    fn of_session(session: &str, rounds: u32) -> Vec<Run> {
        let of_round = |round| Run {
            session: Some(session.to_owned()),
            ..run("m", round, f64::from(round))
        };
        (1..=rounds).map(of_round).collect()
    }

    /// Machines of one kind have one description, as those of a CI service:
    /// only the sessions tell their rounds apart.
    #[test]
    fn rounds_of_two_sessions_are_no_pairs() {
        let (x, y) = (of_session("x", 6), of_session("y", 6));
        assert_eq!(blocks(&x, &x), 6);
        assert_eq!(blocks(&x, &y), 1, "of one machine, and no pairs");
        let two = || [of_session("x", 4), of_session("y", 4)].concat_runs();
        assert_eq!(blocks(&two(), &two()), 8);
        let (old, new) = (two(), two());
        let (old, new) = (taken(&old), taken(&new));
        let sections = sample([&old, &new], |it| it.time.unwrap()).sections;
        assert_eq!(sections, [0, 0, 0, 0, 1, 1, 1, 1]);
        let few = || [of_session("x", 2), of_session("y", 2)].concat_runs();
        assert_eq!(blocks(&few(), &few()), 2, "each within its session");
    }

    #[test]
    fn runs_without_a_partner_are_counted() {
        let (ten, nine) = (of_session("x", 10), of_session("x", 9));
        assert_eq!(together(&ten, &nine), (Together::Pairs(9), [1, 0]));
        let two = [of_session("x", 3), of_session("y", 2)].concat_runs();
        assert_eq!(
            together(&two, &of_session("x", 3)),
            (Together::All, [2, 0])
        );
        let other = of_session("y", 3);
        assert_eq!(
            together(&of_session("x", 3), &other),
            (Together::All, [0, 0])
        );
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

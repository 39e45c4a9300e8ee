//! Several short processes that make one run.
//!
//! Where heap and stack lie is drawn when a process starts, and it can make a
//! program faster or slower by some percent for as long as it runs; what else
//! the machine does can hit a whole short process. The fastest sample of
//! several processes depends on both much less than that of a single one.

use crate::run::{Measurement, Reading, Run};
use crate::samples::{Samples, Shape};

/// Makes each `processes` neighbours one run, which is called as the first of
/// them is; they must have been read with their samples.
pub(super) fn pool(
    runs: Vec<Run>,
    processes: usize,
    reading: Reading,
) -> Vec<Run> {
    let mut runs = runs.into_iter();
    let mut pooled = Vec::new();
    while let Some(mut run) = runs.next() {
        for other in runs.by_ref().take(processes - 1) {
            add(&mut run, other);
        }
        for it in run.benchmarks.values_mut() {
            conclude(it, reading);
        }
        pooled.push(run);
    }
    pooled
}

fn add(run: &mut Run, other: Run) {
    run.problems.extend(other.problems);
    run.twice.extend(other.twice);
    run.passed_over = run.passed_over.max(other.passed_over);
    for (id, it) in other.benchmarks {
        match run.benchmarks.get_mut(&id) {
            None => {
                run.benchmarks.insert(id, it);
            }
            Some(known) => {
                known.shape = either(known.shape, it.shape);
                if let (Some(all), Some(more)) =
                    (&mut known.samples, it.samples)
                {
                    all.iterations.extend(&more.iterations);
                    all.times.extend(&more.times);
                }
            }
        }
    }
}

/// What is odd inside one process is odd; that processes differ is not.
fn either(one: Shape, other: Shape) -> Shape {
    Shape {
        drifts: one.drifts || other.drifts,
        bimodal: one.bimodal || other.bimodal,
        autocorrelated: one.autocorrelated || other.autocorrelated,
    }
}

/// Makes the numbers of a measurement those of all its samples.
fn conclude(it: &mut Measurement, reading: Reading) {
    let samples: Option<Box<Samples>> = it.samples.take();
    if let Some(samples) = samples {
        let all = Measurement::of(&samples, reading);
        it.time = all.time;
        it.within = all.within;
        it.count = all.count;
        it.samples = all.samples;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimator::Estimator;

    /// Processes that take these times, one benchmark each.
    fn processes(times: &[[f64; 2]]) -> Vec<Run> {
        let run = |(index, times): (usize, &[f64; 2])| {
            let samples =
                Samples { iterations: vec![1.0; 2], times: times.to_vec() };
            let keep_samples = true;
            let reading = Reading { keep_samples, ..Reading::default() };
            let mut run = Run::named(&format!("old-{index}"));
            let it = Measurement::of(&samples, reading);
            run.benchmarks.insert("put".into(), it);
            run
        };
        times.iter().enumerate().map(run).collect()
    }

    #[test]
    fn the_samples_of_all_processes_are_those_of_the_run() {
        let times = [[5.0, 7.0], [4.0, 9.0], [6.0, 6.0], [2.0, 3.0]];
        let number = |estimator, keep_samples| {
            let reading = Reading { estimator, keep_samples };
            let runs = pool(processes(&times), 2, reading);
            let all = runs.into_iter().map(|mut run| {
                let it = run.benchmarks.remove("put").unwrap();
                assert_eq!(it.count, Some(4));
                assert_eq!(it.samples.is_some(), keep_samples);
                (run.name, it.time.unwrap())
            });
            all.collect::<Vec<_>>()
        };
        let named = |first, second| {
            [("old-0".to_owned(), first), ("old-2".to_owned(), second)]
        };
        assert_eq!(number(Estimator::Minimum, false), named(4.0, 2.0));
        assert_eq!(number(Estimator::Median, true), named(6.0, 4.5));
    }

    #[test]
    fn what_one_process_lacks_the_others_have() {
        let mut runs = processes(&[[5.0, 7.0], [4.0, 9.0], [6.0, 8.0]]);
        let it = runs[0].benchmarks.remove("put").unwrap();
        runs[2].benchmarks.insert("get".into(), it);
        let [run] = &pool(runs, 3, Reading::default())[..] else {
            panic!("three processes are one run");
        };
        let time =
            |id: &str| (run.benchmarks[id].time, run.benchmarks[id].count);
        assert_eq!(time("put"), (Some(4.0), Some(4)));
        assert_eq!(time("get"), (Some(5.0), Some(2)));
    }

    #[test]
    fn processes_that_differ_are_nothing_odd() {
        let mut runs = processes(&[[5.0, 5.1], [9.0, 9.1]]);
        let plain =
            pool(processes(&[[5.0, 5.1], [9.0, 9.1]]), 2, Reading::default());
        assert_eq!(plain[0].benchmarks["put"].shape, Shape::default());
        let it = runs[1].benchmarks.get_mut("put").unwrap();
        it.shape.bimodal = true;
        let odd = pool(runs, 2, Reading::default());
        assert!(odd[0].benchmarks["put"].shape.bimodal);
    }
}

//! The same number of samples on both sides.
//!
//! The fastest of a hundred samples is faster than the fastest of ten, also
//! where nothing changed. So where the sides have different numbers of
//! samples, each number is that of as many samples as the fewest have,
//! spread evenly over the run.

use std::collections::BTreeMap;

use crate::run::{Measurement, Reading, Run};
use crate::samples::Samples;

/// Returns the fewest samples of each benchmark that has different numbers.
pub(super) fn unlike<'a>(
    runs: impl Iterator<Item = &'a Run>,
) -> BTreeMap<String, usize> {
    let mut known = BTreeMap::<&str, (usize, usize)>::new();
    for run in runs {
        for (name, it) in &run.benchmarks {
            if let Some(count) = it.count {
                let seen = known.entry(name).or_insert((count, count));
                *seen = (seen.0.min(count), seen.1.max(count));
            }
        }
    }
    let differ = known.into_iter().filter(|(_, (least, most))| least < most);
    differ.map(|(name, (least, _))| (name.to_owned(), least)).collect()
}

/// Makes the numbers of a run those of the fewest samples.
pub(super) fn thin(
    run: &mut Run,
    fewest: &BTreeMap<String, usize>,
    reading: Reading,
) {
    for (name, it) in &mut run.benchmarks {
        let samples = if reading.keep_samples {
            it.samples.clone()
        } else {
            it.samples.take()
        };
        let Some((samples, &wanted)) = samples.zip(fewest.get(name)) else {
            continue;
        };
        if samples.times.len() > wanted {
            let fewer = Measurement::of(&spread(&samples, wanted), reading);
            it.time = fewer.time;
            it.within = fewer.within;
        }
        it.thinned = true;
    }
}

/// Returns `wanted` of the samples, at even distances.
fn spread(samples: &Samples, wanted: usize) -> Samples {
    let count = samples.times.len();
    let places =
        (0..wanted).map(|index| (2 * index + 1) * count / (2 * wanted));
    let (iterations, times) = places
        .map(|place| (samples.iterations[place], samples.times[place]))
        .unzip();
    Samples { iterations, times }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fastest_of_many_is_not_compared_with_the_fastest_of_few() {
        let run = |count: usize, fast: usize| {
            let time = |index| if index == fast { 1.0 } else { 2.0 };
            let samples = Samples {
                iterations: vec![1.0; count],
                times: (0..count).map(time).collect(),
            };
            let reading = Reading { keep_samples: true, ..Reading::default() };
            let mut run = Run::named("r");
            let it = Measurement::of(&samples, reading);
            run.benchmarks.insert("a".into(), it);
            run
        };
        let mut runs = [run(100, 98), run(10, 3)];
        let fewest = unlike(runs.iter());
        assert_eq!(fewest["a"], 10);
        for run in &mut runs {
            thin(run, &fewest, Reading::default());
        }
        let [old, new] = runs.each_ref().map(|run| &run.benchmarks["a"]);
        assert_eq!((old.time, new.time), (Some(2.0), Some(1.0)));
        assert!(old.thinned && old.samples.is_none());
    }
}

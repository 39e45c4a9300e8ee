//! How one verdict came about, step by step.

use std::fmt::Write;

use support::visible::visible;

use crate::compare::block::Metric;
use crate::compare::design::{self, Taken, Together};
use crate::compare::row::Row;
use crate::compare::verdict::Rule;
use crate::compare::{by_benchmark, timed};
use crate::estimator::Estimator;
use crate::input::side::Side;
use crate::render::cells::{interval, p_value, ratio};
use crate::stats::rank_sum;
use crate::units::{percent, time};

/// Returns the numbers of the runs, their ranks, U, p and the interval;
/// nothing, if not both sides have a time of the benchmark.
pub fn explain(
    benchmark: &str,
    [old, new]: [&Side; 2],
    rule: Rule,
    estimator: Estimator,
) -> Option<String> {
    let sides = [old, new].map(|side| by_benchmark(&side.runs));
    let sides = timed(&sides);
    let mut each = sides.iter().map(|side| side.get(benchmark).cloned());
    let (of_old, of_new) = (each.next()??, each.next()??);
    let mut text = format!("{}\n\n", visible(benchmark));
    let numbers = |all: &[Taken<'_>]| -> Vec<f64> {
        all.iter().filter_map(|measurement| measurement.time).collect()
    };
    let (times_old, times_new) = (numbers(&of_old), numbers(&of_new));
    let instead = of_old.iter().chain(&of_new).find_map(|taken| taken.instead);
    let name = instead.unwrap_or(estimator).name();
    text += &format!("1. One number a run: the {name}.\n");
    for (label, all) in [(&old.label, &of_old), (&new.label, &of_new)] {
        describe(&mut text, &visible(label), all);
    }
    let row = Row::of_times(benchmark, [&of_old, &of_new], rule, None);
    let (together, _) = design::together(&old.runs, &new.runs);
    match row.pairs {
        Some(pairs) => {
            text += &format!(
                "\n2. The runs are {pairs} pairs, made next to each other.\n\
                 \n3. The median of each pair and of the two before and after \
                 it is taken out of its runs; what is left is ranked, and the \
                 ranks of new added up (aligned rank test). Where pairs are \
                 nearer to each other than to those beside them, their \
                 differences are ranked (signed rank test).\n"
            );
        }
        None if matches!(together, Together::Blocks(_)) => {
            text += "\n2. The runs are of several machines or sessions.\n\
                     \n3. They are ranked within each of these, and the ranks \
                     of new added up.\n";
        }
        None => {
            let labels = [&old.label, &new.label].map(|it| visible(it));
            let labels = labels.each_ref().map(|label| &label[..]);
            ranks(&mut text, labels, [&times_old, &times_new]);
        }
    }
    conclude(&mut text, &row, rule);
    Some(text)
}

fn describe(text: &mut String, label: &str, all: &[Taken<'_>]) {
    for (run, measurement) in all.iter().enumerate() {
        let number = measurement.time.map(time).unwrap_or_default();
        let _ = write!(text, "   {label} run {}: {number}", run + 1);
        if let Some(samples) = &measurement.samples {
            let mut sorted = samples.per_iteration();
            sorted.sort_by(f64::total_cmp);
            let at = |part: usize| time(sorted[(sorted.len() - 1) * part / 4]);
            let _ = write!(
                text,
                "  ({} samples: {} | {} | {} | {} | {})",
                sorted.len(),
                at(0),
                at(1),
                at(2),
                at(3),
                at(4)
            );
        }
        text.push('\n');
    }
}

fn ranks(text: &mut String, labels: [&str; 2], times: [&[f64]; 2]) {
    let (doubled, _) = rank_sum::doubled_ranks(times[0], times[1]);
    let mut all: Vec<(f64, usize)> = Vec::new();
    for (side, times) in times.iter().enumerate() {
        all.extend(times.iter().map(|&time| (time, side)));
    }
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    *text += "\n2. All runs in order; equal ones share the mean rank.\n";
    let mut sum = 0.0;
    for (&(number, side), &rank) in all.iter().zip(&doubled) {
        let rank = rank as f64 / 2.0;
        sum += if side == 1 { rank } else { 0.0 };
        // Three digits would make different numbers look alike.
        let number = match number {
            _ if number < 1e15 => format!("{number:.3}"),
            _ => format!("{number:.6e}"),
        };
        let _ =
            writeln!(text, "   rank {rank:>4}: {number} ns {}", labels[side]);
    }
    let [n, m] = times.map(<[f64]>::len);
    let test = rank_sum::test(times[0], times[1]);
    let label = labels[1];
    let smallest = m * (m + 1) / 2;
    let _ = write!(
        text,
        "\n3. The ranks of {label} add up to {sum}; the least possible sum is \
         {smallest}, so U = {} of {} pairs ({} are expected).\n",
        test.u,
        n * m,
        (n * m) as f64 / 2.0
    );
}

fn conclude(text: &mut String, row: &Row, rule: Rule) {
    let Row { runs, .. } = row;
    let level = percent(1.0 - rule.alpha);
    if row.pairs.is_some() {
        let _ = write!(
            text,
            "\n4. p = {}: the share of all ways to choose the signs whose \
             sum is at least as far from the expected one.\n",
            p_value(row.p)
        );
    } else if row.p.is_some() {
        let _ = write!(
            text,
            "\n4. p = {}: the share of all ways to choose {} of {} ranks \
             whose sum is at least as far from the expected one.\n",
            p_value(row.p),
            runs[1],
            runs[0] + runs[1]
        );
    } else {
        *text +=
            "\n4. No p-value: one run on a side has no ranks to compare.\n";
    }
    let meaning = match row.p {
        Some(_) => format!("each ratio that the test accepts at {level}%"),
        None => "from the samples within the runs only".to_owned(),
    };
    let of = match row.pairs {
        Some(_) => "ratios new/old of runs beside each other".to_owned(),
        None => format!("all ratios new/old ({} of them)", runs[0] * runs[1]),
    };
    let _ = write!(
        text,
        "\n5. ratio = {}: the median of {of}. Interval: {}, {meaning}.\n",
        ratio(row.ratio),
        interval(&Metric::Time, row)
    );
    if let Some((low, high)) = row.one_sided.filter(|_| row.p.is_some()) {
        let _ = writeln!(
            text,
            "   For *same* two one-sided tests at {}% ask whether the change \
             is below the threshold in each direction; what they leave is \
             {} .. {}, an interval of {}%.",
            percent(rule.alpha),
            ratio(low),
            ratio(high),
            percent(1.0 - 2.0 * rule.alpha)
        );
    }
    let _ = write!(
        text,
        "\n6. With a threshold of {}% the verdict is: {}.\n",
        percent(rule.margin),
        row.verdict
    );
}

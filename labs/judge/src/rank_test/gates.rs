//! What is judged, gate by gate.

use std::fmt;
use std::process::ExitCode;

use fastrand::Rng;

use super::oracle;
use crate::harness;
use crate::report::{Report, Verdict};
use crate::sequence;

/// What the reader implements.
pub trait RankTest {
    /// Returns the doubled mid-ranks of all values in order, and their sum
    /// over `new`.
    fn ranks(old: &[f64], new: &[f64]) -> (Vec<usize>, usize);

    /// Returns how many choices of so many of the ranks have each sum.
    fn ways(ranks: &[usize], chosen: usize) -> Vec<f64>;

    /// Returns how likely ranks this uneven are by chance.
    fn p(old: &[f64], new: &[f64]) -> f64;

    /// Returns the shifts from old to new that the test does not reject.
    fn interval(old: &[f64], new: &[f64], alpha: f64) -> Option<(f64, f64)>;
}

/// The `main` of the reader's `check`.
pub fn main<R: RankTest>() -> ExitCode {
    harness::main(&[
        ("ranks-right", |_| right(ranks::<R>)),
        ("ways-right", |_| right(ways::<R>)),
        ("ways-large", |_| large::<R>()),
        ("p-right", |_| right(p::<R>)),
        ("interval-right", |_| right(interval::<R>)),
    ])
}

/// How many cases are tried; few where the judge itself is tested, without
/// optimisation.
const CASES: usize = if cfg!(test) { 60 } else { 200 };
/// More values the oracle would take too long for.
const MOST: usize = 10;
/// Numbers are this near to each other where only the order of sums differs.
const ALIKE: f64 = 1e-9;

/// A number that was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value {
    Old(u32),
    New(u32),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Old(value) => write!(f, "old {value}"),
            Self::New(value) => write!(f, "new {value}"),
        }
    }
}

impl sequence::Operation for Value {
    fn smaller(&self) -> Vec<Self> {
        match *self {
            Self::Old(value) => (0..value).map(Self::Old).collect(),
            Self::New(value) => (0..value).map(Self::New).collect(),
        }
    }
}

/// The values of both sides.
struct Sides {
    old: Vec<f64>,
    new: Vec<f64>,
    /// The same, all of them and all differences distinct.
    distinct: [Vec<f64>; 2],
}

impl Sides {
    fn of(values: &[Value]) -> Option<Self> {
        let mut sides = Self {
            old: Vec::new(),
            new: Vec::new(),
            distinct: [const { Vec::new() }; 2],
        };
        for (at, value) in values.iter().take(MOST).enumerate() {
            let apart = 0.37 / 2_f64.powi(at as i32);
            match *value {
                Value::Old(value) => {
                    sides.old.push(value.into());
                    sides.distinct[0].push(f64::from(value) + apart);
                }
                Value::New(value) => {
                    sides.new.push(value.into());
                    sides.distinct[1].push(f64::from(value) + apart);
                }
            }
        }
        let is_whole = !sides.old.is_empty() && !sides.new.is_empty();
        is_whole.then_some(sides)
    }
}

fn draw(rng: &mut Rng) -> Value {
    let value = rng.u32(0..12);
    if rng.bool() { Value::Old(value) } else { Value::New(value) }
}

/// Tries random values, and tells the fewest that show a difference.
fn right(check: fn(&Sides) -> Result<(), String>) -> Report {
    let found = sequence::find(CASES, draw, |values| {
        Sides::of(values).map_or(Ok(()), |sides| check(&sides))
    });
    let Some(failing) = found else {
        return Report::passed(format!("{CASES} cases agree with the oracle"));
    };
    failing.report(|values| {
        let head = "The fewest values that show it:".to_owned();
        let values = values.iter().map(|it| format!("  {it}"));
        std::iter::once(head).chain(values).collect()
    })
}

fn ranks<R: RankTest>(sides: &Sides) -> Result<(), String> {
    let (yours, right) = (
        R::ranks(&sides.old, &sides.new),
        oracle::ranks(&sides.old, &sides.new),
    );
    if yours != right {
        return Err(format!(
            "doubled ranks {:?} with sum {}, and {:?} with sum {} is right",
            yours.0, yours.1, right.0, right.1
        ));
    }
    Ok(())
}

fn ways<R: RankTest>(sides: &Sides) -> Result<(), String> {
    let (ranks, _) = oracle::ranks(&sides.old, &sides.new);
    let yours = R::ways(&ranks, sides.new.len());
    let sums = oracle::sums(&ranks, sides.new.len());
    let most = sums.iter().copied().max().unwrap_or_default();
    for sum in 0..=most.max(yours.len()) {
        let right = sums.iter().filter(|it| **it == sum).count() as f64;
        let yours = yours.get(sum).copied().unwrap_or_default();
        if yours != right {
            return Err(format!(
                "of {ranks:?}, {} are chosen: {yours} ways to the sum {sum}, \
                 and {right} is right",
                sides.new.len()
            ));
        }
    }
    Ok(())
}

/// Twenty of forty: who lists the choices does not live to see the end.
fn large<R: RankTest>() -> Report {
    const CHOICES: f64 = 137_846_528_820.0;
    let ranks: Vec<usize> = (1..=40).map(|rank| 2 * rank).collect();
    let all: f64 = R::ways(&ranks, 20).iter().sum();
    if all == CHOICES {
        return Report::passed("20 of 40 are chosen in 137846528820 ways");
    }
    Report::new(
        Verdict::Wrong,
        format!("{all} ways to choose 20 of 40, and {CHOICES} is right"),
    )
}

fn p<R: RankTest>(sides: &Sides) -> Result<(), String> {
    let yours = R::p(&sides.old, &sides.new);
    let right = oracle::p(&sides.old, &sides.new);
    // Not a number is never alike.
    let is_alike = (yours - right).abs() <= ALIKE;
    if !is_alike {
        return Err(format!("p is {yours:.6}, and {right:.6} is right"));
    }
    Ok(())
}

fn interval<R: RankTest>(sides: &Sides) -> Result<(), String> {
    let [old, new] = &sides.distinct;
    for alpha in [0.05, 0.2] {
        let yours = R::interval(old, new, alpha);
        let right = oracle::interval(old, new, alpha);
        let is_alike = match (yours, right) {
            (None, None) => true,
            (Some(yours), Some(right)) => {
                (yours.0 - right.0).abs() <= ALIKE
                    && (yours.1 - right.1).abs() <= ALIKE
            }
            _ => false,
        };
        if !is_alike {
            return Err(format!(
                "at {alpha} the interval is {}, and {} is right",
                in_words(yours),
                in_words(right)
            ));
        }
    }
    Ok(())
}

fn in_words(interval: Option<(f64, f64)>) -> String {
    match interval {
        Some((low, high)) => format!("[{low:.3}, {high:.3}]"),
        None => "none".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The oracle itself, with one step wrong.
    struct Shifted<const BY: usize>;

    impl<const BY: usize> RankTest for Shifted<BY> {
        fn ranks(old: &[f64], new: &[f64]) -> (Vec<usize>, usize) {
            let (ranks, sum) = oracle::ranks(old, new);
            (ranks, sum + BY)
        }
        fn ways(ranks: &[usize], chosen: usize) -> Vec<f64> {
            let sums = oracle::sums(ranks, chosen);
            let most = sums.iter().copied().max().unwrap_or_default();
            let mut ways = vec![0.0; most + 1 + BY];
            sums.iter().for_each(|sum| ways[sum + BY] += 1.0);
            ways
        }
        fn p(old: &[f64], new: &[f64]) -> f64 {
            oracle::p(old, new) + BY as f64
        }
        fn interval(
            old: &[f64],
            new: &[f64],
            alpha: f64,
        ) -> Option<(f64, f64)> {
            let (low, high) = oracle::interval(old, new, alpha)?;
            Some((low, high + BY as f64))
        }
    }

    #[test]
    fn what_is_right_passes_and_what_is_not_is_told() {
        for (right_one, wrong_one) in [
            (right(ranks::<Shifted<0>>), right(ranks::<Shifted<1>>)),
            (right(ways::<Shifted<0>>), right(ways::<Shifted<1>>)),
            (right(p::<Shifted<0>>), right(p::<Shifted<1>>)),
            (right(interval::<Shifted<0>>), right(interval::<Shifted<1>>)),
        ] {
            assert!(right_one.is_passed(), "{right_one:?}");
            assert_eq!(wrong_one.verdict, Verdict::Wrong, "{wrong_one:?}");
            assert!(wrong_one.says.ends_with("is right"), "{wrong_one}");
            assert!(wrong_one.lines.len() > 2, "{wrong_one:?}");
        }
    }
}

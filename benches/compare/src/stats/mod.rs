//! Statistics over runs, each in a file of its own.

pub(crate) mod binomial;
pub mod holm;
pub mod rank_sum;
pub mod runs_needed;
pub mod shift;

/// Returns the middle value, or the mean of the two middle ones.
///
/// # Panics
///
/// When there is no value.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    median_of_sorted(&sorted)
}

/// Returns the same of values that are in order already.
pub(crate) fn median_of_sorted(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 {
        sorted[middle]
    } else {
        (sorted[middle - 1] + sorted[middle]) / 2.0
    }
}

/// Returns the standard deviation inside the sides, pooled; zero with one run
/// each.
pub(crate) fn deviation(sides: &[Vec<f64>; 2]) -> f64 {
    let squares = |values: &Vec<f64>| {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        values.iter().map(|v| (v - mean).powi(2)).sum::<f64>()
    };
    let freedom = sides[0].len() + sides[1].len() - 2;
    match freedom {
        0 => 0.0,
        _ => (sides.iter().map(squares).sum::<f64>() / freedom as f64).sqrt(),
    }
}

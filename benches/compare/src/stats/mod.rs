//! Statistics over runs, each in a file of its own.

mod aligned_rank;
pub(crate) mod binomial;
pub mod max_t;
mod null;
pub mod rank_sum;
pub mod runs_needed;
pub mod sample;
pub mod shift;
pub mod signed_rank;
pub mod tails;

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

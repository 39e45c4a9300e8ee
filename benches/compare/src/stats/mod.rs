//! Statistics over runs, each in a file of its own.

pub mod rank_sum;
pub mod shift;

/// The middle value, or the mean of the two middle ones.
///
/// # Panics
///
/// When there is no value.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() % 2 {
        1 => sorted[middle],
        _ => (sorted[middle - 1] + sorted[middle]) / 2.0,
    }
}

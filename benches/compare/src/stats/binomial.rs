//! The binomial distribution, as far as order statistics need it.

/// Returns the chance of at most `0, 1, ... count` successes in `count` tries.
pub(crate) fn cumulative(count: usize, chance: f64) -> Vec<f64> {
    let mut term = (1.0 - chance).powi(count as i32);
    let mut sum = term;
    let mut below = vec![sum];
    for k in 1..=count {
        term *= (count - k + 1) as f64 / k as f64 * chance / (1.0 - chance);
        sum += term;
        below.push(sum);
    }
    below
}

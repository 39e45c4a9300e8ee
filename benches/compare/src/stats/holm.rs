//! Many tests at once: the step-down adjustment of Holm.
//!
//! Of a hundred rows where nothing changed, five come out significant at 5 %
//! by chance. Adjusted p-values bound the chance of even *one* such row by
//! the level (S. Holm, "A simple sequentially rejective multiple test
//! procedure", 1979).

/// Returns the adjusted p-value of each, in the order given.
///
/// ```
/// use bench_compare::stats::holm;
///
/// assert_eq!(holm::adjust(&[0.01, 0.04, 0.03]), [0.03, 0.06, 0.06]);
/// ```
pub fn adjust(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = vec![0.0; p_values.len()];
    let mut largest = 0.0_f64;
    for (step, &index) in order.iter().enumerate() {
        let factor = (p_values.len() - step) as f64;
        largest = largest.max((factor * p_values[index]).min(1.0));
        adjusted[index] = largest;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The procedure as Holm words it: go up from the smallest p-value, and
    /// stop at the first that is above `alpha` by the number still left.
    fn rejected(p_values: &[f64], alpha: f64) -> Vec<bool> {
        let mut order: Vec<usize> = (0..p_values.len()).collect();
        order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
        let mut rejected = vec![false; p_values.len()];
        for (step, &index) in order.iter().enumerate() {
            let left = (p_values.len() - step) as f64;
            if p_values[index] > alpha / left {
                break;
            }
            rejected[index] = true;
        }
        rejected
    }

    proptest::proptest! {
        #[test]
        fn adjusting_is_the_step_down_procedure(
            p_values in proptest::collection::vec(0.0..1.0_f64, 0..8),
            alpha in 0.01..0.5_f64,
        ) {
            let by_adjusting: Vec<bool> =
                adjust(&p_values).iter().map(|&p| p <= alpha).collect();
            proptest::prop_assert_eq!(by_adjusting, rejected(&p_values, alpha));
        }
    }
}

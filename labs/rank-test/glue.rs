//! How the pieces of the crate are put together in the lab *rank-test*, for
//! one block and two sides.

/// Returns how likely ranks this uneven are by chance.
fn p(old: &[f64], new: &[f64]) -> f64 {
    let (ranks, seen) = ranks(old, new);
    let total: usize = ranks.iter().sum();
    let twice_mean = 2 * total * new.len() / ranks.len();
    both(&ways(&ranks, new.len()), twice_mean, seen)
}

/// Returns the shifts from old to new that the test does not reject.
fn interval(old: &[f64], new: &[f64], alpha: f64) -> Option<(f64, f64)> {
    let pairs = old.iter().flat_map(|old| new.iter().map(move |it| it - old));
    let mut steps: Vec<f64> = pairs.collect();
    steps.sort_by(f64::total_cmp);
    let estimate = (steps[(steps.len() - 1) / 2] + steps[steps.len() / 2]) / 2.0;
    let p_of = |shift: f64| {
        let new: Vec<f64> = new.iter().map(|it| it - shift).collect();
        let p = p(old, &new);
        (p, p)
    };
    ends(&steps, estimate, p_of, alpha)
}

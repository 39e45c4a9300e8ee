//! Every choice of the ranks, listed: obviously right, and slow.

/// Returns the doubled mid-ranks of all values in order, and their sum over
/// `new`: a value has rank 1 plus the smaller ones, plus half of its equals.
pub fn ranks(old: &[f64], new: &[f64]) -> (Vec<usize>, usize) {
    let all = [old, new].concat();
    let rank = |value: f64| {
        let smaller = all.iter().filter(|it| **it < value).count();
        let equal = all.iter().filter(|it| **it == value).count();
        2 * smaller + equal + 1
    };
    let mut ranks: Vec<usize> = all.iter().map(|it| rank(*it)).collect();
    ranks.sort_unstable();
    (ranks, new.iter().map(|it| rank(*it)).sum())
}

/// Returns the sum of each choice of so many of the ranks.
pub fn sums(ranks: &[usize], chosen: usize) -> Vec<usize> {
    let masks = (0_u32..1 << ranks.len())
        .filter(|mask| mask.count_ones() as usize == chosen);
    let sum = |mask: u32| {
        let is_chosen = |at: &usize| mask & (1 << at) != 0;
        (0..ranks.len()).filter(is_chosen).map(|at| ranks[at]).sum()
    };
    masks.map(sum).collect()
}

/// Returns the share of choices at least as far from the mean as what was
/// seen, in either direction.
pub fn p(old: &[f64], new: &[f64]) -> f64 {
    let (ranks, seen) = ranks(old, new);
    let total: usize = ranks.iter().sum();
    let far = |sum: usize| (sum * ranks.len()).abs_diff(total * new.len());
    let sums = sums(&ranks, new.len());
    let count = sums.iter().filter(|sum| far(**sum) >= far(seen)).count();
    count as f64 / sums.len() as f64
}

/// Returns the first and the last difference between which every shift is
/// accepted, or nothing where some shift beyond all differences is.
pub fn interval(old: &[f64], new: &[f64], alpha: f64) -> Option<(f64, f64)> {
    let pairs = old.iter().flat_map(|old| new.iter().map(move |it| it - old));
    let mut steps: Vec<f64> = pairs.collect();
    steps.sort_by(f64::total_cmp);
    let is_accepted = |shift: f64| {
        let new: Vec<f64> = new.iter().map(|it| it - shift).collect();
        p(old, &new) > alpha
    };
    let (first, last) = (*steps.first()?, *steps.last()?);
    if is_accepted(first - 1.0) || is_accepted(last + 1.0) {
        return None;
    }
    let gaps = steps.windows(2);
    let accepted = gaps.filter(|gap| is_accepted(gap[0].midpoint(gap[1])));
    let accepted: Vec<&[f64]> = accepted.collect();
    Some((accepted.first()?[0], accepted.last()?[1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_say_the_same() {
        let old = [1.0, 2.7, 3.1, 4.45, 5.0];
        let new = [2.0, 4.0, 6.0, 8.3, 10.9];
        let far = [6.0, 7.0, 8.0, 9.0, 10.0];
        assert_eq!(p(&[1.0, 2.0, 3.0, 4.0, 5.0], &far), 2.0 / 252.0);
        assert_eq!(ranks(&[1.0, 2.0], &[2.0]), (vec![2, 5, 5], 5));
        // Of the 25 differences in order, the 3rd and the 23rd.
        let (low, high) = interval(&old, &new, 0.05).expect("there is one");
        assert!((low + 1.1).abs() < 1e-9, "{low}");
        assert!((high - 7.8).abs() < 1e-9, "{high}");
        assert_eq!(interval(&old[..3], &new[..3], 0.05), None);
    }
}

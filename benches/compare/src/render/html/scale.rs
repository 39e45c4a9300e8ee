//! One logarithmic scale for all ratios of a table.

use crate::compare::row::Row;

/// Width of a plot in its own units; 1 stands in the middle.
pub(super) const WIDTH: f64 = 200.0;
/// Room for arrows and words at the ends.
const EDGE: f64 = 10.0;
/// Ratios that an axis may name.
const NAMED: [f64; 12] =
    [1.01, 1.02, 1.05, 1.1, 1.2, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 100.0];

/// From no change to the largest change that is drawn.
pub(super) struct Scale {
    largest: f64,
}

impl Scale {
    /// Takes in nine of ten rows: a few large changes must not squeeze all
    /// others into a dot. What is beyond is drawn as an arrow.
    pub(super) fn over<'a>(
        rows: impl Iterator<Item = &'a Row>,
        margin: f64,
    ) -> Self {
        let far = |row: &Row| {
            let ends = [Some(row.ratio), row.low, row.high];
            let logs = ends.into_iter().flatten().map(|it| it.ln().abs());
            logs.filter(|it| it.is_finite()).fold(0.0, f64::max)
        };
        let mut far: Vec<f64> = rows.map(far).collect();
        far.sort_by(f64::total_cmp);
        let most = far.last().copied().unwrap_or_default();
        let usual = far.get(far.len() * 9 / 10).copied().unwrap_or(most);
        let largest = if most > 2.0 * usual { 1.2 * usual } else { most };
        Self { largest: (1.1 * largest).max(2.0 * margin.ln_1p()).max(1e-3) }
    }

    /// Returns the place of a ratio, and whether it is on the scale at all.
    pub(super) fn x(&self, ratio: f64) -> (f64, bool) {
        let part = ratio.ln() / self.largest;
        let half = WIDTH / 2.0;
        let x = half + part.clamp(-1.0, 1.0) * (half - EDGE);
        (x, part.abs() <= 1.0)
    }

    /// Returns what an axis names beside 1: one ratio and its reverse.
    pub(super) fn named(&self) -> [f64; 2] {
        let fits = |it: &&f64| it.ln() <= 0.9 * self.largest;
        let by = NAMED.iter().rev().find(fits).copied().unwrap_or(NAMED[0]);
        [1.0 / by, by]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::verdict::Rule;

    #[test]
    fn one_far_row_does_not_squeeze_the_others() {
        let row =
            |by: f64| Row::new("a", &[10.0], &[10.0 * by], Rule::default());
        let mut rows = vec![row(1.05); 20];
        rows.push(row(0.01));
        let scale = Scale::over(rows.iter(), 0.02);
        let (near, is_there) = scale.x(1.05);
        assert!(near > WIDTH * 0.8 && is_there, "{near}");
        assert!(!scale.x(0.01).1);
        assert_eq!(scale.named(), [1.0 / 1.05, 1.05]);
    }
}

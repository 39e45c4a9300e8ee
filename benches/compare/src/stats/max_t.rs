//! Many rows at once: which of them hold together.
//!
//! Of a hundred rows where nothing changed, five come out significant at 5 %
//! by chance. Here the labels *old* and *new* of whole runs are exchanged in
//! every way there is, and each row's statistic is compared with the largest
//! of the table under each exchange. So the adjusted p-values bound the
//! chance of even *one* false row by the level, and because whole runs are
//! exchanged, rows that move together cost nothing: with five runs a side
//! one row out of sixty can still be found, where Holm's adjustment, which
//! multiplies, never could. Step by step down, rows that were found are left
//! out of the largest.
//!
//! Source: P. H. Westfall, S. S. Young, "Resampling-based multiple testing",
//! 1993, section 2.6.

/// Exchanges beyond this number are drawn, not listed.
const MOST_LISTED: f64 = 20_000.0;
/// How many are drawn.
const DRAWN: usize = 10_000;
/// About how many additions a table may take.
const MOST_WORK: usize = 400_000_000;

/// The runs of both sides, and which exchange labels with each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Runs {
    /// True for a run of new.
    pub is_new: Vec<bool>,
    /// The block of each run: a machine, or a pair.
    pub block: Vec<usize>,
}

impl Runs {
    /// Returns how many ways there are to give out the labels.
    pub fn labellings(&self) -> f64 {
        let blocks = self.blocks();
        let ways = |block: &Vec<usize>| {
            let new = block.iter().filter(|&&run| self.is_new[run]).count();
            let old = block.len() - new;
            let factor = |k| (old + k) as f64 / k as f64;
            (1..=new).map(factor).product::<f64>()
        };
        blocks.iter().map(ways).product::<f64>().round()
    }

    /// Returns the least p-value that any result can have.
    pub fn least_p(&self) -> f64 {
        let blocks = self.blocks();
        // The exchange of all labels is as extreme, where it is one.
        let mirrored = blocks.iter().all(|block| {
            let new = block.iter().filter(|&&run| self.is_new[run]).count();
            2 * new == block.len()
        });
        (if mirrored { 2.0 } else { 1.0 } / self.labellings()).min(1.0)
    }

    fn blocks(&self) -> Vec<Vec<usize>> {
        let count = self.block.iter().max().map_or(0, |last| last + 1);
        let mut blocks = vec![Vec::new(); count];
        for (run, &block) in self.block.iter().enumerate() {
            blocks[block].push(run);
        }
        blocks
    }

    /// Returns labellings, the true one first: all of them where they are
    /// few, else a draw that is the same each time.
    fn exchanges(&self, rows: usize) -> Vec<Vec<bool>> {
        let affordable = MOST_WORK / (rows * self.is_new.len()).max(1);
        if self.labellings() <= MOST_LISTED.min(affordable as f64) {
            return self.listed();
        }
        let mut random = fastrand::Rng::with_seed(1);
        let blocks = self.blocks();
        let mut all = vec![self.is_new.clone()];
        while all.len() < DRAWN.min(affordable.max(1000)) {
            let mut labels = self.is_new.clone();
            for block in &blocks {
                let mut drawn: Vec<bool> =
                    block.iter().map(|&run| self.is_new[run]).collect();
                random.shuffle(&mut drawn);
                block.iter().zip(drawn).for_each(|(&run, it)| labels[run] = it);
            }
            all.push(labels);
        }
        all
    }

    fn listed(&self) -> Vec<Vec<bool>> {
        let mut all = vec![self.is_new.clone()];
        for block in self.blocks() {
            let new = block.iter().filter(|&&run| self.is_new[run]).count();
            let choices = choices(block.len(), new);
            let with = |labels: &Vec<bool>| {
                let labels = labels.clone();
                choices
                    .iter()
                    .map(|choice| {
                        let mut labels = labels.clone();
                        for (&run, &is_new) in block.iter().zip(choice) {
                            labels[run] = is_new;
                        }
                        labels
                    })
                    .collect::<Vec<_>>()
            };
            all = all.iter().flat_map(with).collect();
        }
        let seen = all.iter().position(|labels| *labels == self.is_new);
        all.swap(0, seen.unwrap_or(0));
        all
    }
}

/// Returns all ways to mark `chosen` of `count` places.
fn choices(count: usize, chosen: usize) -> Vec<Vec<bool>> {
    if chosen == 0 || chosen == count {
        return vec![vec![chosen > 0; count]];
    }
    let mut all = Vec::new();
    for (marked, rest) in [(true, chosen - 1), (false, chosen)] {
        for mut choice in choices(count - 1, rest) {
            choice.push(marked);
            all.push(choice);
        }
    }
    all
}

/// Returns the adjusted p-value of each row, in the order given.
///
/// A row has a value for each run; `NaN` where the run lacks it. The
/// statistic is the difference of the means by its standard error and
/// `least`, so that a row of hardly any spread is not called extreme for a
/// difference that does not matter.
///
/// ```
/// use bench_compare::stats::max_t::{Runs, adjust};
///
/// let is_new = vec![false, true, true, false, false, true, false, true];
/// let runs = Runs { is_new, block: vec![0; 8] };
/// let changed = vec![1.0, 2.0, 2.1, 1.1, 1.2, 2.2, 1.3, 2.3];
/// let noise = vec![1.0, 1.3, 1.1, 1.2, 1.4, 1.0, 1.1, 1.3];
/// let p = adjust(&[changed, noise], &runs, 0.005);
/// assert_eq!(p[0], 2.0 / 70.0);
/// assert!(p[1] > 0.5);
/// ```
pub fn adjust(rows: &[Vec<f64>], runs: &Runs, least: f64) -> Vec<f64> {
    let blocks = runs.blocks();
    let rows: Vec<_> = rows.iter().map(|row| centred(row, &blocks)).collect();
    let exchanges = runs.exchanges(rows.len());
    let seen: Vec<f64> =
        rows.iter().map(|row| statistic(row, &runs.is_new, least)).collect();
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|&a, &b| seen[a].total_cmp(&seen[b]));
    let mut as_far = vec![0_usize; rows.len()];
    for labels in &exchanges {
        let mut largest = 0.0_f64;
        for &row in &order {
            largest = largest.max(statistic(&rows[row], labels, least));
            // Sums in another order end in other digits.
            as_far[row] += usize::from(largest >= seen[row] * (1.0 - 1e-9));
        }
    }
    let mut adjusted = vec![0.0; rows.len()];
    let mut last = 0.0_f64;
    for &row in order.iter().rev() {
        last = last.max(as_far[row] as f64 / exchanges.len() as f64);
        adjusted[row] = last;
    }
    adjusted
}

/// Takes the mean of its block out of each value.
fn centred(row: &[f64], blocks: &[Vec<usize>]) -> Vec<f64> {
    let mut row = row.to_vec();
    for block in blocks {
        let known =
            || block.iter().map(|&run| row[run]).filter(|v| !v.is_nan());
        let mean = known().sum::<f64>() / known().count().max(1) as f64;
        block.iter().for_each(|&run| row[run] -= mean);
    }
    row
}

fn statistic(row: &[f64], is_new: &[bool], least: f64) -> f64 {
    let (mut sums, mut counts, mut squares) = ([0.0; 2], [0.0; 2], 0.0);
    for (&value, &is_new) in row.iter().zip(is_new) {
        if !value.is_nan() {
            sums[usize::from(is_new)] += value;
            counts[usize::from(is_new)] += 1.0;
            squares += value * value;
        }
    }
    let [old, new] = counts;
    if old == 0.0 || new == 0.0 {
        return 0.0;
    }
    let between = sums[0] * sums[0] / old + sums[1] * sums[1] / new;
    let freedom = (old + new - 2.0).max(1.0);
    let variance = (squares - between).max(0.0) / freedom;
    let error = (variance * (1.0 / old + 1.0 / new)).sqrt();
    (sums[1] / new - sums[0] / old).abs() / (error + least.max(1e-9))
}

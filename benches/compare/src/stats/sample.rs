//! What is tested: numbers of old and new, in blocks that are compared only
//! within themselves.

/// The numbers of both sides, block by block.
///
/// A block is a machine, or a pair of runs that were made next to each
/// other. Old and new of different blocks are never compared: what differs
/// between machines, or drifts from one minute to the next, is no difference
/// of the programs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sample {
    /// Old and new of each block.
    pub blocks: Vec<[Vec<f64>; 2]>,
    /// Where each block was measured: pairs of one machine lie beside each
    /// other. Empty stands for one place.
    pub sections: Vec<usize>,
}

/// Fewer pairs than this cannot reject anything at 5 %.
pub const FEWEST_PAIRS: usize = 6;

impl Sample {
    /// Returns a sample of one block.
    pub fn of(old: &[f64], new: &[f64]) -> Self {
        let blocks = vec![[old.to_vec(), new.to_vec()]];
        Self { blocks, ..Self::default() }
    }

    /// Returns a sample of pairs: the first old with the first new, ...
    pub fn of_pairs(old: &[f64], new: &[f64]) -> Self {
        let pairs = old.iter().zip(new);
        let blocks = pairs.map(|(old, new)| [vec![*old], vec![*new]]);
        Self { blocks: blocks.collect(), ..Self::default() }
    }

    /// Returns the differences `new - old` of the pairs, where the sample is
    /// made of pairs.
    pub fn pairs(&self) -> Option<Vec<f64>> {
        if self.blocks.len() < 2 {
            return None;
        }
        let difference = |block: &[Vec<f64>; 2]| match block {
            [old, new] if old.len() == 1 && new.len() == 1 => {
                Some(new[0] - old[0])
            }
            _ => None,
        };
        self.blocks.iter().map(difference).collect()
    }

    /// Returns where a block was measured.
    pub(super) fn section(&self, block: usize) -> usize {
        self.sections.get(block).copied().unwrap_or(0)
    }

    /// Returns how many numbers each side has.
    pub fn runs(&self) -> [usize; 2] {
        [0, 1].map(|side| self.blocks.iter().map(|b| b[side].len()).sum())
    }

    /// Returns the blocks that can tell old from new.
    pub(crate) fn comparable(&self) -> impl Iterator<Item = &[Vec<f64>; 2]> {
        let both = |block: &&[Vec<f64>; 2]| block.iter().all(|s| !s.is_empty());
        self.blocks.iter().filter(both)
    }

    /// Returns all differences `new - old` within the blocks, in order.
    pub(crate) fn differences(&self) -> Vec<f64> {
        let mut all = Vec::new();
        for [old, new] in self.comparable() {
            for new in new {
                all.extend(old.iter().map(|old| new - old));
            }
        }
        all.sort_unstable_by(f64::total_cmp);
        all
    }

    /// Returns the standard deviation within sides and blocks, pooled; that
    /// of the differences where there are pairs; zero with one run a side.
    pub fn deviation(&self) -> f64 {
        if let Some(pairs) = self.pairs() {
            return (squares(&pairs) / (pairs.len() - 1) as f64).sqrt();
        }
        let sides = || self.blocks.iter().flatten().filter(|s| !s.is_empty());
        let freedom: usize = sides().map(|side| side.len() - 1).sum();
        let squares: f64 = sides().map(|side| squares(side)).sum();
        if freedom == 0 { 0.0 } else { (squares / freedom as f64).sqrt() }
    }
}

fn squares(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|v| (v - mean).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_are_not_compared_with_each_other() {
        let sample = Sample {
            blocks: vec![
                [vec![1.0, 2.0], vec![3.0]],
                [vec![100.0], vec![101.0]],
                [vec![7.0], vec![]],
            ],
            ..Sample::default()
        };
        assert_eq!(sample.differences(), [1.0, 1.0, 2.0]);
        assert_eq!(sample.runs(), [4, 2]);
        assert_eq!(sample.pairs(), None);
        assert!((sample.deviation() - 0.5_f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn pairs_vary_as_their_differences_do() {
        let sample = Sample::of_pairs(&[1.0, 50.0], &[2.0, 53.0]);
        assert_eq!(sample.pairs(), Some(vec![1.0, 3.0]));
        assert!((sample.deviation() - 2.0_f64.sqrt()).abs() < 1e-12);
    }
}

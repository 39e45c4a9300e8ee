//! The branches of one line, as Cobertura's reports count them.

use std::collections::{BTreeMap, BTreeSet};

use crate::profile::total::Total;

/// How many branches a line has, and what is known of those that were taken.
///
/// Where two reports say *which* were taken, their union is exact. Where they
/// only say how many, it is at least the larger number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Decision {
    pub(crate) valid: u32,
    /// The most that one report has.
    pub(crate) covered: u32,
    /// The conditions with the per cent of their outcomes.
    pub(crate) conditions: BTreeMap<Box<str>, u32>,
    /// The branches that no report has taken; `None` where none says.
    pub(crate) missing: Option<BTreeSet<Box<str>>>,
}

impl Decision {
    /// Adds what another report knows.
    pub(crate) fn add(&mut self, other: &Self) {
        self.valid = self.valid.max(other.valid);
        self.covered = self.covered.max(other.covered);
        for (number, percent) in &other.conditions {
            let most = self.conditions.entry(number.clone()).or_default();
            *most = (*most).max(*percent);
        }
        self.missing = match (self.missing.take(), &other.missing) {
            (Some(a), Some(b)) => Some(a.intersection(b).cloned().collect()),
            (a, b) => a.or_else(|| b.clone()),
        };
    }

    /// Returns how many branches there are, and how many were taken.
    pub(crate) fn total(&self) -> Total {
        let by_missing = self.missing.as_ref().map_or(0, |missing| {
            self.valid.saturating_sub(missing.len() as u32)
        });
        let covered = self.covered.max(by_missing).max(self.by_conditions());
        Total {
            covered: covered.min(self.valid).into(),
            statements: self.valid.into(),
        }
    }

    /// Returns how many outcomes the conditions have, if each has as many.
    fn by_conditions(&self) -> u32 {
        let many = self.conditions.len() as u32;
        if many == 0 || !self.valid.is_multiple_of(many) {
            return 0;
        }
        let each = self.valid / many;
        let outcomes = |percent: &u32| (percent.min(&100) * each).div_ceil(100);
        self.conditions.values().map(outcomes).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn half(missing: Option<&str>) -> Decision {
        let missing = missing.map(|name| BTreeSet::from([name.into()]));
        Decision { valid: 2, covered: 1, missing, ..Decision::default() }
    }

    fn union(a: &Decision, b: &Decision) -> (u64, u64) {
        let mut all = a.clone();
        all.add(b);
        (all.total().covered, all.total().statements)
    }

    #[test]
    fn two_halves_are_a_whole_only_where_they_are_known_to_differ() {
        assert_eq!(union(&half(Some("3")), &half(Some("exit"))), (2, 2));
        assert_eq!(union(&half(Some("3")), &half(Some("3"))), (1, 2));
        assert_eq!(union(&half(None), &half(None)), (1, 2));
    }

    #[test]
    fn conditions_are_united_one_by_one() {
        let of = |a, b| Decision {
            valid: 4,
            covered: (a + b) / 50,
            conditions: [("0".into(), a), ("1".into(), b)].into(),
            missing: None,
        };
        assert_eq!(union(&of(100, 0), &of(0, 100)), (4, 4));
        assert_eq!(union(&of(50, 0), &of(50, 50)), (2, 4));
    }
}

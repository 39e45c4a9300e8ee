//! How the rank sum is distributed when the sides do not differ.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How often each doubled rank sum comes about.
pub(crate) struct Null {
    /// Of all choices, how many have this doubled sum. As floats: exact up
    /// to 2^53, and right to 15 digits far beyond what an integer holds.
    pub(crate) choices: Vec<f64>,
    /// The expected doubled sum, times two to stay whole.
    pub(crate) twice_mean: usize,
}

/// Without ties the ranks are always the same, so tables with thousands of
/// rows count them once.
static UNTIED: Mutex<BTreeMap<(usize, usize), Arc<Null>>> =
    Mutex::new(BTreeMap::new());

impl Null {
    /// Returns the distribution of the sum of `chosen` of the doubled ranks,
    /// which stand in order.
    pub(crate) fn of(ranks: &[usize], chosen: usize) -> Arc<Self> {
        let is_tied = ranks.iter().enumerate().any(|(i, &r)| r != 2 * (i + 1));
        if is_tied {
            return Arc::new(Self::count(ranks, chosen));
        }
        let mut known = UNTIED.lock().unwrap_or_else(PoisonError::into_inner);
        let null = known
            .entry((ranks.len(), chosen))
            .or_insert_with(|| Arc::new(Self::count(ranks, chosen)));
        Arc::clone(null)
    }

    fn count(ranks: &[usize], chosen: usize) -> Self {
        // ANCHOR: null
        let most: usize = ranks.iter().rev().take(chosen).sum();
        // ways[k][s]: choices of k among the ranks so far with sum s.
        let mut ways = vec![vec![0.0; most + 1]; chosen + 1];
        ways[0][0] = 1.0;
        for (seen, &rank) in ranks.iter().enumerate() {
            for k in (1..=chosen.min(seen + 1)).rev() {
                let (fewer, this) = ways.split_at_mut(k);
                let from = &fewer[k - 1];
                for sum in rank..=most {
                    this[0][sum] += from[sum - rank];
                }
            }
        }
        // ANCHOR_END: null
        let total: usize = ranks.iter().sum();
        Self {
            twice_mean: 2 * total * chosen / ranks.len(),
            choices: ways.swap_remove(chosen),
        }
    }

    /// Returns how the sum over two independent blocks is distributed.
    pub(crate) fn plus(&self, other: &Self) -> Self {
        let length = self.choices.len() + other.choices.len() - 1;
        let mut choices = vec![0.0; length];
        for (a, ways) in self.choices.iter().enumerate() {
            for (b, others) in other.choices.iter().enumerate() {
                choices[a + b] += ways * others;
            }
        }
        Self { choices, twice_mean: self.twice_mean + other.twice_mean }
    }
}

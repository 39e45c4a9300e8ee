//! How much of something ran.

/// Statements in all, and those that ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// Those that ran at least once.
    pub covered: u64,
    /// All.
    pub statements: u64,
}

impl Total {
    /// Counts statements that run together.
    pub(crate) fn add(&mut self, statements: u64, count: u64) {
        self.statements += statements;
        self.covered += if count > 0 { statements } else { 0 };
    }

    /// Returns whether there is nothing to cover.
    pub fn is_empty(self) -> bool {
        self.statements == 0
    }

    /// Adds another total.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            covered: self.covered + other.covered,
            statements: self.statements + other.statements,
        }
    }

    /// Returns the covered part in per cent, as `go tool cover -func` counts; 0
    /// when there are no statements.
    pub fn percentage(self) -> f64 {
        match self.statements {
            0 => 0.0,
            all => 100.0 * self.covered as f64 / all as f64,
        }
    }
}

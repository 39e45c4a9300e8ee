//! `--filter`: which benchmarks are wanted.

use std::str::FromStr;

use regex::Regex;

/// A regular expression for ids, or against them.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    pub(crate) pattern: Regex,
    /// Those that match are left out.
    pub(crate) negated: bool,
}

impl FromStr for Filter {
    type Err = regex::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let pattern = text.strip_prefix('!');
        Ok(Self {
            pattern: Regex::new(pattern.unwrap_or(text))?,
            negated: pattern.is_some(),
        })
    }
}

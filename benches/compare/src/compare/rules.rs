//! One rule for all benchmarks, and other minimum effects for some.

use globset::{GlobBuilder, GlobMatcher};

use crate::compare::verdict::Rule;
use crate::error::Error;
use crate::units::percent;

/// By which rule each benchmark is judged.
///
/// ```
/// use bench_compare::Rule;
/// use bench_compare::compare::rules::Rules;
///
/// let rules = Rules::from(Rule::default()).with("io/**", 0.1).unwrap();
/// assert_eq!(rules.of("io/read/1k").margin, 0.1);
/// assert_eq!(rules.of("put/1k").margin, 0.02);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// The rule where nothing else is said.
    pub rule: Rule,
    exceptions: Vec<Exception>,
}

#[derive(Clone, Debug)]
struct Exception {
    matcher: GlobMatcher,
    margin: f64,
}

impl From<Rule> for Rules {
    fn from(rule: Rule) -> Self {
        Self { rule, exceptions: Vec::new() }
    }
}

impl Rules {
    /// Gives the benchmarks that `pattern` matches another minimum effect;
    /// where several patterns match, the last of them counts.
    ///
    /// `*` stands for anything inside one part of an id, `**` for parts.
    ///
    /// # Errors
    ///
    /// When the pattern is none.
    pub fn with(mut self, pattern: &str, margin: f64) -> Result<Self, Error> {
        let glob = GlobBuilder::new(pattern).literal_separator(true).build();
        let glob = glob.map_err(|error| Error::usage(&error.to_string()))?;
        let matcher = glob.compile_matcher();
        self.exceptions.push(Exception { matcher, margin });
        Ok(self)
    }

    /// Returns the rule for a benchmark.
    pub fn of(&self, benchmark: &str) -> Rule {
        let mut rule = self.rule;
        for Exception { matcher, margin } in &self.exceptions {
            if matcher.is_match(benchmark) {
                rule.margin = *margin;
            }
        }
        rule
    }

    /// Says which benchmarks each pattern stands for: one that stands for
    /// none is a slip of the pen.
    pub(super) fn describe<'a>(
        &self,
        names: impl Iterator<Item = &'a str> + Clone,
    ) -> Vec<String> {
        let describe = |Exception { matcher, margin }: &Exception| {
            let pattern = matcher.glob().glob();
            let matching = names.clone().filter(|name| matcher.is_match(name));
            match matching.count() {
                0 => format!("no benchmark matches the threshold `{pattern}`"),
                count => format!(
                    "the threshold of `{pattern}` is {} % ({count} of the \
                     benchmarks)",
                    percent(*margin)
                ),
            }
        };
        self.exceptions.iter().map(describe).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_pattern_that_matches_counts() {
        let rules = Rules::default();
        let rules = rules.with("a/**", 0.05).unwrap();
        let rules = rules.with("a/*", 0.5).unwrap();
        let margins = ["a/b", "a/b/c", "b"].map(|name| rules.of(name).margin);
        assert_eq!(margins, [0.5, 0.05, 0.02]);
        assert!(rules.with("a[", 0.1).is_err());
    }
}

//! What a unit means: which way is better, and whether it has noise.

use serde::{Deserialize, Serialize};

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Better {
    /// Smaller numbers, as of times.
    Lower,
    /// Larger numbers, as of rates.
    Higher,
}

/// What is known of a unit.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize,
)]
pub struct Meaning {
    /// Which way is better, where that is known.
    pub better: Option<Better>,
    /// The numbers have no noise: any change is one.
    #[serde(default)]
    pub exact: bool,
}

/// Returns what the name of a unit says by itself: a rate should be high, a
/// cost an operation low.
///
/// ```
/// use bench_compare::meaning::{Better, guess};
///
/// assert_eq!(guess("req/s"), Some(Better::Higher));
/// assert_eq!(guess("misses/op"), Some(Better::Lower));
/// assert_eq!(guess("answers"), None);
/// ```
pub fn guess(unit: &str) -> Option<Better> {
    let per = unit.rsplit_once('/').map(|(_, per)| per);
    let time = ["ns", "us", "\u{b5}s", "ms", "s", "sec"];
    let of_time = unit.split(['/', '-']).any(|part| time.contains(&part));
    match per {
        Some("s" | "sec") => Some(Better::Higher),
        Some("op") => Some(Better::Lower),
        _ if of_time => Some(Better::Lower),
        _ => None,
    }
}

//! A generation as text, as in options of programs.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

use crate::service::generation::Generation;

/// A text that names no generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownGeneration {
    text: String,
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// ```
/// use timer_heap::Generation;
///
/// assert_eq!("go1.9".parse(), Ok(Generation::Go1_9));
/// assert_eq!(Generation::Best.to_string(), "best");
/// assert!("go1".parse::<Generation>().is_err());
/// ```
impl FromStr for Generation {
    type Err = UnknownGeneration;

    fn from_str(text: &str) -> Result<Self, UnknownGeneration> {
        let known = Self::ALL.into_iter().find(|it| it.name() == text);
        known.ok_or_else(|| UnknownGeneration { text: text.to_owned() })
    }
}

impl fmt::Display for UnknownGeneration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = Generation::ALL.map(Generation::name).join(", ");
        write!(f, "no generation is named {:?}: try {known}", self.text)
    }
}

impl Error for UnknownGeneration {}

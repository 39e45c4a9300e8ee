//! What a wrong way is, and what is seen when it is taken.

use std::fmt;
use std::io;

/// How often and how much is tried.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How often what is random is tried; each way has its own habit.
    pub runs: Option<u32>,
    /// The heaps of `fork-cost`, in MiB.
    pub heaps: Vec<usize>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { runs: None, heaps: vec![0, 64, 256] }
    }
}

/// A wrong way, and how to take it.
#[derive(Clone, Copy, Debug)]
pub struct WrongWay {
    /// Its name, as the command line takes it.
    pub name: &'static str,
    /// What is done, in a line.
    pub title: &'static str,
    /// Why it goes wrong, in plain words.
    pub why: &'static str,
    /// What is right instead.
    pub instead: &'static str,
    pub(super) run: fn(&Settings) -> io::Result<Vec<Seen>>,
}

/// What was seen of one part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// What is the same each time.
    Exact {
        /// What was done.
        what: &'static str,
        /// What came of it.
        seen: String,
        /// What must come of it.
        expected: &'static str,
    },
    /// What is random: how often it went wrong.
    Rate {
        /// What was done.
        what: &'static str,
        /// What is counted.
        wrong: &'static str,
        /// How often that was seen.
        count: u32,
        /// How often it was tried.
        runs: u32,
    },
    /// What was measured.
    Figure {
        /// What was done.
        what: String,
        /// The figures.
        figures: String,
    },
    /// What this machine does not let us show.
    Skipped {
        /// What was to be done.
        what: &'static str,
        /// Why it was not.
        why: String,
    },
}

/// What was seen of all of it.
#[derive(Clone, Debug)]
pub struct Report {
    way: WrongWay,
    seen: Vec<Seen>,
}

impl Seen {
    /// Returns what was seen, of what is the same each time.
    pub(super) fn exact(
        what: &'static str,
        seen: impl fmt::Display,
        expected: &'static str,
    ) -> Self {
        Self::Exact { what, seen: seen.to_string(), expected }
    }

    /// Returns false if what must be the same each time was not.
    pub fn is_expected(&self) -> bool {
        match self {
            Self::Exact { seen, expected, .. } => seen == expected,
            _ => true,
        }
    }
}

impl WrongWay {
    /// Takes the wrong way. This process must have one thread, because it
    /// forks, and should do nothing else: some ways change how it allocates.
    ///
    /// # Errors
    ///
    /// When this process has more threads, or files, processes or memory
    /// cannot be had.
    pub fn take(&self, settings: &Settings) -> io::Result<Report> {
        let seen = (self.run)(settings)?;
        Ok(Report { way: *self, seen })
    }
}

impl Report {
    /// Returns each part.
    pub fn seen(&self) -> &[Seen] {
        &self.seen
    }

    /// Returns true if all that must be the same each time was.
    pub fn is_expected(&self) -> bool {
        self.seen.iter().all(Seen::is_expected)
    }
}

/// How wide a page is.
const WIDTH: usize = 76;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let WrongWay { name, title, why, instead, .. } = self.way;
        writeln!(f, "{name}: {title}\n")?;
        for seen in &self.seen {
            writeln!(f, "{seen}")?;
        }
        writeln!(f, "\nWhy it goes wrong:\n{}", wrapped(why))?;
        writeln!(f, "\nWhat is right instead:\n{}", wrapped(instead))
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact { what, seen, expected } => {
                write!(f, "  {what}:\n      {seen}")?;
                if self.is_expected() {
                    return Ok(());
                }
                write!(f, " (expected: {expected})")
            }
            Self::Rate { what, wrong, count, runs } => {
                write!(f, "  {what}:\n      {count} of {runs} {wrong}")
            }
            Self::Figure { what, figures } => {
                write!(f, "  {what:<24}{figures}")
            }
            Self::Skipped { what, why } => {
                write!(f, "  {what}:\n      SKIPPED: {why}")
            }
        }
    }
}

/// Returns the words in lines that begin with two spaces.
fn wrapped(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is always one");
        if line.is_empty() {
            *line = format!("  {word}");
        } else if line.len() + 1 + word.len() <= WIDTH {
            *line += " ";
            *line += word;
        } else {
            lines.push(format!("  {word}"));
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(seen: &str) -> Report {
        let way = WrongWay {
            name: "hope",
            title: "hope for the best",
            why: "The best is rare. ".repeat(9).leak(),
            instead: "Look.",
            run: |_| Ok(Vec::new()),
        };
        let seen = vec![
            Seen::exact("hope once", seen, "nothing"),
            Seen::Rate {
                what: "hope twice",
                wrong: "failed",
                count: 2,
                runs: 3,
            },
        ];
        Report { way, seen }
    }

    #[test]
    fn a_rate_is_never_wrong_and_an_exact_outcome_may_be() {
        assert!(report("nothing").is_expected());
        let wrong = report("the best");
        assert!(!wrong.is_expected());
        let text = wrong.to_string();
        assert!(
            text.contains("      the best (expected: nothing)\n"),
            "{text}"
        );
        assert!(text.contains("      2 of 3 failed\n"), "{text}");
        assert!(text.ends_with("What is right instead:\n  Look.\n"), "{text}");
        assert!(text.lines().all(|line| line.len() <= WIDTH), "{text}");
    }
}

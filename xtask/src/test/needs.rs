//! Programs that some tests use where they are installed.
//!
//! A test that finds none says so and passes, and nobody reads what a passing
//! test says. So they are looked for before the first step, and those that are
//! absent are named again after the last one.

use anstyle::{AnsiColor, Style};

use crate::tools::{Version, ask};

/// A program, and what is not tested without it.
struct Need {
    program: &'static str,
    /// What makes it say its version.
    arguments: &'static [&'static str],
    tested: &'static str,
}

const NEEDS: [Need; 12] = [
    need("git", &["--version"], "rules about files; bench-compare git"),
    need("cargo", &["+nightly", "miri", "--version"], "miri, asan, tsan"),
    need("valgrind", &["--version"], "counts of instructions"),
    need("go", &["version"], "the book's Go; the traces of real Go"),
    need("chromium", &["--version"], "the book in a browser"),
    need("chromedriver", &["--version"], "the book in a browser"),
    need("lcov", &["--version"], "a reader of what coverage-merge writes"),
    need("genhtml", &["--version"], "another"),
    need("xmllint", &["--version"], "another"),
    need("diff-cover", &["--version"], "another"),
    need("pycobertura", &["--version"], "another"),
    need("parallel", &["--version"], "the recipe for GNU parallel"),
];

const fn need(
    program: &'static str,
    arguments: &'static [&'static str],
    tested: &'static str,
) -> Need {
    Need { program, arguments, tested }
}

/// What was found: a program's name and version; none where it is absent.
pub(super) struct Found(Vec<(&'static Need, Option<String>)>);

impl Found {
    /// Asks each program for its version.
    pub(super) fn look() -> Self {
        Self(NEEDS.iter().map(|need| (need, version(need))).collect())
    }

    /// Prints a line for each.
    pub(super) fn print(&self) {
        for (need, version) in &self.0 {
            let (style, version) = match version {
                Some(version) => (Style::new(), version.as_str()),
                None => (AnsiColor::Yellow.on_default(), "absent"),
            };
            let Need { program, tested, .. } = need;
            anstream::println!(
                "{program:<12} {style}{version:<14}{style:#} {tested}"
            );
        }
    }

    /// Prints which are absent, if any is.
    pub(super) fn print_absent(&self) {
        let absent = self.0.iter().filter(|(_, version)| version.is_none());
        for (need, _) in absent {
            println!("Absent: {}; not tested: {}", need.program, need.tested);
        }
    }
}

fn version(need: &Need) -> Option<String> {
    let output = ask(need.program, need.arguments)?;
    // xmllint says it where errors go.
    let said = [output.stdout, output.stderr].concat();
    let version = Version::parse(&String::from_utf8_lossy(&said));
    Some(version.map_or_else(|| "there".to_owned(), |it| it.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_not_there_has_no_version() {
        let none = need("no-such-program", &["--version"], "nothing");
        assert_eq!(version(&none), None);
        let refuses = need("cargo", &["no-such-command"], "nothing");
        assert_eq!(version(&refuses), None);
        let cargo = need("cargo", &["--version"], "nothing");
        assert!(version(&cargo).is_some_and(|it| it.contains('.')));
    }
}

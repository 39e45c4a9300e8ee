//! Programs that some tests use where they are installed.
//!
//! A test that finds none says so and passes, and nobody reads what a passing
//! test says. So they are looked for before the first step, and those that are
//! absent are named again after the last one.

use anstyle::{AnsiColor, Style};

use crate::tools::{Version, ask};

/// A program, and what is not tested without it.
struct Need {
    name: &'static str,
    /// The command that says its version; without one, `NAME --version`.
    asks: &'static [&'static str],
    tested: &'static str,
}

const NEEDS: [Need; 13] = [
    program("git", "rules about files; bench-compare git; the step breaks"),
    need(
        "nightly Miri",
        &["cargo", "+nightly", "miri", "--version"],
        "miri, asan, tsan, narrow",
    ),
    program("valgrind", "counts of instructions"),
    need("go", &["go", "version"], "the book's Go; the traces of real Go"),
    program("chromium", "the book in a browser"),
    program("chromedriver", "the book in a browser"),
    need("busybox", &["busybox", "--help"], "containers, in a root of it"),
    program("lcov", "a reader of what coverage-merge writes"),
    program("genhtml", "another"),
    program("xmllint", "another"),
    program("diff-cover", "another"),
    program("pycobertura", "another"),
    program("parallel", "the recipe for GNU parallel"),
];

const fn program(name: &'static str, tested: &'static str) -> Need {
    Need { name, asks: &[], tested }
}

const fn need(
    name: &'static str,
    asks: &'static [&'static str],
    tested: &'static str,
) -> Need {
    Need { name, asks, tested }
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
            let Need { name, tested, .. } = need;
            anstream::println!(
                "{name:<12} {style}{version:<14}{style:#} {tested}"
            );
        }
    }

    /// Prints which are absent, if any is.
    pub(super) fn print_absent(&self) {
        let absent = self.0.iter().filter(|(_, version)| version.is_none());
        for (need, _) in absent {
            println!("Absent: {}; not tested: {}", need.name, need.tested);
        }
    }
}

fn version(need: &Need) -> Option<String> {
    let output = match need.asks {
        [command, arguments @ ..] => ask(command, arguments),
        [] => ask(need.name, &["--version"]),
    }?;
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
        let none = program("no-such-program", "nothing");
        assert_eq!(version(&none), None);
        let refuses = need("it", &["cargo", "no-such-command"], "nothing");
        assert_eq!(version(&refuses), None);
        let cargo = program("cargo", "nothing");
        assert!(version(&cargo).is_some_and(|it| it.contains('.')));
    }
}

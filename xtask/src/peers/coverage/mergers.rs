//! The programs that merge, and how they are called.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::peers::coverage::record::TWO_THREADS;

/// What our own programs are called in the tables.
pub(super) const OURS: &str = "coverage-merge";

/// What stands for the output's path in the arguments of a [`Merger`].
const OUTPUT: &str = "OUTPUT";

/// The same union of Go's text by the means of the shell.
const PIPELINE: &str = "grep -hv ^mode: \"$@\" | sort | awk '
    { block = $1 \" \" $2 }
    block != last { if (NR > 1) print last, sum; last = block; sum = 0 }
    { sum += $3 }
    END { print last, sum }'";

/// The same union of Cobertura's reports by a reader that has the whole tree
/// in memory, as scripts that merge such reports do.
const WHOLE_TREE: &str = r#"
import sys
from lxml import etree

hits = {}
for path in sys.argv[1:]:
    for file in etree.parse(path).iter("class"):
        lines = hits.setdefault(file.get("filename"), {})
        for line in file.iter("line"):
            number = int(line.get("number"))
            lines[number] = lines.get(number, 0) + int(line.get("hits"))
print("<coverage>")
for file in sorted(hits):
    print(f'<class filename="{file}">')
    for number in sorted(hits[file]):
        print(f'<line number="{number}" hits="{hits[file][number]}"/>')
    print("</class>")
print("</coverage>")
"#;

/// What a program reads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reads {
    Go,
    Lcov,
    Cobertura,
    Any,
}

/// A program that merges files, and how it is called.
pub(super) struct Merger {
    name: &'static str,
    /// The program; [`OURS`] is the one that was just built.
    pub(super) program: &'static str,
    before: &'static [&'static str],
    /// What stands before each path.
    each: &'static [&'static str],
    after: &'static [&'static str],
    pub(super) reads: Reads,
    /// Takes longer than a minute.
    slow: bool,
}

/// Reads Go's text, is given the paths alone, and is not slow.
const PLAIN: Merger = Merger {
    name: "",
    program: "",
    before: &[],
    each: &[],
    after: &[],
    reads: Reads::Go,
    slow: false,
};

/// Ours first, then those that are measured where they are installed.
pub(super) const MERGERS: [Merger; 8] = [
    Merger {
        name: OURS,
        program: OURS,
        before: &["-j1"],
        reads: Reads::Any,
        ..PLAIN
    },
    Merger {
        name: TWO_THREADS,
        program: OURS,
        before: &["-j2"],
        reads: Reads::Any,
        ..PLAIN
    },
    Merger {
        name: "wc -l",
        program: "wc",
        before: &["-l"],
        reads: Reads::Any,
        ..PLAIN
    },
    Merger {
        name: "lcov",
        program: "lcov",
        before: &["-o", OUTPUT],
        each: &["-a"],
        reads: Reads::Lcov,
        slow: true,
        ..PLAIN
    },
    Merger {
        name: "grcov, 1 thread",
        program: "grcov",
        after: &["-t", "lcov", "--threads", "1", "-o", OUTPUT],
        reads: Reads::Lcov,
        ..PLAIN
    },
    Merger {
        name: "lxml, whole tree",
        program: "python3",
        before: &["-c", WHOLE_TREE],
        reads: Reads::Cobertura,
        slow: true,
        ..PLAIN
    },
    Merger { name: "gocovmerge", program: "gocovmerge", ..PLAIN },
    Merger {
        name: "sort | awk",
        program: "sh",
        before: &["-c", PIPELINE, "sh"],
        slow: true,
        ..PLAIN
    },
];

impl Merger {
    /// Returns the command that merges `paths`.
    pub(super) fn call(
        &self,
        ours: &Path,
        paths: &[PathBuf],
        output: &Path,
    ) -> Peer {
        let program =
            if self.program == OURS { ours } else { self.program.as_ref() };
        let argument = |&word: &&'static str| {
            if word == OUTPUT { output } else { Path::new(word) }
        };
        let mut command = Command::new(program);
        command.env("LC_ALL", "C").args(self.before.iter().map(argument));
        for path in paths {
            command.args(self.each).arg(path);
        }
        command.args(self.after.iter().map(argument));
        Peer { name: self.name, command, slow: self.slow, failed: false }
    }
}

/// A program that is about to be measured.
pub(super) struct Peer {
    pub(super) name: &'static str,
    pub(super) command: Command,
    pub(super) slow: bool,
    pub(super) failed: bool,
}

//! The programs, each with what it must count.

use std::fmt::Display;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use support::atomic_file;

use super::work::{Count, Totals, Work, text};
use crate::tools::Version;

/// A program that reads what we write.
pub(super) struct Consumer {
    pub(super) program: &'static str,
    /// Returns what both counted; fails where they differ.
    pub(super) check: fn(&Work) -> Result<String>,
}

pub(super) const CONSUMERS: [Consumer; 6] = [
    Consumer { program: "lcov", check: lcov },
    Consumer { program: "genhtml", check: genhtml },
    Consumer { program: "go", check: go },
    Consumer { program: "pycobertura", check: pycobertura },
    Consumer { program: "diff-cover", check: diff_cover },
    Consumer { program: "xmllint", check: xmllint },
];

fn same<T: Display + PartialEq>(theirs: &T, ours: &T) -> Result<()> {
    ensure!(theirs == ours, "it counts {theirs}, we count {ours}");
    Ok(())
}

/// A program of LCOV: 1.16 and 2.x count and read differently.
struct Lcov {
    program: &'static str,
    is_first: bool,
}

impl Lcov {
    fn find(program: &'static str) -> Result<Self> {
        let version = text(Command::new(program).arg("--version"))?;
        let version = Version::parse(&version).context("it says no version")?;
        Ok(Self { program, is_first: version.major() == 1 })
    }

    /// Returns the command, told to count branches.
    fn command(&self) -> Command {
        let mut command = Command::new(self.program);
        if self.is_first {
            command.args(["--rc", "lcov_branch_coverage=1"]);
        } else {
            command.arg("--branch-coverage");
        }
        command
    }

    /// The formats that it reads.
    fn formats(&self) -> &'static [&'static str] {
        if self.is_first { &["lcov"] } else { &["lcov", "lcov2"] }
    }

    /// Returns what it must count: LCOV 1 counts each instance of a template,
    /// as our file does; LCOV 2 one function, as our report does.
    fn expected(&self, work: &Work, file: &Path) -> Result<Totals> {
        let mut totals = work.totals(file)?;
        if self.is_first {
            totals.functions = instances(&fs::read_to_string(file)?);
        }
        Ok(totals)
    }
}

/// Sums up the functions that a tracefile says it has.
fn instances(tracefile: &str) -> Count {
    let sum = |tag| {
        let values = tracefile.lines().filter_map(|it| it.strip_prefix(tag));
        values.filter_map(|value| value.parse::<u64>().ok()).sum()
    };
    Count { covered: sum("FNH:"), total: sum("FNF:") }
}

fn lcov(work: &Work) -> Result<String> {
    let lcov = Lcov::find("lcov")?;
    let mut counted = String::new();
    for format in lcov.formats() {
        for tool in ["lcov-1.16", "lcov-2.5"] {
            let file = work.merge(tool, "info", &work.sources("c"), format)?;
            let mut command = lcov.command();
            command.arg("--summary").arg(&file);
            let ours = lcov.expected(work, &file)?;
            same(&totals(&text(&mut command)?)?, &ours)?;
            counted = format!("{ours} ({format})");
        }
    }
    Ok(counted)
}

fn genhtml(work: &Work) -> Result<String> {
    let genhtml = Lcov::find("genhtml")?;
    let mut counted = String::new();
    for format in genhtml.formats() {
        let file =
            work.merge("lcov-1.16", "info", &work.sources("c"), format)?;
        let mut command = genhtml.command();
        command.arg(&file).arg("-o").arg(work.folder.join("page"));
        let ours = genhtml.expected(work, &file)?;
        same(&totals(&text(&mut command)?)?, &ours)?;
        counted = format!("{ours} ({format})");
    }
    Ok(counted)
}

/// Reads LCOV's summary: `lines......: 93.1% (27 of 29 lines)`.
fn totals(summary: &str) -> Result<Totals> {
    let count = |kind: &str| {
        let is_kind = |line: &&str| line.trim_start().starts_with(kind);
        let line = summary.lines().find(is_kind)?;
        let (_, numbers) = line.split_once('(')?;
        let mut words = numbers.split(' ');
        let covered = words.next()?.parse().ok()?;
        let total = words.nth(1)?.parse().ok()?;
        Some(Count { covered, total })
    };
    let no_count = |kind| format!("no {kind} in:\n{summary}");
    Ok(Totals {
        lines: count("lines.").with_context(|| no_count("lines"))?,
        branches: count("branches.").with_context(|| no_count("branches"))?,
        functions: count("functions.")
            .with_context(|| no_count("functions"))?,
    })
}

fn go(work: &Work) -> Result<String> {
    let file = work.merge("go-1.26.0", "out", &work.sources("go"), "go")?;
    let cover = |option: &str| {
        let mut command = Command::new("go");
        command.current_dir(work.sources("go"));
        command.env("GOTOOLCHAIN", "local").env("GOFLAGS", "-mod=mod");
        command.args([
            "tool",
            "cover",
            &format!("-{option}={}", file.display()),
        ]);
        command
    };
    let page = work.folder.join("go.html");
    text(cover("html").arg("-o").arg(&page))?;
    let list = text(&mut cover("func"))?;
    let lines = work.totals(&file)?.lines;
    let percent = 100.0 * lines.covered as f64 / lines.total as f64;
    let ours = format!("{percent:.1}%");
    let theirs = list.split_whitespace().last().unwrap_or_default();
    same(&theirs, &&*ours)?;
    Ok(format!("{ours} of the statements"))
}

/// Reads `TOTAL 26 2 92.31%`, the lines and those that it calls missed;
/// partial ones, which it marks, are among them.
fn pycobertura(work: &Work) -> Result<String> {
    let file = work.merge(
        "coverage-py-xml",
        "xml",
        &work.sources("python"),
        "cobertura",
    )?;
    let mut command = Command::new("pycobertura");
    command.arg("show").arg("-s").arg(work.sources("python"));
    let table = text(command.arg(&file))?;
    let total = table.lines().find(|line| line.starts_with("TOTAL"));
    let total = total.with_context(|| format!("no total in:\n{table}"))?;
    let words: Vec<&str> = total.split_whitespace().collect();
    let number = |at: usize| words.get(at).and_then(|it| it.parse().ok());
    let (total, missed): (u64, u64) =
        number(1).zip(number(2)).context("no numbers in its total")?;
    let partial = table.matches('~').count() as u64;
    let theirs = Count { covered: total - missed + partial, total };
    same(&theirs, &work.totals(&file)?.lines)?;
    Ok(format!("lines {theirs}, of them {partial} in part"))
}

/// Gives it a repository whose last commit adds all sources.
fn diff_cover(work: &Work) -> Result<String> {
    let repository = work.folder.join("repository");
    let git = |arguments: &str| {
        let mut command = Command::new("git");
        command.current_dir(&repository);
        command.args(["-c", "user.name=x", "-c", "user.email=x@example.org"]);
        text(command.args(arguments.split(' ')))
    };
    let shop = work.sources("python").join("shop");
    fs::create_dir_all(repository.join("shop"))?;
    git("init -q -b main")?;
    git("commit -q --allow-empty -m empty")?;
    git("checkout -q -b work")?;
    for name in ["price.py", "text.py"] {
        let to = repository.join("shop").join(name);
        atomic_file::write(&to, &fs::read(shop.join(name))?)?;
    }
    git("add shop")?;
    git("commit -q -m sources")?;
    let change = work.folder.join("change.patch");
    atomic_file::write(&change, git("diff main")?.as_bytes())?;
    let file =
        work.merge("coverage-py-xml", "xml", &repository, "cobertura")?;
    let mut command = Command::new("diff-cover");
    command.current_dir(&repository).arg(&file);
    let said = text(command.arg("--compare-branch=main"))?;
    let field = |name: &str| {
        let mut lines = said.lines();
        let line = lines.find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    };
    let numbers = field("Total:").zip(field("Missing:"));
    let (total, missing) =
        numbers.with_context(|| format!("no totals in:\n{said}"))?;
    let theirs = format!("{} of {total} added lines", total - missing);
    let ours = work.patch(&change, &file)?;
    ensure!(ours.contains(&theirs), "it counts {theirs}, we say:\n{ours}");
    Ok(theirs)
}

fn xmllint(work: &Work) -> Result<String> {
    let dtd = work.folder.join("coverage-04.dtd");
    atomic_file::write(&dtd, DTD.as_bytes())?;
    let reports = [
        ("coverage-py-xml", "xml", "python"),
        ("gcovr-cobertura", "xml", "c"),
        ("lcov-2.5", "info", "c"),
        ("go-1.26.0", "out", "go"),
    ];
    for (tool, kind, sources) in reports {
        let file =
            work.merge(tool, kind, &work.sources(sources), "cobertura")?;
        valid(&dtd, &file)?;
    }
    Ok(format!("{} reports are valid", reports.len()))
}

const DTD: &str = include_str!("coverage-04.dtd");

fn valid(dtd: &Path, file: &Path) -> Result<()> {
    let mut command = Command::new("xmllint");
    command.args(["--noout", "--nonet", "--dtdvalid"]).arg(dtd).arg(file);
    text(&mut command).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_versions_of_lcov_are_understood() {
        let one = "Summary coverage rate:\n  \
                   lines......: 93.1% (27 of 29 lines)\n  \
                   functions..: 100.0% (6 of 6 functions)\n  \
                   branches...: 73.0% (27 of 37 branches)\n";
        let two = one.replace("lines.", "source files: 1\n  lines..");
        let found = totals(one).unwrap();
        assert_eq!(found.branches, Count { covered: 27, total: 37 });
        assert_eq!(totals(&two).unwrap(), found);
        assert!(totals("lines......: no data found\n").is_err());
    }
}

//! What a program lists, and how one of its benchmarks is run alone.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use super::Binary;
use crate::error::Error;

/// Options of criterion that are followed by a value (0.8.2, `src/lib.rs`).
const WITH_VALUE: [&str; 15] = [
    "-c",
    "--color",
    "-s",
    "--save-baseline",
    "-b",
    "--baseline",
    "--baseline-lenient",
    "--load-baseline",
    "--warm-up-time",
    "--measurement-time",
    "--sample-size",
    "--nresamples",
    "--noise-threshold",
    "--confidence-level",
    "--significance-level",
];

/// One benchmark of one program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Benchmark {
    /// The place of its program among the variant's.
    pub(super) place: usize,
    pub(super) id: String,
    /// Criterion is older than 0.4.
    pub(super) is_old: bool,
}

impl Benchmark {
    /// Returns the arguments that run it alone.
    pub(super) fn alone(&self, arguments: &[String]) -> Vec<String> {
        let mut options = options(arguments);
        if self.is_old {
            // Criterion 0.3 has no `--exact`, and knows whole seconds only.
            whole_seconds(&mut options);
            options.push(format!("^{}$", regex::escape(&self.id)));
        } else {
            options.extend(["--exact".to_owned(), self.id.clone()]);
        }
        options
    }
}

/// Makes the times in criterion's options whole seconds, one or more.
fn whole_seconds(options: &mut [String]) {
    for at in 1..options.len() {
        let is_time = ["--warm-up-time", "--measurement-time"];
        if is_time.contains(&options[at - 1].as_str())
            && let Ok(seconds) = options[at].parse::<f64>()
        {
            options[at] = format!("{:.0}", seconds.ceil().max(1.0));
        }
    }
}

impl Binary {
    /// Returns the name of a folder for what this program leaves: that of its
    /// package and of its target, which are the same in each commit.
    pub(super) fn folder(&self) -> String {
        let name = self.path.file_stem().unwrap_or_default().to_string_lossy();
        let is_hash = |end: &str| {
            end.len() == 16 && end.bytes().all(|it| it.is_ascii_hexdigit())
        };
        let target = match name.rsplit_once('-') {
            Some((target, hash)) if is_hash(hash) => target,
            _ => &name,
        };
        let package = self.directory.file_name().unwrap_or_default();
        format!("{}-{target}", package.to_string_lossy())
    }

    /// Returns true if the program is one of libtest's, which knows no
    /// baselines: only those count what they list.
    pub fn is_of_libtest(&self) -> bool {
        let listed = self.listing(Path::new("")).output();
        listed.is_ok_and(|output| {
            let text = String::from_utf8_lossy(&output.stdout);
            text.lines().any(|line| {
                line.contains(" test")
                    && line.trim_end().ends_with("benchmarks")
                    || line.trim_end().ends_with(", 1 benchmark")
            })
        })
    }

    fn listing(&self, home: &Path) -> Command {
        let mut command = self.command(&home.join("list"));
        command.arg("--list").stderr(Stdio::null());
        command
    }
}

/// Returns true if two programs have a benchmark of one name.
pub(super) fn are_mixed(all: &[Benchmark]) -> bool {
    let mut places = BTreeMap::new();
    all.iter().any(|it| *places.entry(&it.id).or_insert(it.place) != it.place)
}

/// Returns what a program lists; nothing, if it fails at that.
pub(super) fn list(
    binary: &Binary,
    arguments: &[String],
    home: &Path,
) -> Result<Option<String>, Error> {
    let output = binary
        .listing(home)
        .args(arguments)
        .output()
        .map_err(|error| Error::io(&binary.path, error))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(output.status.success().then_some(text))
}

/// Returns the ids in a list, and whether criterion is older than 0.4, which
/// ends the lines otherwise.
pub(super) fn ids(listed: &str) -> impl Iterator<Item = (&str, bool)> {
    listed.lines().filter_map(|line| {
        let new = line.strip_suffix(": benchmark").map(|id| (id, false));
        new.or_else(|| Some((line.strip_suffix(": bench")?, true)))
    })
}

/// Returns the arguments without criterion's filter, because each process
/// gets one of its own.
fn options(arguments: &[String]) -> Vec<String> {
    let mut options = Vec::new();
    let mut is_value = false;
    for argument in arguments {
        if is_value || argument.starts_with('-') {
            options.push(argument.clone());
        }
        is_value = !is_value && WITH_VALUE.contains(&argument.as_str());
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `criterion` 0.3.6 does it, `src/benchmark.rs` and `src/lib.rs`.
    #[test]
    fn old_criterion_gets_whole_seconds_and_a_filter() {
        let listed = "a/b.c: bench\nput: benchmark\nother: line\n";
        let ids: Vec<_> = ids(listed).collect();
        assert_eq!(ids, [("a/b.c", true), ("put", false)]);
        let benchmark = |(id, is_old): (&str, bool)| {
            let (place, id) = (0, id.to_owned());
            Benchmark { place, id, is_old }
        };
        let short = ["--warm-up-time", "0.01", "--measurement-time", "0.03"];
        let short = short.map(str::to_owned);
        let old = benchmark(ids[0]).alone(&short);
        let expected =
            ["--warm-up-time", "1", "--measurement-time", "1", r"^a/b\.c$"];
        assert_eq!(old, expected);
        let new = benchmark(ids[1]).alone(&short);
        assert_eq!(new[..4], short);
        assert_eq!(new[4..], ["--exact", "put"]);
    }

    #[test]
    fn the_filter_is_left_out_and_values_stay() {
        let given = ["put", "--sample-size", "10", "--noplot", "-s", "x"];
        let left = options(&given.map(str::to_owned));
        assert_eq!(left, ["--sample-size", "10", "--noplot", "-s", "x"]);
    }
}

//! The arguments that say what is read, and how.

use std::path::PathBuf;
use std::thread::available_parallelism;
use std::time::Duration;

use clap::Args;
use coverage_merge::{
    Filter, Merge, OnConflict, Profile, Source, SourceTree, sources,
};
use indicatif::{ProgressBar, ProgressStyle};

use super::failure::Failure;

/// What is read.
#[derive(Args)]
pub(crate) struct Inputs {
    /// Profiles, folders, globs, @LIST, or - for standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<String>,

    /// How many threads read [default: one a core, at most 4]
    #[arg(short = 'j', long, value_name = "N")]
    threads: Option<usize>,

    /// Read every count as 0 or 1, so that inputs of all modes merge
    #[arg(long, value_parser = ["set"])]
    mode: Option<String>,

    /// What to do with blocks of one file that overlap [default: error]
    #[arg(long, value_name = "CHOICE", value_parser = choices())]
    on_conflict: Option<String>,

    /// Only files that match one of these globs (path or name)
    #[arg(long, value_name = "GLOB")]
    include: Vec<String>,

    /// No files that match one of these globs (path or name)
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,

    /// No Go files that say "Code generated ... DO NOT EDIT."; needs
    /// --source
    #[arg(long, requires = "source")]
    no_generated: bool,

    /// Take this off the beginning of paths
    #[arg(long, value_name = "PREFIX")]
    strip_prefix: Vec<String>,

    /// Replace the beginning of paths
    #[arg(long, value_name = "FROM=TO")]
    map: Vec<String>,

    /// Where the sources are; no other file is ever shown
    #[arg(long, value_name = "FOLDER")]
    source: Option<PathBuf>,
}

fn choices() -> Vec<&'static str> {
    OnConflict::NAMES.iter().map(|(name, _)| *name).collect()
}

impl Inputs {
    /// The union of all inputs, with conflicts settled, filtered.
    pub(crate) fn read(&self) -> Result<Profile, Failure> {
        let sources = sources(&self.inputs)?;
        self.finish(self.union(&sources)?)
    }

    /// One profile for each argument.
    pub(crate) fn read_each(&self) -> Result<Vec<Profile>, Failure> {
        let one = |input: &String| self.finish(self.union(&sources([input])?)?);
        self.inputs.iter().map(one).collect()
    }

    /// The inputs themselves.
    pub(crate) fn list(&self) -> Result<Vec<Source>, Failure> {
        Ok(sources(&self.inputs)?)
    }

    /// The folder of the sources.
    pub(crate) fn sources(&self) -> Option<SourceTree> {
        SourceTree::new(self.source.as_ref()?)
    }

    /// Reads one input, filtered.
    pub(crate) fn read_one(&self, source: &Source) -> Result<Profile, Failure> {
        self.filtered(self.union(std::slice::from_ref(source))?)
    }

    fn union(&self, sources: &[Source]) -> Result<Profile, Failure> {
        let bytes = sources.iter().map(Source::size).sum();
        let bar = progress(bytes);
        let merge =
            Merge { threads: self.threads(), as_set: self.mode.is_some() };
        let union = merge.run(sources, |source| {
            bar.inc(source.size());
            bar.set_message(source.name());
        });
        bar.finish_and_clear();
        Ok(union?)
    }

    /// How many threads work.
    pub(crate) fn threads(&self) -> usize {
        const MOST: usize = 4;
        let cores = || available_parallelism().map_or(1, usize::from);
        self.threads.unwrap_or_else(|| cores().min(MOST))
    }

    fn finish(&self, profile: Profile) -> Result<Profile, Failure> {
        let mut profile = self.filtered(profile)?;
        let choice = self.on_conflict.as_deref().unwrap_or("error");
        let choice =
            choice.parse().map_err(|what: String| Failure::usage(what))?;
        profile.resolve(choice)?;
        Ok(profile)
    }

    fn filtered(&self, profile: Profile) -> Result<Profile, Failure> {
        let filter = self.filter()?;
        if filter.is_empty() {
            return Ok(profile);
        }
        Ok(filter.apply(&profile)?)
    }

    fn filter(&self) -> Result<Filter, Failure> {
        let usage = |error: coverage_merge::Error| {
            Failure::usage(format!("bad glob: {error}"))
        };
        let mut filter = Filter::new()
            .include(&self.include)
            .and_then(|filter| filter.exclude(&self.exclude))
            .map_err(usage)?;
        for prefix in &self.strip_prefix {
            filter = filter.strip_prefix(prefix);
        }
        for map in &self.map {
            let (from, to) = map.split_once('=').ok_or_else(|| {
                Failure::usage(format!("--map {map:?}: expected FROM=TO"))
            })?;
            filter = filter.map(from, to);
        }
        if self.no_generated {
            let tree = self.sources().ok_or_else(|| {
                Failure::usage("--source: there is no such folder")
            })?;
            filter = filter.no_generated(tree);
        }
        Ok(filter)
    }
}

/// A bar on standard error for long merges, if that is a terminal.
fn progress(bytes: u64) -> ProgressBar {
    const LONG: u64 = 100 << 20;
    if bytes < LONG {
        return ProgressBar::hidden();
    }
    let style = "{bar:30} {bytes}/{total_bytes} {wide_msg}";
    let style = ProgressStyle::with_template(style);
    let bar = ProgressBar::new(bytes);
    bar.set_style(style.expect("the template is well-formed"));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

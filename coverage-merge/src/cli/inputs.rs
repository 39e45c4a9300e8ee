//! The arguments that say what is read, and how.

use std::path::PathBuf;
// Not modelled: it only asks the system.
use std::thread::available_parallelism;
use std::time::Duration;

use clap::{Args, ValueEnum};
use coverage_merge::{
    Filter, Input, Merger, OnConflict, Profile, SourceTree, inputs,
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
    #[arg(long, value_enum)]
    mode: Option<ReadAs>,

    /// What to do with blocks of one file that overlap
    #[arg(long, value_name = "CHOICE", value_enum, default_value_t)]
    on_conflict: Choice,

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

/// The mode that all inputs are read in, whatever they say.
#[derive(Clone, Copy, ValueEnum)]
enum ReadAs {
    Set,
}

/// The names of [`OnConflict`].
#[derive(Clone, Copy, Default, ValueEnum)]
enum Choice {
    #[default]
    Error,
    Coarsen,
    Refine,
    Lines,
    Keep,
}

impl From<Choice> for OnConflict {
    fn from(choice: Choice) -> Self {
        match choice {
            Choice::Error => Self::Error,
            Choice::Coarsen => Self::Coarsen,
            Choice::Refine => Self::Refine,
            Choice::Lines => Self::Lines,
            Choice::Keep => Self::Keep,
        }
    }
}

impl Inputs {
    /// Returns the union of all inputs, filtered and without conflicts.
    pub(crate) fn read(&self) -> Result<Profile, Failure> {
        self.finish(self.union(&self.list()?)?)
    }

    /// Returns one profile for each argument.
    pub(crate) fn read_each(&self) -> Result<Vec<Profile>, Failure> {
        let one = |input: &String| self.finish(self.union(&inputs([input])?)?);
        self.inputs.iter().map(one).collect()
    }

    /// Returns the inputs themselves.
    pub(crate) fn list(&self) -> Result<Vec<Input>, Failure> {
        Ok(inputs(&self.inputs)?)
    }

    /// Returns the folder of the sources, if one is given and there.
    pub(crate) fn source_tree(&self) -> Option<SourceTree> {
        SourceTree::new(self.source.as_ref()?)
    }

    /// Reads one input, filtered.
    pub(crate) fn read_one(&self, input: &Input) -> Result<Profile, Failure> {
        self.filtered(self.union(std::slice::from_ref(input))?)
    }

    fn union(&self, inputs: &[Input]) -> Result<Profile, Failure> {
        let bytes = inputs.iter().map(Input::size).sum();
        let bar = progress(bytes);
        let as_set = matches!(self.mode, Some(ReadAs::Set));
        let merger = Merger { threads: self.threads(), as_set };
        let union = merger.run(inputs, |input| {
            bar.inc(input.size());
            bar.set_message(input.name());
        });
        bar.finish_and_clear();
        Ok(union?)
    }

    /// Returns how many threads work.
    pub(crate) fn threads(&self) -> usize {
        const MOST: usize = 4;
        let cores = || available_parallelism().map_or(1, usize::from);
        self.threads.unwrap_or_else(|| cores().min(MOST))
    }

    fn finish(&self, profile: Profile) -> Result<Profile, Failure> {
        let mut profile = self.filtered(profile)?;
        profile.resolve(self.on_conflict.into())?;
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
            let tree = self.source_tree().ok_or_else(|| {
                Failure::usage("--source: there is no such folder")
            })?;
            filter = filter.no_generated(tree);
        }
        Ok(filter)
    }
}

/// Returns a bar on standard error for long merges, if that is a terminal.
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

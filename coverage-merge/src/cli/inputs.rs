//! The arguments that say what is read, and how.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
// Not modelled: it only asks the system.
use std::thread::available_parallelism;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use coverage_merge::{
    Filter, Input, Merger, OnConflict, Profile, Search, SourceTree, text_of,
};
use indicatif::{ProgressBar, ProgressStyle};

use super::failure::{Failure, note, say, tell};

/// What is read.
#[derive(Args)]
pub(crate) struct Inputs {
    /// Profiles, folders, globs, @LIST, or - for standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<OsString>,

    /// Take odd records for what they can mean, with a warning each: negative
    /// counts are 0, unknown records are passed over
    #[arg(long)]
    lenient: bool,

    /// Say what was read and what was passed over
    #[arg(short, long)]
    verbose: bool,

    /// How many threads read [default: one a core, at most 4]
    #[arg(short = 'j', long, value_name = "N")]
    threads: Option<usize>,

    /// Read every count as 0 or 1, so that inputs of all modes merge
    #[arg(long, value_enum)]
    mode: Option<ReadAs>,

    /// What to do with blocks of one file that overlap
    #[arg(
        long,
        value_name = "CHOICE",
        value_parser = on_conflict(),
        default_value_t
    )]
    on_conflict: OnConflict,

    /// Only files that match one of these globs (path or name), or, with
    /// @LIST, that stand in this list of paths, one a line
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

    #[arg(skip)]
    outputs: Vec<PathBuf>,
}

/// The mode that all inputs are read in, whatever they say.
#[derive(Clone, Copy, ValueEnum)]
enum ReadAs {
    Set,
}

/// Takes the names of the choices, and no other.
fn on_conflict() -> impl TypedValueParser<Value = OnConflict> {
    let names = OnConflict::NAMES.map(|(name, _)| name);
    PossibleValuesParser::new(names).try_map(|name| name.parse())
}

impl Inputs {
    /// Returns the union of all inputs, filtered and without conflicts.
    pub(crate) fn read(&self) -> Result<Profile, Failure> {
        self.finish(self.joined(&self.list()?)?)
    }

    /// Returns that union, and the paths that the filters leave out of it.
    pub(crate) fn read_and_left_out(
        &self,
    ) -> Result<(Profile, Vec<String>), Failure> {
        let union = self.joined(&self.list()?)?;
        let filter = self.filter()?;
        let mut left_out = Vec::new();
        // Nothing is kept of the result: only the paths are asked for.
        union.rename(|path| {
            if filter.path(path).is_none() {
                left_out.push(filter.renamed(path));
            }
            None
        })?;
        Ok((self.finish(union)?, left_out))
    }

    /// Reads another input with the same filters and choices.
    pub(crate) fn read_as_these(
        &self,
        input: &str,
    ) -> Result<Profile, Failure> {
        self.finish(self.joined(&self.found([input])?)?)
    }

    /// Returns the first argument.
    pub(crate) fn first(&self) -> Option<&OsStr> {
        self.inputs.first().map(OsString::as_os_str)
    }

    /// Passes over the outputs of this run in folders.
    pub(crate) fn set_outputs(&mut self, outputs: Vec<PathBuf>) {
        self.outputs = outputs;
    }

    /// Returns one profile for each argument.
    pub(crate) fn read_each(&self) -> Result<Vec<Profile>, Failure> {
        let one = |input| self.finish(self.joined(&self.found([input])?)?);
        self.inputs.iter().map(one).collect()
    }

    /// Returns the inputs themselves.
    pub(crate) fn list(&self) -> Result<Vec<Input>, Failure> {
        self.found(&self.inputs)
    }

    /// Returns the inputs that arguments mean.
    fn found<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
    ) -> Result<Vec<Input>, Failure> {
        let mut search = Search::default();
        for output in &self.outputs {
            search = search.without(output);
        }
        for argument in arguments {
            search.argument(argument.as_ref())?;
        }
        self.tell(&search);
        Ok(search.inputs)
    }

    /// Says what was found: all of it if that is wanted, else that something
    /// was passed over.
    fn tell(&self, search: &Search) {
        let passed = &search.passed_over;
        if self.verbose {
            for input in &search.inputs {
                tell(&format!("read: {}", input.name()));
            }
            for (path, why) in passed {
                tell(&format!("passed over: {}: {why}", path.display()));
            }
        }
        let (read, passed) = (search.inputs.len(), passed.len());
        if self.verbose {
            say(&format!("{read} read, {passed} passed over"));
        } else if search.again() > 0 {
            note(&format!(
                "{read} inputs read; {} given twice, counted once",
                search.again()
            ));
        } else if passed > 0 {
            note(&format!(
                "{read} inputs read, {passed} passed over (--verbose lists \
                 them)"
            ));
        }
    }

    pub(crate) fn has_source(&self) -> bool {
        self.source.is_some()
    }

    /// Returns the folder of the sources, if one is given.
    pub(crate) fn source_tree(&self) -> Result<Option<SourceTree>, Failure> {
        let Some(source) = &self.source else { return Ok(None) };
        let tree = SourceTree::new(source).ok_or_else(|| {
            let source = source.display();
            Failure::usage(format!("--source {source}: no such folder"))
        })?;
        Ok(Some(tree))
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
        let mut empty = Profile::new();
        if self.lenient {
            empty = empty.lenient();
        }
        let union = merger.run_from(&empty, inputs, |input| {
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

    fn joined(&self, inputs: &[Input]) -> Result<Profile, Failure> {
        let mut union = self.union(inputs)?;
        union.join_sources()?;
        Ok(union)
    }

    fn finish(&self, profile: Profile) -> Result<Profile, Failure> {
        let mut profile = self.filtered(profile)?;
        profile.resolve(self.on_conflict)?;
        for warning in profile.warnings() {
            say(&format!("warning: {warning}"));
        }
        Ok(profile)
    }

    fn filtered(&self, profile: Profile) -> Result<Profile, Failure> {
        let filter = self.filter()?;
        if filter.is_empty() {
            return Ok(profile);
        }
        Ok(filter.apply(&profile)?)
    }

    pub(crate) fn filter(&self) -> Result<Filter, Failure> {
        let usage = |error: coverage_merge::Error| {
            Failure::usage(format!("bad glob: {error}"))
        };
        let (lists, globs): (Vec<&String>, Vec<&String>) =
            self.include.iter().partition(|glob| glob.starts_with('@'));
        let mut filter = Filter::new()
            .include(&globs)
            .and_then(|filter| filter.exclude(&self.exclude))
            .map_err(usage)?;
        for list in lists {
            let list = &list[1..];
            let text = text_of(list)
                .map_err(|error| Failure::input(format!("{list}: {error}")))?;
            let paths: Vec<&str> =
                text.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
            filter = filter.include_paths(&paths);
        }
        for prefix in &self.strip_prefix {
            filter = filter.strip_prefix(prefix);
        }
        for map in &self.map {
            let (from, to) = map.split_once('=').ok_or_else(|| {
                Failure::usage(format!("--map {map:?}: expected FROM=TO"))
            })?;
            filter = filter.map(from, to);
        }
        if self.no_generated
            && let Some(tree) = self.source_tree()?
        {
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

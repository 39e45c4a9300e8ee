//! Where the result goes, and in which format.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use coverage_merge::{By, LcovVersion, Order, Profile, SourceTree};
use support::atomic_file;

use super::behind::{Out, write_behind};
use super::failure::Failure;

/// Where the result goes.
#[derive(Args)]
pub(crate) struct Output {
    /// Where to write; - is standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    output: PathBuf,

    /// What to write [default: go, or lcov where no input is from Go]
    #[arg(long, value_enum)]
    format: Option<Format>,

    /// The order of Go's blocks: by file, or as go tool covdata textfmt
    #[arg(long, value_enum, default_value_t)]
    order: Sorted,

    /// Split Cobertura reports larger than this: FILE-1.xml, FILE-2.xml
    /// (GitLab takes 10 MiB)
    #[arg(long, value_name = "BYTES")]
    split: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Go's text format
    Go,
    /// An LCOV tracefile that every reader knows
    Lcov,
    /// An LCOV tracefile with function ends and MC/DC
    Lcov2,
    /// Cobertura's XML
    Cobertura,
    /// Totals by file
    Json,
    /// Totals by package, for a terminal
    Table,
    /// Totals by package, for a pull request
    Markdown,
    /// One page with the sources that --source has
    Html,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Sorted {
    #[default]
    File,
    Go,
}

impl Output {
    /// Writes in the format that was chosen; by a second thread, if
    /// `threads` are more than one.
    pub(crate) fn write(
        &self,
        profile: &Profile,
        sources: Option<SourceTree>,
        threads: usize,
    ) -> Result<(), Failure> {
        let only_lines = profile.mode().is_none() && !profile.is_empty();
        let format = self.format.unwrap_or(match only_lines {
            true => Format::Lcov,
            false => Format::Go,
        });
        if format == Format::Go && profile.has_lines() {
            return Err(Failure::usage(
                "an input counts lines, and Go's format counts blocks: \
                 choose another --format, such as lcov",
            ));
        }
        if format == Format::Cobertura {
            return self.write_cobertura(profile);
        }
        let order = match self.order {
            Sorted::File => Order::File,
            Sorted::Go => Order::Go,
        };
        let report = |by| profile.report(by, None);
        let write = |out: &mut Out| match format {
            Format::Go => profile.write_by(threads, out, order),
            Format::Lcov => profile.write_lcov(out, LcovVersion::One),
            Format::Lcov2 => profile.write_lcov(out, LcovVersion::Two),
            Format::Json => out.write_all(report(By::File).json().as_bytes()),
            Format::Table => {
                out.write_all(report(By::Package).table().as_bytes())
            }
            Format::Markdown => {
                out.write_all(report(By::Package).markdown().as_bytes())
            }
            Format::Html => {
                out.write_all(profile.html(sources.as_ref()).as_bytes())
            }
            Format::Cobertura => Ok(()),
        };
        self.write_with(|out| match threads {
            0 | 1 => write(out),
            _ => write_behind(out, write),
        })
    }

    fn write_cobertura(&self, profile: &Profile) -> Result<(), Failure> {
        let reports = profile.cobertura(self.split);
        if let [report] = &reports[..] {
            return self.write_with(|out| out.write_all(report.as_bytes()));
        }
        if is_dash(&self.output) {
            let what = "the report must be split: give a file with -o";
            return Err(Failure::usage(what));
        }
        for (report, number) in reports.iter().zip(1..) {
            let path = numbered(&self.output, number);
            replace(&path, |out| out.write_all(report.as_bytes()))?;
        }
        Ok(())
    }

    fn write_with(
        &self,
        write: impl FnOnce(&mut Out) -> io::Result<()>,
    ) -> Result<(), Failure> {
        if is_dash(&self.output) {
            return to_stdout(write);
        }
        replace(&self.output, write)
    }
}

/// `report.xml` as `report-1.xml`.
fn numbered(path: &Path, number: usize) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let mut name = format!("{stem}-{number}");
    if let Some(extension) = path.extension() {
        name += &format!(".{}", extension.to_string_lossy());
    }
    path.with_file_name(name)
}

/// Writes to standard output.
pub(crate) fn print(text: &[u8]) -> Result<(), Failure> {
    to_stdout(|out| out.write_all(text))
}

/// Writes to standard output. A reader that has seen enough, as in
/// `| head`, is no error.
fn to_stdout(
    write: impl FnOnce(&mut Out) -> io::Result<()>,
) -> Result<(), Failure> {
    let mut out = io::stdout();
    match write(&mut out).and_then(|()| out.flush()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::input(format!("standard output: {e}")))
        }
        _ => Ok(()),
    }
}

/// Writes all of a file, or leaves it as it was.
fn replace(
    path: &Path,
    write: impl FnOnce(&mut Out) -> io::Result<()>,
) -> Result<(), Failure> {
    atomic_file::write_with(path, |file| write(file))
        .map_err(|error| Failure::input(format!("{}: {error}", path.display())))
}

/// A path that may be `-` for standard input or output.
pub(crate) fn is_dash(path: &Path) -> bool {
    path.as_os_str() == "-"
}

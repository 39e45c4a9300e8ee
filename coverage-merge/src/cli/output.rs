//! Where the result goes, and in which format.

use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use coverage_merge::{By, LcovVersion, Order, Profile, SourceTree};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::destination::{is_dash, is_packed, replace, to_stdout};
use super::failure::{Failure, note};
use super::pages::{self, Pages, in_pages};
use super::write_behind::{Out, write_behind};

/// Where the result goes.
#[derive(Args)]
pub(crate) struct Output {
    /// Where to write; - is standard output; FILE.gz and FILE.zst are packed
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    output: PathBuf,

    /// What to write [default: go, or lcov where no input is from Go]
    #[arg(long, value_enum)]
    format: Option<Format>,

    /// The order of Go's blocks: by file, or as go tool covdata textfmt
    #[arg(long, value_enum, default_value_t)]
    order: Sorted,

    /// Whether an HTML report is one page, or has a page for each file
    #[arg(long, value_enum, default_value_t)]
    pages: Pages,

    /// Split Cobertura reports larger than this: FILE-1.xml, FILE-2.xml
    /// (GitLab takes 10 MiB)
    #[arg(long, value_name = "BYTES", value_parser = size)]
    split: Option<usize>,
}

/// Reads a size: 10000000, 10M or 10MiB.
fn size(text: &str) -> Result<usize, String> {
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let unit = match &text[digits.len()..] {
        "" => 1,
        "k" | "K" | "kB" => 1_000,
        "KiB" => 1 << 10,
        "M" | "MB" => 1_000_000,
        "MiB" => 1 << 20,
        _ => return Err("expected bytes, or a number with M or MiB".into()),
    };
    let number: usize = digits.parse().map_err(|_| "expected a number")?;
    number.checked_mul(unit).ok_or_else(|| "too large".to_owned())
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
    /// A table of folders and files, and the sources that --source has
    Html,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Sorted {
    #[default]
    File,
    Go,
}

impl From<Sorted> for Order {
    fn from(sorted: Sorted) -> Self {
        match sorted {
            Sorted::File => Self::File,
            Sorted::Go => Self::Go,
        }
    }
}

/// A result in a format that is one file, whatever its size.
struct Text<'a> {
    format: Format,
    order: Order,
    profile: &'a Profile,
    tree: Option<&'a SourceTree>,
    threads: usize,
}

impl Text<'_> {
    fn write_to(&self, out: &mut Out<'_>) -> io::Result<()> {
        let profile = self.profile;
        let report = |by| profile.report(by, None);
        let text = match self.format {
            Format::Go => {
                return profile.write_by(self.threads, out, self.order);
            }
            Format::Lcov => return profile.write_lcov(out, LcovVersion::One),
            Format::Lcov2 => return profile.write_lcov(out, LcovVersion::Two),
            Format::Cobertura => return profile.write_cobertura(out),
            Format::Json => report(By::File).json(),
            Format::Table => report(By::Package).table(),
            Format::Markdown => report(By::Package).markdown(),
            Format::Html => return profile.write_html(self.tree, out),
        };
        out.write_all(text.as_bytes())
    }
}

impl Output {
    /// Writes in the format that was chosen; by a second thread, if
    /// `threads` are more than one.
    pub(crate) fn write(
        &self,
        profile: &Profile,
        tree: Option<&SourceTree>,
        threads: usize,
    ) -> Result<(), Failure> {
        let format = self.format_of(profile)?;
        if [Format::Lcov, Format::Cobertura].contains(&format)
            && profile.has_conditions()
        {
            note("MC/DC is left out: only --format lcov2 has it");
        }
        let of_lines = [Format::Lcov, Format::Lcov2, Format::Cobertura];
        let renamed = match tree {
            Some(tree) if of_lines.contains(&format) => {
                // Who reads these looks for files of the repository.
                Some(profile.rename(|path| {
                    let path = tree.relative(path).unwrap_or(path.to_owned());
                    Some(path)
                })?)
            }
            _ => None,
        };
        let profile = renamed.as_ref().unwrap_or(profile);
        if self.is_split() {
            return self.write_cobertura(profile);
        }
        if format == Format::Html
            && let Some(report) =
                in_pages(self.pages, &self.output, profile, tree)?
        {
            return pages::write(&report, &self.output);
        }
        let order = self.order.into();
        let text = Text { format, order, profile, tree, threads };
        self.write_with(|out| {
            // Go's text is made by threads of its own, and written by this.
            if threads > 1 && format != Format::Go {
                write_behind(out, |out| text.write_to(out))
            } else {
                text.write_to(out)
            }
        })
    }

    /// Returns the files of this result, with the parts that an earlier one
    /// had.
    pub(crate) fn paths(&self) -> Vec<PathBuf> {
        let mut paths = vec![self.output.clone()];
        if self.is_split() {
            let parts = (1..).map(|number| numbered(&self.output, number));
            paths.extend(parts.take_while(|part| part.exists()));
        }
        paths
    }

    fn is_split(&self) -> bool {
        self.format == Some(Format::Cobertura) && self.split.is_some()
    }

    /// Returns the format that was chosen, or the one that suits the inputs.
    fn format_of(&self, profile: &Profile) -> Result<Format, Failure> {
        let only_lines = profile.mode().is_none() && !profile.is_empty();
        let suited = if only_lines { Format::Lcov } else { Format::Go };
        let format = self.format.unwrap_or(suited);
        if format == Format::Go && profile.has_lines() {
            return Err(Failure::usage(
                "an input counts lines, and Go's format counts blocks: \
                 choose another --format, such as lcov",
            ));
        }
        Ok(format)
    }

    fn write_cobertura(&self, profile: &Profile) -> Result<(), Failure> {
        let reports = profile.cobertura(self.split);
        if is_dash(&self.output) || is_packed(&self.output) {
            let what = "--split writes many files: name one with -o, not \
                        packed";
            return Err(Failure::usage(what));
        }
        for (report, number) in reports.iter().zip(1..) {
            let path = numbered(&self.output, number);
            replace(&path, |out| out.write_all(report.as_bytes()))?;
        }
        // An earlier run may have had more.
        for number in reports.len() + 1.. {
            if std::fs::remove_file(numbered(&self.output, number)).is_err() {
                break;
            }
        }
        Ok(())
    }

    fn write_with(
        &self,
        write: impl FnOnce(&mut Out<'_>) -> io::Result<()>,
    ) -> Result<(), Failure> {
        if is_dash(&self.output) {
            return to_stdout(write);
        }
        match self.output.extension().and_then(|it| it.to_str()) {
            Some("gz") => replace(&self.output, |out| {
                let mut packed = GzEncoder::new(out, Compression::default());
                write(&mut packed)?;
                packed.finish()?.flush()
            }),
            Some("zst") => replace(&self.output, |out| {
                let mut packed = zstd::Encoder::new(out, 0)?;
                write(&mut packed)?;
                packed.finish()?.flush()
            }),
            _ => replace(&self.output, write),
        }
    }
}

/// Returns `report.xml` as `report-1.xml`.
fn numbered(path: &Path, number: usize) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let mut name = format!("{stem}-{number}");
    if let Some(extension) = path.extension() {
        name += &format!(".{}", extension.to_string_lossy());
    }
    path.with_file_name(name)
}

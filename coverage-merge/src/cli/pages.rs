//! An HTML report of many files: a table, and a folder with a page for each.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use coverage_merge::{HtmlReport, Profile, SourceTree};

use super::destination::{is_dash, is_packed, replace};
use super::failure::Failure;

/// Where the sources of an HTML report go.
#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Pages {
    /// One page, or one for each file where there are more than 500 files or
    /// 100,000 lines
    #[default]
    Auto,
    /// One page that needs no other file
    One,
    /// A page for each file in NAME.files beside NAME.html
    Each,
}

/// Returns the report, if it is to be written as a page for each file.
pub(crate) fn in_pages<'a>(
    pages: Pages,
    output: &Path,
    profile: &'a Profile,
    tree: Option<&'a SourceTree>,
) -> Result<Option<HtmlReport<'a>>, Failure> {
    let is_one_file = is_dash(output) || is_packed(output);
    if pages == Pages::Each && is_one_file {
        let what = "--pages each writes many files: name one with -o, not \
                    packed";
        return Err(Failure::usage(what));
    }
    if pages == Pages::One || is_one_file {
        return Ok(None);
    }
    let report = HtmlReport::new(profile, tree);
    let many = pages == Pages::Each || report.is_large();
    Ok(many.then_some(report))
}

/// Writes the pages of the files, and then the table that leads to them.
pub(crate) fn write(
    report: &HtmlReport<'_>,
    output: &Path,
) -> Result<(), Failure> {
    let folder = folder_beside(output);
    let failed = |path: &Path, error: std::io::Error| {
        Failure::input(format!("{}: {error}", path.display()))
    };
    fs::create_dir_all(&folder).map_err(|error| failed(&folder, error))?;
    let name = |path: &Path| {
        let name = path.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    };
    let index = format!("../{}", name(output));
    for at in 0..report.files() {
        let page = folder.join(format!("{}.html", at + 1));
        replace(&page, |out| report.write_file(at, &index, out))?;
    }
    // An earlier run may have had more.
    for number in report.files() + 1.. {
        let page = folder.join(format!("{number}.html"));
        if fs::remove_file(page).is_err() {
            break;
        }
    }
    replace(output, |out| report.write_index(&name(&folder), out))
}

/// Returns `report.files` for `report.html`.
fn folder_beside(output: &Path) -> PathBuf {
    let stem = output.file_stem().unwrap_or_default();
    let mut name = OsString::from(stem);
    name.push(".files");
    output.with_file_name(name)
}

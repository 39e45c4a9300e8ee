//! Standard output, files written whole, and what a path says of them.

use std::io::{self, Write};
use std::path::Path;

use coverage_merge::Report;
use support::atomic_file;
use terminal_size::terminal_size_of;

use super::failure::Failure;
use super::write_behind::Out;

/// Writes to standard output.
pub(crate) fn print(text: &[u8]) -> Result<(), Failure> {
    to_stdout(|out| out.write_all(text))
}

/// Writes a text with colours to standard output, as far as that has them.
pub(crate) fn print_coloured(text: &str) -> Result<(), Failure> {
    let mut out = anstream::stdout();
    ended(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// Returns the table of a report, no wider than the terminal if there is one.
pub(crate) fn fitted(report: &Report) -> String {
    match terminal_size_of(io::stdout()) {
        Some((width, _)) => report.table_within(width.0),
        None => report.table(),
    }
}

/// Writes to standard output.
pub(crate) fn to_stdout(
    write: impl FnOnce(&mut Out<'_>) -> io::Result<()>,
) -> Result<(), Failure> {
    let mut out = io::stdout();
    ended(write(&mut out).and_then(|()| out.flush()))
}

/// A reader that has seen enough, as in `| head`, is no error.
fn ended(written: io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::input(format!("standard output: {e}")))
        }
        _ => Ok(()),
    }
}

/// Writes all of a file, or leaves it as it was.
pub(crate) fn replace(
    path: &Path,
    write: impl FnOnce(&mut Out<'_>) -> io::Result<()>,
) -> Result<(), Failure> {
    atomic_file::write_with(path, |file| write(file))
        .map_err(|error| Failure::input(format!("{}: {error}", path.display())))
}

/// Returns whether what is written to `path` is packed.
pub(crate) fn is_packed(path: &Path) -> bool {
    path.extension().is_some_and(|it| it == "gz" || it == "zst")
}

/// Returns whether `path` is `-`, which means standard input or output.
pub(crate) fn is_dash(path: &Path) -> bool {
    path.as_os_str() == "-"
}

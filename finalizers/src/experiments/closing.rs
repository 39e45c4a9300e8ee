//! Files closed too early, and files closed without a word.

use std::fs;
use std::io;
use std::path::Path;

use crate::close_errors::{Way, write_line};
use crate::get_fd::{Story, owned, post, raw};

/// The device that is always full; Linux and some BSDs have it.
pub const FULL: &str = "/dev/full";

const WANTED: &str = "what was asked for";

/// Returns what each dialect of `get_fd` reads.
///
/// # Errors
///
/// When a file cannot be made, opened or read.
pub fn get_fd() -> io::Result<String> {
    let folder = tempfile::tempdir()?;
    let wanted = folder.path().join("wanted");
    let other = folder.path().join("other");
    fs::write(&wanted, WANTED)?;
    fs::write(&other, "somebody else's secret")?;
    type Dialect = fn(&Path, &Path) -> io::Result<Story>;
    let dialects: [(&str, Dialect); 4] = [
        ("collected", post::story),
        ("raw", raw::story),
        ("kept alive", post::story_kept_alive),
        ("owned", owned::story),
    ];
    let mut found = Vec::new();
    for (name, story) in dialects {
        let story = story(&wanted, &other)?;
        let file = match (story.content == WANTED, story.is_reused()) {
            (true, false) => "right file",
            (false, true) => "wrong file",
            _ => "neither file",
        };
        found.push(format!("{name}: {file}"));
    }
    Ok(found.join(", "))
}

/// Returns what each way of closing tells when the disk is full.
///
/// # Errors
///
/// When `/dev/full` cannot be opened.
pub fn full_disk() -> io::Result<String> {
    let tell = |way| match write_line(Path::new(FULL), way) {
        Ok(()) => Ok(format!("{way}: nothing")),
        Err(error) if error.kind() == io::ErrorKind::StorageFull => {
            Ok(format!("{way}: {}", error.kind()))
        }
        Err(error) => Err(error),
    };
    let told: io::Result<Vec<_>> = Way::ALL.into_iter().map(tell).collect();
    Ok(told?.join("; "))
}

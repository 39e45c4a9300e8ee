//! JSON files in, and files out, whole or not at all.

use std::fs;
use std::io::Write;
use std::path::Path;

use serde::de::DeserializeOwned;

use crate::Error;

/// Writes beside `path` first and renames, so that `path` never holds half.
///
/// # Errors
///
/// When the file cannot be written; what was there before stays.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let directory = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let io = |error| Error::io(path, error);
    let mut file = tempfile::NamedTempFile::new_in(directory).map_err(io)?;
    file.write_all(bytes).map_err(io)?;
    file.persist(path).map_err(|error| io(error.error))?;
    Ok(())
}

/// Reads a JSON file.
///
/// # Errors
///
/// When the file cannot be read or is not what it should be; the error has
/// the line.
pub fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, Error> {
    let bytes = fs::read(path).map_err(|error| Error::io(path, error))?;
    serde_json::from_slice(&bytes).map_err(|error| Error::json(path, &error))
}

//! JSON files, read with errors that name the line.

use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;

use crate::error::Error;

/// Reads a JSON file.
///
/// # Errors
///
/// When the file cannot be read or is not what it should be; the error has
/// the line.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> Result<T, Error> {
    let bytes = fs::read(path).map_err(|error| Error::io(path, error))?;
    serde_json::from_slice(&bytes).map_err(|error| Error::json(path, &error))
}

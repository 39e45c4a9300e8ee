//! Texts that people make beside profiles: diffs and lists.

use std::fs;
use std::io;
use std::path::Path;

/// Reads a text in the encoding that its first bytes say: PowerShell's `>`
/// writes UTF-16.
///
/// # Errors
///
/// When the file cannot be read.
pub fn text_of(path: impl AsRef<Path>) -> io::Result<String> {
    fs::read(path).map(|bytes| decoded(&bytes))
}

/// Returns the text that these bytes are, without a byte order mark; UTF-8
/// where none says otherwise, with a sign in place of what is none.
///
/// ```
/// use coverage_merge::decoded;
/// assert_eq!(decoded(&[0xff, 0xfe, b'+', 0, b'y', 0]), "+y");
/// assert_eq!(decoded(b"+y"), "+y");
/// ```
pub fn decoded(bytes: &[u8]) -> String {
    encoding_rs::UTF_8.decode(bytes).0.into_owned()
}

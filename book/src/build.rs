//! Rendering the book.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use mdbook_driver::MDBook;

use crate::directives::Directives;
use crate::minify::minify;

/// Builds the book in folder `book` into the folder `destination`.
///
/// Returns the path of the first page.
///
/// # Errors
///
/// When the configuration or a chapter cannot be read, or the destination
/// cannot be written.
pub fn build_into(book: &Path, destination: &Path) -> Result<PathBuf> {
    let mut loaded = load(book)?;
    loaded.config.build.build_dir = std::path::absolute(destination)?;
    render(&loaded)
}

pub(crate) fn load(book: &Path) -> Result<MDBook> {
    let mut loaded = MDBook::load(book).with_context(|| {
        format!("cannot load the book in {}", book.display())
    })?;
    // It replaces the command that book.toml names for plain mdbook.
    loaded.with_preprocessor(Directives);
    Ok(loaded)
}

fn render(book: &MDBook) -> Result<PathBuf> {
    book.build().context("cannot build the book")?;
    let folder = book.build_dir_for("html");
    minify(&folder).context("cannot make the book smaller")?;
    let page = folder.join("index.html");
    page.canonicalize()
        .with_context(|| format!("no page at {}", page.display()))
}

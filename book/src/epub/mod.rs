//! The book as one EPUB file, for readers of ink and for trains.
//!
//! Each page that was built becomes a page of the file: what needs scripts is
//! left out, and what stands there without scripts is shown.

mod xhtml;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use mdbook_driver::book::BookItem;
use rbook::Epub;
use rbook::epub::EpubChapter;
use rbook::epub::manifest::DetachedEpubManifestEntry;
use support::atomic_file;

use crate::build::load;
use xhtml::Pages;

const STYLE: &str = include_str!("../../player/epub.css");

/// A chapter, and where its page is.
struct Chapter<'a> {
    name: &'a str,
    /// Of the built page, relative to the built book.
    page: PathBuf,
}

/// Chapters that stand below one title, or before the first.
struct Part<'a> {
    title: Option<&'a str>,
    chapters: Vec<Chapter<'a>>,
}

/// Puts the pages of `folder`, which [`build_into`](crate::build_into) has made
/// of the book in folder `book`, into the file `to`.
///
/// # Errors
///
/// When the book or a page cannot be read, or the file cannot be written.
pub fn epub(book: &Path, folder: &Path, to: &Path) -> Result<()> {
    let loaded = load(book)?;
    let parts = parts(loaded.iter());
    let names: BTreeMap<_, _> = parts
        .iter()
        .flat_map(|part| &part.chapters)
        .map(|chapter| (chapter.page.clone(), name_of(&chapter.page)))
        .collect();
    let pages = Pages { folder, names: &names };
    let config = &loaded.config.book;
    let title = config.title.as_deref().unwrap_or_default();
    let style = DetachedEpubManifestEntry::new("style").href("style.css");
    let mut epub = Epub::builder()
        .identifier("urn:runtime-internals")
        .title(title)
        .author("The runtime-internals authors")
        .language(config.language.as_deref().unwrap_or("en"))
        .description(config.description.as_deref().unwrap_or_default())
        .modified_now()
        .resource(style.content(STYLE.as_bytes()));
    for part in &parts {
        let chapters = part.chapters.iter().map(|it| chapter(&pages, it));
        let chapters: Vec<_> = chapters.collect::<Result<_>>()?;
        epub = match part.title {
            Some(title) => {
                epub.chapter(EpubChapter::new(title).children(chapters))
            }
            None => epub.chapter(chapters),
        };
    }
    let bytes = epub.write().compression(9).to_vec();
    let bytes = bytes.context("cannot make the EPUB")?;
    atomic_file::write(to, &bytes)
        .with_context(|| format!("cannot write {}", to.display()))
}

fn parts<'a>(items: impl Iterator<Item = &'a BookItem>) -> Vec<Part<'a>> {
    let mut parts = vec![Part { title: None, chapters: Vec::new() }];
    for item in items {
        match item {
            BookItem::PartTitle(title) => {
                let title = Some(title.as_str());
                parts.push(Part { title, chapters: Vec::new() });
            }
            BookItem::Separator => {}
            BookItem::Chapter(chapter) => {
                let Some(path) = &chapter.path else { continue };
                let page = path.with_extension("html");
                let last = parts.last_mut().expect("there is always one");
                last.chapters.push(Chapter { name: &chapter.name, page });
            }
        }
    }
    parts
}

/// Returns a page's name in the file: it has no folders.
fn name_of(page: &Path) -> String {
    let flat = page.with_extension("xhtml");
    let parts = flat.iter().map(|part| part.to_string_lossy());
    parts.collect::<Vec<_>>().join("-")
}

fn chapter(pages: &Pages<'_>, chapter: &Chapter<'_>) -> Result<EpubChapter> {
    let path = pages.folder.join(&chapter.page);
    let html = fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}", path.display()))?;
    let page = pages
        .page(&html, &chapter.page, chapter.name)
        .with_context(|| format!("{}", path.display()))?;
    let name = name_of(&chapter.page);
    let mut entry = DetachedEpubManifestEntry::new(name.replace('.', "-"));
    if page.contains("<svg ") {
        entry = entry.property("svg");
    }
    Ok(EpubChapter::new(chapter.name)
        .with_manifest_entry(entry)
        .href(name)
        .xhtml(page.into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_no_folders() {
        let name = |page| name_of(Path::new(page));
        assert_eq!(name("timers/the-heap.html"), "timers-the-heap.xhtml");
        assert_eq!(name("introduction.html"), "introduction.xhtml");
    }
}

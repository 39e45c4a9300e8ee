//! The book as an EPUB: all of it, well formed, and each link leads somewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use rbook::Epub;

/// What a page names, and what it refers to.
#[derive(Default)]
struct Page {
    ids: BTreeSet<String>,
    links: Vec<String>,
}

#[test]
fn each_chapter_is_a_page_and_each_link_leads_to_one() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    book::build_into(source, folder.path()).expect("the book builds");
    let file = folder.path().join("book.epub");
    book::epub(source, folder.path(), &file).expect("it is written");

    let epub = Epub::options().strict(true).open(&file);
    let epub = epub.expect("it is an EPUB");
    let mut pages = BTreeMap::new();
    for page in epub.reader() {
        let page = page.expect("it can be read");
        let name = page.manifest_entry().href().name().as_str().to_owned();
        pages.insert(name, read(page.content()));
    }
    let summary = source.join("chapters/SUMMARY.md");
    let summary = fs::read_to_string(summary).expect("it can be read");
    assert_eq!(pages.len(), summary.matches(".md)").count());
    for (name, page) in &pages {
        for link in page.links.iter().filter(|it| !it.contains("://")) {
            let (target, place) = link.split_once('#').unwrap_or((link, ""));
            let target = if target.is_empty() { name } else { target };
            let target = pages.get(target);
            let target = target.unwrap_or_else(|| panic!("{name}: {link}"));
            let is_there = place.is_empty() || target.ids.contains(place);
            assert!(is_there, "{name}: {link}");
        }
    }
}

/// Reads a page, which must be well-formed XML.
fn read(text: &str) -> Page {
    let mut page = Page::default();
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().expect("well formed") {
            Event::Start(tag) | Event::Empty(tag) => page.note(&tag),
            Event::Eof => return page,
            _ => {}
        }
    }
}

impl Page {
    fn note(&mut self, tag: &BytesStart<'_>) {
        for attribute in tag.attributes() {
            let attribute = attribute.expect("well formed");
            let value = attribute
                .normalized_value(XmlVersion::Explicit1_0)
                .expect("well formed");
            match attribute.key.as_ref() {
                "id" => drop(self.ids.insert(value.into_owned())),
                "href" if tag.name().as_ref() == "a" => {
                    self.links.push(value.into_owned());
                }
                _ => {}
            }
        }
    }
}

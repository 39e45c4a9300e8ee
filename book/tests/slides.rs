//! The slides: of each chapter, and each link leads somewhere.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use scraper::{Html, Selector};

#[test]
fn each_chapter_has_slides_and_each_link_of_theirs_a_target() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    book::build_into(source, folder.path()).expect("the book builds");
    let list = book::slides(source, folder.path()).expect("they are made");

    let summary = fs::read_to_string(source.join("chapters/SUMMARY.md"));
    let chapters = summary.expect("it can be read").matches(".md)").count();
    let decks: BTreeSet<String> = links(&list).into_iter().collect();
    assert_eq!(decks.len(), chapters);
    for deck in &decks {
        let file = folder.path().join(deck);
        assert!(count(&file, ".slide") > 0, "{deck}");
        for link in links(&file).iter().filter(|link| !link.contains("://")) {
            let path = link.split('#').next().unwrap_or_default();
            assert!(!path.is_empty(), "{deck}: {link}");
            let target = file.with_file_name("").join(path);
            assert!(target.exists(), "{deck}: {link}");
        }
    }
    let heap = folder.path().join("timers/the-heap.slides.html");
    for part in ["step-player", "table", "pre", "quiz-card", ".notes"] {
        let of_slides = format!(".slide {part}");
        assert!(count(&heap, &of_slides) > 0, "no {part}");
    }
}

fn count(file: &Path, selector: &str) -> usize {
    let page = page(file);
    let selector = Selector::parse(selector).expect("a valid selector");
    page.select(&selector).count()
}

/// Returns what a page leads to and what it loads.
fn links(file: &Path) -> Vec<String> {
    let page = page(file);
    let all = Selector::parse("[href], [src]").expect("a valid selector");
    let attribute =
        |name| page.select(&all).filter_map(move |it| it.attr(name));
    let links = attribute("href").chain(attribute("src"));
    links.map(str::to_owned).collect()
}

fn page(file: &Path) -> Html {
    let text = fs::read_to_string(file);
    let text = text.unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    Html::parse_document(&text)
}

//! No page shows the marks of Markdown or of this book's own directives.

use std::fs;
use std::path::Path;

use scraper::{Html, Selector};
use walkdir::WalkDir;

/// What such marks may stand in.
const CODE: [&str; 5] = ["code", "pre", "script", "style", "textarea"];

#[test]
fn no_mark_is_left_in_the_text_of_a_page() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    book::build_into(source, folder.path()).expect("the book builds");
    let mut pages = 0;
    for entry in WalkDir::new(folder.path()) {
        let path = entry.expect("the book can be read").into_path();
        if path.extension().is_some_and(|end| end == "html") {
            let html = fs::read_to_string(&path).expect("pages are text");
            let left = marks(&html);
            assert!(left.is_empty(), "{}: {left:#?}", path.display());
            pages += 1;
        }
    }
    assert!(pages > 0, "there are no pages");
}

/// Returns the texts outside code in which a mark stands.
fn marks(html: &str) -> Vec<String> {
    let body = Selector::parse("main").expect("it is valid");
    let page = Html::parse_document(html);
    let texts = page.select(&body).flat_map(|main| main.descendants());
    texts
        .filter(|node| {
            !node
                .ancestors()
                .filter_map(|above| above.value().as_element())
                .any(|element| CODE.contains(&element.name()))
        })
        .filter_map(|node| node.value().as_text())
        .filter(|text| {
            ["`", "{{#", "**", "]("].iter().any(|m| text.contains(m))
        })
        .map(|text| text.to_string())
        .collect()
}

#[test]
fn a_mark_is_seen_and_code_is_not() {
    let html = "<main><p>a `b` <code>`</code></p><i>`c</i></main>";
    assert_eq!(marks(html), ["a `b` ", "`c"]);
}

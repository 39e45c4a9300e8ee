//! Every link of the rendered book leads somewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use scraper::{Html, Selector};
use walkdir::WalkDir;

/// The rendered pages by path, each with the ids it has and its links.
struct Page {
    ids: BTreeSet<String>,
    links: Vec<String>,
}

fn pages(folder: &Path) -> BTreeMap<PathBuf, Page> {
    WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.expect("the book can be read").into_path())
        .filter(|path| path.extension().is_some_and(|e| e == "html"))
        .map(|path| {
            let text = fs::read_to_string(&path).expect("pages are text");
            (path, page(&text))
        })
        .collect()
}

fn page(text: &str) -> Page {
    let html = Html::parse_document(text);
    let all = |selector: &str, attribute: &str| -> Vec<String> {
        let selector = Selector::parse(selector).expect("a valid selector");
        html.select(&selector)
            .filter_map(|element| element.attr(attribute))
            .map(str::to_owned)
            .collect()
    };
    let mut links = all("a[href], link[href]", "href");
    links.extend(all("img[src], script[src]", "src"));
    Page {
        ids: all("[id]", "id").into_iter().collect(),
        links,
    }
}

/// Why a link of the page at `from` leads nowhere, if it does.
fn broken(
    from: &Path,
    link: &str,
    pages: &BTreeMap<PathBuf, Page>,
) -> Option<String> {
    let outside = ["http:", "https:", "mailto:", "data:", "javascript:"];
    if outside.iter().any(|scheme| link.starts_with(scheme)) {
        return None;
    }
    let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
    let target = match path {
        "" => from.to_owned(),
        path => clean(&from.with_file_name(path)),
    };
    if !target.exists() {
        return Some("no such file".to_owned());
    }
    let there = fragment.is_empty()
        || pages
            .get(&target)
            .is_none_or(|page| page.ids.contains(fragment));
    (!there).then(|| format!("no heading #{fragment}"))
}

/// The path without `..`.
fn clean(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                clean.pop();
            }
            component => clean.push(component),
        }
    }
    clean
}

#[test]
fn each_link_leads_to_a_page_and_a_heading() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    book::build_into(source, folder.path()).expect("the book builds");
    let pages = pages(folder.path());

    let mut wrong = Vec::new();
    for (path, page) in &pages {
        for link in &page.links {
            // The page for addresses that do not exist knows its own only
            // on a server.
            if path.ends_with("404.html") {
                continue;
            }
            if let Some(reason) = broken(path, link, &pages) {
                let page = path.strip_prefix(folder.path()).unwrap_or(path);
                wrong.push(format!("{}: {link}: {reason}", page.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_link_to_nowhere_is_noticed() {
    let here = PathBuf::from(file!()).canonicalize();
    let here = here.unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").into());
    let pages = BTreeMap::from([(here.clone(), page("<p id=there>"))]);
    assert_eq!(broken(&here, "#there", &pages), None);
    assert!(broken(&here, "#elsewhere", &pages).is_some());
    assert!(broken(&here, "no-such-page.html", &pages).is_some());
    assert_eq!(broken(&here, "https://example.org", &pages), None);
}

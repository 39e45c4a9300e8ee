//! Every link and footnote of the rendered book leads somewhere, and so do
//! the links of the workspace's other texts.

mod sources;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use regex::Regex;
use scraper::{Html, Selector};
use walkdir::WalkDir;

/// The rendered pages by path, each with the ids it has and its links.
struct Page {
    ids: BTreeSet<String>,
    links: Vec<String>,
    /// What the reader sees, but for code.
    text: String,
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
        text: shown(&html),
    }
}

/// Returns the words of a page's main part that are neither code nor a script.
fn shown(html: &Html) -> String {
    let main = Selector::parse("main").expect("a valid selector");
    let mut text = String::new();
    for node in html.select(&main).flat_map(|main| main.descendants()) {
        let is_code = |ancestor: scraper::ElementRef<'_>| {
            ["code", "pre", "script", "svg"].contains(&ancestor.value().name())
        };
        let mut above = node.ancestors().filter_map(scraper::ElementRef::wrap);
        if let Some(words) = node.value().as_text()
            && !above.any(is_code)
        {
            text += words;
        }
    }
    text
}

/// Returns footnotes and named links that were written and are defined
/// nowhere.
fn undefined(text: &str) -> Vec<String> {
    let left = r"\[\^[\w-]+\]|\[[^\[\]]+\]\[[^\[\]]*\]";
    let left = Regex::new(left).expect("a valid pattern");
    left.find_iter(text).map(|m| m.as_str().to_owned()).collect()
}

/// Returns footnotes of a chapter's source that nothing refers to.
fn unused(text: &str) -> Vec<String> {
    let defined = Regex::new(r"(?m)^\[\^([\w-]+)\]:").expect("it is valid");
    let names = defined.captures_iter(text).map(|parts| parts[1].to_owned());
    names
        .filter(|name| {
            let mark = format!("[^{name}]");
            let all = text.matches(&mark).count();
            all == text.matches(&format!("{mark}:")).count()
        })
        .collect()
}

/// Returns why an address outside of the book cannot be right, if it cannot.
fn malformed(link: &str) -> Option<String> {
    let shape = r"^https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?::\d+)?(?:[/?#][\w.~:/?#\[\]@!$&'()*+,;=%-]*)?$";
    let shape = Regex::new(shape).expect("a valid pattern");
    if !shape.is_match(link) {
        return Some("no address of the web".to_owned());
    }
    let ends_in_a_sentence = link.ends_with(['.', ',', ';', ':']);
    ends_in_a_sentence.then(|| "ends with a sentence's mark".to_owned())
}

/// Returns why a link of the page at `from` leads nowhere, if it does.
fn broken(
    from: &Path,
    link: &str,
    pages: &BTreeMap<PathBuf, Page>,
) -> Option<String> {
    if link.starts_with("http:") || link.starts_with("https:") {
        return malformed(link);
    }
    let outside = ["mailto:", "data:", "javascript:"];
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
        || pages.get(&target).is_none_or(|page| page.ids.contains(fragment));
    (!there).then(|| format!("no heading #{fragment}"))
}

/// Returns the path without `..`.
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
        for mark in undefined(&page.text) {
            let page = path.strip_prefix(folder.path()).unwrap_or(path);
            wrong.push(format!("{}: {mark} is undefined", page.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_footnote_is_referred_to() {
    let mut wrong = Vec::new();
    for (path, text) in sources::chapters() {
        let unused = unused(&text);
        wrong.extend(unused.iter().map(|name| {
            format!("{}: [^{name}] is unused", sources::place(&path, 1))
        }));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_link_of_the_other_texts_leads_to_a_file() {
    let link = Regex::new(r"\]\(([^)#\s]+)").expect("a valid pattern");
    let book = sources::root().join("book/chapters");
    let mut wrong = Vec::new();
    for (path, text) in sources::files(&sources::root(), "md") {
        if path.starts_with(&book) {
            continue;
        }
        let outside_code = text.split("```").step_by(2).collect::<String>();
        for parts in link.captures_iter(&outside_code) {
            let link = &parts[1];
            let problem = if link.starts_with("http") {
                malformed(link)
            } else {
                let target = clean(&path.with_file_name(link));
                (!target.exists()).then(|| "no such file".to_owned())
            };
            let place = sources::place(&path, 1);
            wrong.extend(problem.map(|why| format!("{place}: {link}: {why}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_footnote_without_a_note_is_noticed() {
    let text = |html: &str| shown(&Html::parse_document(html));
    let page = text("<main>a[^one] [two][three] <code>[^x]</code></main>");
    assert_eq!(undefined(&page), ["[^one]", "[two][three]"]);
    assert_eq!(unused("a[^b]\n\n[^b]: c\n[^d]: e\n"), ["d"]);
    for wrong in [
        "https://example",
        "https:/example.org",
        "https://example.org/a b",
        "https://example.org/a.",
        "https://exa mple.org",
    ] {
        assert!(malformed(wrong).is_some(), "{wrong}");
    }
    assert_eq!(malformed("https://go.dev/ref/mem#atomic"), None);
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

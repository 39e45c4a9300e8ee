//! A page of the built book as XHTML, which readers of EPUB want.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};
use live::markup::escape;
use scraper::node::Element;
use scraper::{ElementRef, Html, Node, Selector};

/// Elements that do nothing where there are no scripts.
const DROPPED: [&str; 8] = [
    "button", "canvas", "iframe", "input", "script", "select", "style",
    "template",
];

/// Elements that have no content, and so no end.
const VOID: [&str; 5] = ["br", "col", "hr", "img", "wbr"];

/// Attributes that a page keeps.
const KEPT: [&str; 9] = [
    "alt",
    "aria-label",
    "class",
    "colspan",
    "href",
    "id",
    "role",
    "rowspan",
    "start",
];

/// The built book, and the names that its pages have in the file.
pub(super) struct Pages<'a> {
    pub(super) folder: &'a Path,
    pub(super) names: &'a BTreeMap<PathBuf, String>,
}

impl Pages<'_> {
    /// Returns the main part of a page.
    ///
    /// # Errors
    ///
    /// When it has none.
    pub(super) fn page(
        &self,
        html: &str,
        page: &Path,
        title: &str,
    ) -> Result<String> {
        let document = Html::parse_document(html);
        let main = Selector::parse("main").expect("a valid selector");
        let main = document.select(&main).next().context("it has no <main>")?;
        let mut writer = Writer { pages: self, page, text: String::new() };
        writer.text += r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">
<head><title>"#;
        writer.text += &escape(title);
        writer.text += r#"</title><link rel="stylesheet" type="text/css" href="style.css" /></head>
<body>"#;
        writer.children(main);
        writer.text += "</body>\n</html>\n";
        Ok(writer.text)
    }
}

struct Writer<'a> {
    pages: &'a Pages<'a>,
    page: &'a Path,
    text: String,
}

impl Writer<'_> {
    fn children(&mut self, element: ElementRef<'_>) {
        for child in element.children() {
            match child.value() {
                Node::Text(text) => self.text += &escape(text),
                Node::Element(_) => {
                    let child = ElementRef::wrap(child).expect("an element");
                    self.element(child);
                }
                _ => {}
            }
        }
    }

    fn element(&mut self, element: ElementRef<'_>) {
        let value = element.value();
        let name = value.name();
        // A link to what the file does not have is plain text.
        let is_dead = name == "a" && self.target(value).is_none();
        if DROPPED.contains(&name) {
            return;
        }
        if is_dead {
            return self.children(element);
        }
        // An element of our own is a part of the page with a name.
        let is_own = name.contains('-');
        let tag = if is_own { "div" } else { name };
        self.text += "<";
        self.text += tag;
        self.attributes(value, is_own);
        if VOID.contains(&name) {
            self.text += " />";
            return;
        }
        self.text += ">";
        self.children(element);
        self.text += "</";
        self.text += tag;
        self.text += ">";
    }

    fn attributes(&mut self, element: &Element, is_own: bool) {
        let name = element.name();
        let in_svg = &*element.name.ns == "http://www.w3.org/2000/svg";
        if name == "svg" {
            self.text += r#" xmlns="http://www.w3.org/2000/svg""#;
        }
        if is_own {
            self.attribute("class", name);
        }
        if name == "details" {
            // Paper and many readers cannot open one.
            self.attribute("open", "open");
        }
        for (key, value) in element.attrs() {
            if !(in_svg || KEPT.contains(&key)) || is_own && key == "class" {
                continue;
            }
            match key {
                "href" => {
                    let target = self.target(element).unwrap_or_default();
                    self.attribute("href", &target);
                }
                // Nothing in a drawing can be pressed there, so it is one.
                "role" if name == "svg" => self.attribute(key, "img"),
                _ => self.attribute(key, value),
            }
        }
    }

    fn attribute(&mut self, key: &str, value: &str) {
        self.text += " ";
        self.text += key;
        self.text += "=\"";
        self.text += &escape(value);
        self.text += "\"";
    }

    /// Returns where a link leads, if the file or the world has it.
    fn target(&self, link: &Element) -> Option<String> {
        let href = link.attr("href")?;
        if href.starts_with("https://") || href.starts_with("http://") {
            return Some(href.to_owned());
        }
        let (path, place) = match href.split_once('#') {
            Some((path, place)) => (path, format!("#{place}")),
            None => (href, String::new()),
        };
        if path.is_empty() {
            return Some(place);
        }
        let from = self.page.parent().unwrap_or(Path::new(""));
        let name = self.pages.names.get(&resolved(&from.join(path)))?;
        Some(name.clone() + &place)
    }
}

/// Returns a path without `..` and `.`.
fn resolved(path: &Path) -> PathBuf {
    let mut resolved = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(resolved.pop()),
            Component::CurDir => {}
            part => resolved.push(part),
        }
    }
    resolved
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(main: &str) -> String {
        let names = BTreeMap::from([(
            PathBuf::from("locks/a.html"),
            "locks-a.xhtml".to_owned(),
        )]);
        let pages = Pages { folder: Path::new(""), names: &names };
        let html = format!("<html><body><main>{main}</main></body></html>");
        let page = Path::new("timers/b.html");
        let text = pages.page(&html, page, "A & B").expect("it has a main");
        assert!(text.contains("<title>A &amp; B</title>"), "{text}");
        let (_, body) = text.split_once("<body>").expect("it has a body");
        let (body, _) = body.split_once("</body>").expect("it ends");
        body.to_owned()
    }

    #[test]
    fn what_needs_scripts_goes_and_its_words_stay() {
        let player = r#"<step-player data-x="1"><script>let a;</script>
<p class="title">T</p><button>Next</button></step-player>"#;
        let div = "<div class=\"step-player\">\n<p class=\"title\">T</p></div>";
        assert_eq!(converted(player), div);
    }

    #[test]
    fn links_lead_to_pages_of_the_file_or_are_text() {
        let links = r##"<a href="../locks/a.html#x">in</a> <a href="#y">here</a> <a href="https://e.org/?a&b">out</a> <a href="../../src/lib.rs">gone</a>"##;
        let same = r##"<a href="locks-a.xhtml#x">in</a> <a href="#y">here</a> <a href="https://e.org/?a&amp;b">out</a> gone"##;
        assert_eq!(converted(links), same);
    }

    #[test]
    fn elements_end_and_drawings_keep_their_names() {
        let parts = r#"a<br>b<svg viewbox="0 0 1 1"><path d="M0 0"></svg><details><summary>s</summary>t</details>"#;
        let same = r#"a<br />b<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0"></path></svg><details open="open"><summary>s</summary>t</details>"#;
        assert_eq!(converted(parts), same);
        let group = r#"<p role="note"></p><svg role="group"></svg>"#;
        let drawing = r#"<p role="note"></p><svg xmlns="http://www.w3.org/2000/svg" role="img"></svg>"#;
        assert_eq!(converted(group), drawing);
    }
}

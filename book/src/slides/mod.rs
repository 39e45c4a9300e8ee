//! The chapters as slides, made of the pages that were built.
//!
//! The slides of a page stand beside it, so that links, players and looks are
//! those of the page, and all works from the disk.

mod deck;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use live::markup::escape;
use mdbook_driver::book::BookItem;
use regex::Regex;
use scraper::{Html, Selector};
use support::atomic_file;

use crate::build::load;
use deck::Slide;

const STYLE: &str = include_str!("../../player/slides.css");
const SCRIPT: &str = include_str!("../../player/slides.js");

/// What a page loads that slides need as well: the beginnings of file names.
const LOADED: [&str; 4] =
    ["css/variables-", "fonts/fonts-", "highlight-", "player/"];

/// What is for a page alone: its form on paper, and how far one has read.
const OF_PAGES: [&str; 2] = ["player/paper-", "player/progress-"];

/// Makes slides of each page in `folder`, which
/// [`build_into`](crate::build_into) has made of the book in folder `book`.
///
/// Returns the path of a page that lists them.
///
/// # Errors
///
/// When the book or a page cannot be read, or a file cannot be written.
pub fn slides(book: &Path, folder: &Path) -> Result<PathBuf> {
    let loaded = load(book)?;
    let title = loaded.config.book.title.as_deref().unwrap_or_default();
    let mut list = String::new();
    for item in loaded.iter() {
        match item {
            BookItem::PartTitle(title) => {
                list += &format!("</ul>\n<h2>{}</h2>\n<ul>\n", escape(title));
            }
            BookItem::Chapter(chapter) => {
                let Some(path) = &chapter.path else { continue };
                let slides = of_page(folder, &path.with_extension("html"))?;
                let (name, slides) = (escape(&chapter.name), link(&slides));
                list += &format!("<li><a href=\"{slides}\">{name}</a></li>\n");
            }
            BookItem::Separator => {}
        }
    }
    let first = format!(
        "<section class=\"slide list\">\n<h1>{}</h1>\n<ul>\n{list}</ul>\n\
         </section>\n",
        escape(title)
    );
    let file = folder.join("slides.html");
    write(&file, &document(&escape(title), "", &first))?;
    Ok(file)
}

/// Makes the slides of one page; both paths are relative to `folder`.
fn of_page(folder: &Path, page: &Path) -> Result<PathBuf> {
    let path = folder.join(page);
    let html = fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}", path.display()))?;
    let name = page.file_name().unwrap_or_default().to_string_lossy();
    let slides = of_html(&html, &name)
        .with_context(|| format!("in {}", path.display()))?;
    let file = page.with_extension("slides.html");
    write(&folder.join(&file), &slides)?;
    Ok(file)
}

/// Returns the slides of a page that is called `name`.
fn of_html(html: &str, name: &str) -> Result<String> {
    let page = Html::parse_document(html);
    let select = |selector: &str| {
        let selector = Selector::parse(selector).expect("a valid selector");
        page.select(&selector).collect::<Vec<_>>()
    };
    let main = select("main");
    let slides = deck::cut(*main.first().context("it has no <main>")?);
    let title = select("title").first().map(|title| title.inner_html());
    let shown: String = slides.iter().map(section).collect();
    // A place of the page is not a place of its slides.
    let places = Regex::new(r##"(<a\b[^>]*\bhref=")#"##).expect("it is valid");
    let shown = places.replace_all(&shown, format!("${{1}}{name}#"));
    let loaded = select("link[rel=stylesheet], script[src]");
    let loaded = loaded.into_iter().filter(|element| {
        let attribute = element.attr("href").or(element.attr("src"));
        let path = attribute.unwrap_or_default().trim_start_matches("../");
        let is_one_of =
            |names: &[&str]| names.iter().any(|it| path.starts_with(it));
        is_one_of(&LOADED) && !is_one_of(&OF_PAGES)
    });
    let loaded: String = loaded.map(|it| it.html() + "\n").collect();
    Ok(document(&title.unwrap_or_default(), &loaded, &shown))
}

fn section(slide: &Slide) -> String {
    let Slide { heading, points, block, notes } = slide;
    let points: String =
        points.iter().map(|point| format!("<li>{point}</li>\n")).collect();
    let points = match points.as_str() {
        "" => String::new(),
        points => format!("<ul>\n{points}</ul>\n"),
    };
    let block = block.as_deref().unwrap_or_default();
    format!(
        "<section class=\"slide\">\n<h2>{heading}</h2>\n{points}{block}\n\
         <aside class=\"notes\">{notes}</aside>\n</section>\n"
    )
}

/// Returns a whole document; the scripts that it loads are run at its end.
fn document(title: &str, loaded: &str, body: &str) -> String {
    let is_style = |line: &&str| line.starts_with("<link");
    let (styles, scripts): (Vec<&str>, Vec<&str>) =
        loaded.lines().partition(is_style);
    let (styles, scripts) = (styles.join("\n"), scripts.join("\n"));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\" class=\"light\">\n<head>\n\
         <meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title}: slides</title>\n{styles}\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main>\n{body}</main>\n\
         {scripts}\n<script>{SCRIPT}</script>\n</body>\n</html>\n"
    )
}

/// Returns a path as a link: with slashes, whatever the system.
fn link(path: &Path) -> String {
    let parts = path.iter().map(|part| part.to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

fn write(file: &Path, text: &str) -> Result<()> {
    atomic_file::write(file, text.as_bytes())
        .with_context(|| format!("cannot write {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r##"<html><head><title>A - B</title>
<link rel="stylesheet" href="../css/general-1.css">
<link rel="stylesheet" href="../player/step-player-1.css"></head><body>
<main><h1>A</h1><p>See <a href="#x">x</a> and <a href="b.html#y">y</a>.</p>
</main><script src="../player/step-player-1.js"></script>
<script src="../book-1.js"></script></body></html>"##;

    #[test]
    fn slides_load_what_their_page_has_and_link_to_its_places() {
        let slides = of_html(PAGE, "a.html").expect("it is a page");
        assert!(slides.contains("<title>A - B: slides</title>"), "{slides}");
        for there in [
            "href=\"a.html#x\"",
            "href=\"b.html#y\"",
            "href=\"../player/step-player-1.css\"",
            "src=\"../player/step-player-1.js\"></script>",
        ] {
            assert!(slides.contains(there), "{there}:\n{slides}");
        }
        assert!(!slides.contains("general-1"), "{slides}");
        assert!(!slides.contains("book-1"), "{slides}");
    }

    #[test]
    fn a_page_without_a_main_part_is_named() {
        assert!(of_html("<p>", "a.html").is_err());
    }
}

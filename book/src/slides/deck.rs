//! A page cut into slides.
//!
//! A line of a chapter is a sentence, and a paragraph begins with what it is
//! about. So a paragraph becomes its first sentence, and all of it becomes a
//! note; what is drawn, listed or run is shown whole.

use live::markup::escape;
use scraper::{ElementRef, Node, Selector};

/// Sentences that a room can read while somebody speaks.
const POINTS: usize = 5;

/// Sentences that leave room for a figure below them.
const BESIDE: usize = 2;

/// What stands on the wall at one time; all of it is HTML.
#[derive(Debug, Default)]
pub(super) struct Slide {
    pub(super) heading: String,
    pub(super) points: Vec<String>,
    /// A figure, a table, a listing, a question.
    pub(super) block: Option<String>,
    /// The whole text, for whoever speaks.
    pub(super) notes: String,
}

impl Slide {
    fn is_empty(&self) -> bool {
        self.points.is_empty() && self.block.is_none()
    }
}

/// Cuts the main part of a page into slides.
pub(super) fn cut(main: ElementRef<'_>) -> Vec<Slide> {
    let mut deck = Deck::default();
    main.child_elements().for_each(|element| deck.add(element));
    deck.slides.retain(|slide| !slide.is_empty());
    deck.slides
}

#[derive(Default)]
struct Deck {
    slides: Vec<Slide>,
}

impl Deck {
    fn add(&mut self, element: ElementRef<'_>) {
        let value = element.value();
        match value.name() {
            "h1" | "h2" | "h3" | "h4" => self.begin(heading(element)),
            "p" => {
                self.point(first_sentence(element));
                self.note(&element.html());
            }
            "ul" | "ol" => {
                element.child_elements().for_each(|item| {
                    self.point(first_sentence(item));
                });
                self.note(&element.html());
            }
            // Answers are not for the wall.
            "details" => self.note(&element.html()),
            "hr" | "script" => {}
            _ if value.classes().any(|it| it == "footnote-definition") => {}
            _ => self.block(element.html()),
        }
    }

    fn begin(&mut self, heading: String) {
        self.slides.push(Slide { heading, ..Slide::default() });
    }

    /// Returns the last slide if `has_room` for more, or else a new one below
    /// the same heading.
    fn with_room(&mut self, has_room: impl Fn(&Slide) -> bool) -> &mut Slide {
        let last = self.slides.last();
        if !last.is_some_and(has_room) {
            let heading = last.map(|slide| slide.heading.clone());
            self.begin(heading.unwrap_or_default());
        }
        self.slides.last_mut().expect("there is one now")
    }

    fn point(&mut self, text: String) {
        if !text.is_empty() {
            let has_room = |slide: &Slide| {
                slide.block.is_none() && slide.points.len() < POINTS
            };
            self.with_room(has_room).points.push(text);
        }
    }

    fn block(&mut self, html: String) {
        let has_room = |slide: &Slide| {
            slide.block.is_none() && slide.points.len() <= BESIDE
        };
        self.with_room(has_room).block = Some(html);
    }

    fn note(&mut self, html: &str) {
        self.with_room(|_| true).notes += html;
    }
}

/// Returns a heading without the link to itself.
fn heading(element: ElementRef<'_>) -> String {
    let link = Selector::parse("a.header").expect("a valid selector");
    let link = element.select(&link).next();
    link.unwrap_or(element).inner_html()
}

/// Elements that end a sentence where they begin.
const BLOCKS: [&str; 9] = [
    "blockquote",
    "details",
    "div",
    "ol",
    "p",
    "pre",
    "quiz-card",
    "table",
    "ul",
];

/// Returns the first line of a paragraph, or of a point of a list: footnotes
/// are for readers.
fn first_sentence(element: ElementRef<'_>) -> String {
    let mut html = String::new();
    for child in element.children() {
        if let Node::Text(text) = child.value() {
            let is_first = html.is_empty();
            let text = if is_first { text.trim_start() } else { text };
            let line = text.split('\n').next().unwrap_or_default();
            html += &escape(line);
            if line.len() < text.len() {
                break;
            }
        }
        let Some(child) = ElementRef::wrap(child) else { continue };
        let is_block = BLOCKS.contains(&child.value().name());
        match child.value().name() {
            _ if is_block && html.is_empty() => return first_sentence(child),
            _ if is_block => break,
            "sup" => {}
            _ => html += &child.html(),
        }
    }
    html.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use scraper::Html;

    use super::*;

    fn slides(main: &str) -> Vec<Slide> {
        let page = Html::parse_document(&format!("<main>{main}</main>"));
        let selector = Selector::parse("main").expect("a valid selector");
        cut(page.select(&selector).next().expect("it has one"))
    }

    #[test]
    fn a_paragraph_is_its_first_sentence_and_a_note() {
        let slides = slides(
            "<h2 id=\"x\"><a class=\"header\" href=\"#x\">A <em>b</em></a></h2>\
             <p>One <code>a &lt; b</code><sup><a>1</a></sup> is.\nTwo.</p>\
             <ul><li><p>Three.\nFour.</p></li><li>Five<ul><li>Six</li></ul>\
             </li></ul><details>The answer</details>",
        );
        let [slide] = slides.as_slice() else { panic!("{slides:?}") };
        assert_eq!(slide.heading, "A <em>b</em>");
        let points = ["One <code>a &lt; b</code> is.", "Three.", "Five"];
        assert_eq!(slide.points, points);
        assert!(slide.notes.contains("Two."), "{}", slide.notes);
        assert!(slide.notes.contains("The answer"), "{}", slide.notes);
    }

    #[test]
    fn a_figure_stands_below_few_sentences_or_alone() {
        let few = slides("<h2>A</h2><p>1</p><p>2</p><pre>code</pre><p>3</p>");
        assert_eq!(few.len(), 2);
        assert_eq!(few[0].block.as_deref(), Some("<pre>code</pre>"));
        assert_eq!((few[1].heading.as_str(), few[1].points.len()), ("A", 1));
        let many = slides("<h2>A</h2><p>1</p><p>2</p><p>3</p><pre>code</pre>");
        assert_eq!(many.len(), 2);
        assert!(many[1].points.is_empty());
    }

    #[test]
    fn many_sentences_take_several_slides_and_a_bare_heading_none() {
        let slides = slides(&format!("<h2>A</h2><h3>B</h3>{}", {
            "<p>a</p>".repeat(POINTS + 1)
        }));
        let counts = slides.iter().map(|slide| slide.points.len());
        assert!(counts.eq([POINTS, 1]), "{slides:?}");
        assert!(slides.iter().all(|slide| slide.heading == "B"));
    }
}

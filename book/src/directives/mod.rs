//! The preprocessor: what a chapter has in the place of recorded numbers,
//! recorded steps and questions.
//!
//! A directive is parsed, then rendered by the module of its name:
//!
//! - `bugs`, `diff`, `draw`, `experiments`, `figure`, `flame`, `lanes`,
//!   `live_program`, `table` and `turn` each render one of them; `plot` is a part of `table`;
//! - `excerpt` shows code without what models need; `map` is on top of each chapter;
//! - `anchor` reads the source that `diff` compares;
//! - `records` finds the records of `figure` and `table`;
//! - `location` is the line of a chapter that an error names.

mod anchor;
mod bugs;
mod diff;
mod draw;
mod excerpt;
mod experiments;
mod figure;
mod flame;
mod lanes;
mod live_program;
pub(crate) mod location;
mod map;
mod plot;
pub(crate) mod records;
mod table;
mod turn;

use std::path::PathBuf;
use std::sync::LazyLock;

use anyhow::{Context, Result, bail};
use live::player;
use mdbook_preprocessor::book::Book;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};
use regex::{Captures, Regex};

use self::anchor::anchored;
use self::location::Location;
use self::records::missing;
use crate::quiz::quiz;
use crate::recordings::{NAMES, record};

/// Where our recorded runs are, from the book's folder.
const OURS: &str = "../benches/records";

/// Where the reader's own runs are, from the book's folder.
const YOURS: &str = "../.tour";

/// Replaces the directives of this book by what they stand for.
///
/// | in a chapter | becomes |
/// |---|---|
/// | `{{#figure RECORD/BENCHMARK/FIELD}}` in a sentence | one recorded number with its unit: `old`, `new`, `ratio` (new by old), `low`, `high` (its interval) or `speedup` (old by new) |
/// | `{{#table SUBJECT}}` alone on its line | the subject's recorded run, and the reader's own beside it if there is one |
/// | `{{#play NAME}}` alone on its line | a step-through player of a recording, made now |
/// | `{{#lanes CRATE/BUG}}` alone on its line | how a planted bug fails, a lane for each thread, and what else may happen, if the crate keeps it |
/// | `{{#include FILE:ANCHOR clean ITEM}}` alone on its line | an excerpt that must hold the text `ITEM`, with what models need folded; both words may be left out |
/// | `{{#map whole}}` alone on its line | the map of a runtime that each chapter begins with |
/// | `{{#bugs CRATE}}` alone on its line | every planted bug of a crate, with its lanes |
/// | `{{#draw NAME}}` alone on its line | a drawing of the folder `drawings` |
/// | `{{#flame NAME}}` alone on its line | a flame graph to click, from the stacks in `NAME.folded` among the records |
/// | `{{#diff FILE:ANCHOR FILE:ANCHOR}}` alone on its line | what changed from old code to new |
/// | `{{#experiments NAME NAME}}` alone on its line | the questions of `cargo run -p finalizers`, and the answers that its tests demand |
/// | `{{#try NAME}}` alone on its line | a program to change, run on the page by the crates themselves |
/// | `{{#turn NAME}}` alone on its line | a figure with something to turn |
/// | a fenced block with the language `quiz` | a question to answer |
#[derive(Clone, Copy, Debug, Default)]
pub struct Directives;

impl Preprocessor for Directives {
    fn name(&self) -> &str {
        "directives"
    }

    fn run(&self, context: &PreprocessorContext, book: Book) -> Result<Book> {
        let mut book = book;
        let folders = Folders {
            ours: context.root.join(OURS),
            yours: context.root.join(YOURS),
            sources: context.root.join(".."),
        };
        let chapters = context.root.join(&context.config.book.src);
        let mut outcome = Ok(());
        book.for_each_chapter_mut(|chapter| {
            let top = Location {
                chapters: chapters.clone(),
                file: chapter.source_path.clone().unwrap_or_default(),
                line: 1,
            };
            match folders.chapter(&chapter.content, &top) {
                Ok(text) => chapter.content = text,
                Err(error) if outcome.is_ok() => outcome = Err(error),
                Err(_) => {}
            }
        });
        outcome.map(|()| book)
    }
}

/// A directive as a chapter has it, with what it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Directive<'a> {
    Bugs(&'a str),
    Diff(&'a str),
    Draw(&'a str),
    Experiments(&'a str),
    Figure(&'a str),
    Flame(&'a str),
    Lanes(&'a str),
    Map,
    Play(&'a str),
    /// The lines between the fences.
    Quiz(&'a str),
    Table(&'a str),
    Try(&'a str),
    Turn(&'a str),
}

/// What may be a directive: `alone` on its line, a `block`, or `inside` a
/// sentence. Each has its name and its argument.
static CANDIDATE: LazyLock<Regex> = LazyLock::new(|| {
    let alone = r"^\{\{#(?<alone>\w+) ([\w/:. -]+)\}\}$";
    let block = r"^```(?<block>quiz)\n((?s:.*?))^```$";
    let inside = r"\{\{#(?<inside>\w+) ([^}\s]+)\}\}";
    let any = format!("(?m)(?:{alone}|{block}|{inside})");
    Regex::new(&any).expect("it is valid")
});

impl<'a> Directive<'a> {
    /// Returns the directive, or none if it is not one of this book, such as
    /// mdbook's own `{{#include FILE}}`.
    fn parse(found: &Captures<'a>) -> Option<Self> {
        let is = |form| found.name(form).is_some();
        let (_, [name, argument]) = found.extract();
        match name {
            "quiz" if is("block") => Some(Self::Quiz(argument)),
            "figure" => Some(Self::Figure(argument)),
            _ if !is("alone") => None,
            "bugs" => Some(Self::Bugs(argument)),
            "diff" => Some(Self::Diff(argument)),
            "draw" => Some(Self::Draw(argument)),
            "flame" => Some(Self::Flame(argument)),
            "experiments" => Some(Self::Experiments(argument)),
            "lanes" => Some(Self::Lanes(argument)),
            "map" if argument == "whole" => Some(Self::Map),
            "play" => Some(Self::Play(argument)),
            "table" => Some(Self::Table(argument)),
            "try" => Some(Self::Try(argument)),
            "turn" => Some(Self::Turn(argument)),
            _ => None,
        }
    }
}

/// Where records and sources are looked for.
struct Folders {
    ours: PathBuf,
    yours: PathBuf,
    /// The workspace.
    sources: PathBuf,
}

impl Folders {
    /// Returns a whole chapter with its map, its excerpts and its directives.
    fn chapter(&self, text: &str, top: &Location) -> Result<String> {
        let file = top.chapters.join(&top.file);
        let folder = file.parent().unwrap_or(&top.chapters);
        let text = self.expand(text, top)?;
        let text = excerpt::excerpts(&text, folder)
            .with_context(|| top.to_string())?;
        Ok(map::with_map(&text, &top.file))
    }

    /// Returns `text` with its directives rendered; `top` is its first line.
    fn expand(&self, text: &str, top: &Location) -> Result<String> {
        let mut expanded = String::new();
        let mut end = 0;
        for found in CANDIDATE.captures_iter(text) {
            let Some(directive) = Directive::parse(&found) else {
                continue;
            };
            let range = found.get(0).expect("group 0 is the match").range();
            expanded += &text[end..range.start];
            let lines = text[..range.start].matches('\n').count();
            expanded += &self.render(directive, &top.down(lines))?;
            end = range.end;
        }
        let rest = &text[end..];
        if let Some(open) = rest.find("\n```quiz\n") {
            let lines = text[..=end + open].matches('\n').count();
            let location = top.down(lines);
            bail!("{location}: this quiz has no end, a line of ``` alone");
        }
        Ok(expanded + rest)
    }

    /// Returns what stands in the place of a directive.
    fn render(
        &self,
        directive: Directive<'_>,
        location: &Location,
    ) -> Result<String> {
        let rendered = match directive {
            Directive::Map => Ok(map::whole()),
            // A quiz names the line in it that is wrong.
            Directive::Quiz(source) => return quiz(source, location),
            Directive::Bugs(package) => bugs::bugs(&self.sources, package),
            Directive::Diff(texts) => self.diff(texts),
            Directive::Draw(name) => draw::draw(name),
            Directive::Flame(name) => flame::flame(&self.ours, name),
            Directive::Experiments(names) => experiments::experiments(names),
            Directive::Figure(name) => figure::figure(&self.ours, name),
            Directive::Lanes(name) => lanes::lanes(name),
            Directive::Play(name) => play(name),
            Directive::Table(subject) => self.table(subject),
            Directive::Try(name) => live_program::live_program(name),
            Directive::Turn(name) => turn::turn(name),
        };
        rendered.with_context(|| location.to_string())
    }

    /// Returns the difference of two stretches of source, which `texts` names
    /// from the workspace's folder.
    fn diff(&self, texts: &str) -> Result<String> {
        let (old, new) = texts.split_once(' ').with_context(|| {
            format!("\"{texts}\": name the old code and the new")
        })?;
        let text = |name| anchored(&self.sources, name);
        Ok(diff::diff([old, new], &text(old)?, &text(new)?))
    }

    fn table(&self, subject: &str) -> Result<String> {
        let ours = records::find(&self.ours, subject)?;
        let ours = ours.with_context(|| missing(&self.ours, subject))?;
        let yours = records::find(&self.yours, subject)?;
        Ok(table::table(&ours, yours.as_ref()))
    }
}

fn play(name: &str) -> Result<String> {
    let recording = record(name).with_context(|| {
        format!("no recording \"{name}\" among {}", NAMES.join(", "))
    })?;
    Ok(player(&recording))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Vec<Directive<'_>> {
        let found = CANDIDATE.captures_iter(text);
        found.filter_map(|found| Directive::parse(&found)).collect()
    }

    #[test]
    fn each_directive_is_known_by_its_name_and_its_form() {
        let text = "{{#table a}}\n\nA {{#figure a/b/old}} and \
                    {{#figure a/b/new}}.\n\n```quiz\nWhy?\n```\n\
                    {{#diff a.rs:x b.rs:y}}\n";
        assert_eq!(
            parsed(text),
            [
                Directive::Table("a"),
                Directive::Figure("a/b/old"),
                Directive::Figure("a/b/new"),
                Directive::Quiz("Why?\n"),
                Directive::Diff("a.rs:x b.rs:y"),
            ]
        );
    }

    #[test]
    fn what_is_not_of_this_book_stays() {
        for text in [
            "{{#include ../a.rs:b}}",
            "{{#quiz a}}",
            "Write `{{#table SUBJECT}}`.",
            "{{#tables a}}",
        ] {
            assert_eq!(parsed(text), [], "{text}");
        }
    }
}

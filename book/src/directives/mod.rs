//! The preprocessor: what stands in a chapter for numbers that were recorded,
//! steps that are, and questions.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use anyhow::{Context, Result, bail};
use bench_compare::Record;
use live::player;
use mdbook_preprocessor::book::Book;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};
use regex::Regex;

use crate::anchor::anchored;
use crate::bugs::bugs;
use crate::diff::diff;
use crate::experiments::experiments;
use crate::figure::figure;
use crate::live_program::live_program;
use crate::place::Place;
use crate::quiz::quiz;
use crate::recordings;
use crate::table::table;

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
/// | `{{#lanes CRATE/BUG}}` alone on its line | how a planted bug fails, a lane for each thread |
/// | `{{#bugs CRATE}}` alone on its line | every planted bug of a crate, with its lanes |
/// | `{{#diff FILE:ANCHOR FILE:ANCHOR}}` alone on its line | what changed from old code to new |
/// | `{{#experiments NAME NAME}}` alone on its line | the questions of `cargo run -p finalizers`, and the answers that its tests demand |
/// | `{{#try NAME}}` alone on its line | a program to change, run on the page by the crates themselves |
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
            let top = Place {
                chapters: chapters.clone(),
                file: chapter.source_path.clone().unwrap_or_default(),
                line: 1,
            };
            match folders.expand(&chapter.content, &top) {
                Ok(text) => chapter.content = text,
                Err(error) if outcome.is_ok() => outcome = Err(error),
                Err(_) => {}
            }
        });
        outcome.map(|()| book)
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
    /// `top` is the first line of `text`.
    fn expand(&self, text: &str, top: &Place) -> Result<String> {
        static DIRECTIVE: LazyLock<Regex> = LazyLock::new(|| {
            let names = "table|play|try|lanes|bugs|diff|experiments";
            let line = format!(r"^\{{\{{#({names}) ([\w/:. -]+)\}}\}}$");
            let block = r"^```(quiz)\n((?s:.*?))^```$";
            let inline = r"\{\{#(figure) ([^}\s]+)\}\}";
            let either = format!("(?m)(?:{line}|{block}|{inline})");
            Regex::new(&either).expect("it is valid")
        });
        let mut expanded = String::new();
        let mut end = 0;
        for directive in DIRECTIVE.captures_iter(text) {
            let whole = directive.get(0).expect("group 0 is the match");
            expanded += &text[end..whole.start()];
            let place = top.down(text[..whole.start()].matches('\n').count());
            let (_, [kind, argument]) = directive.extract();
            expanded += &match kind {
                "quiz" => quiz(argument, &place)?,
                _ => self
                    .made(kind, argument)
                    .with_context(|| place.to_string())?,
            };
            end = whole.end();
        }
        let rest = &text[end..];
        if let Some(open) = rest.find("\n```quiz\n") {
            let place = top.down(text[..=end + open].matches('\n').count());
            bail!("{place}: this quiz has no end, a line of ``` alone");
        }
        Ok(expanded + rest)
    }

    /// What stands in the place of a directive.
    fn made(&self, kind: &str, argument: &str) -> Result<String> {
        match kind {
            "table" => self.table(argument),
            "play" => play(argument),
            "try" => live_program(argument),
            "figure" => figure(&self.ours, argument),
            "lanes" => Ok(player(&recordings::lanes(argument)?)),
            "bugs" => bugs(&self.sources, argument),
            "diff" => self.diff(argument),
            "experiments" => experiments(argument),
            _ => unreachable!("the pattern knows no {kind}"),
        }
    }

    /// The argument names two stretches of source, from the workspace's folder.
    fn diff(&self, argument: &str) -> Result<String> {
        let (old, new) = argument.split_once(' ').with_context(|| {
            format!("\"{argument}\": name the old code and the new")
        })?;
        let text = |name| anchored(&self.sources, name);
        Ok(diff([old, new], &text(old)?, &text(new)?))
    }

    fn table(&self, subject: &str) -> Result<String> {
        let ours = find(&self.ours, subject)?;
        let ours = ours.with_context(|| missing(&self.ours, subject))?;
        let yours = find(&self.yours, subject)?;
        Ok(table(&ours, yours.as_ref()))
    }
}

fn play(name: &str) -> Result<String> {
    let known = recordings::NAMES.join(", ");
    let recording = recordings::record(name)
        .with_context(|| format!("no recording \"{name}\" among {known}"))?;
    Ok(player(&recording))
}

/// Where in `folder` the record of `subject` stands.
pub fn record_path(folder: &Path, subject: &str) -> PathBuf {
    folder.join(format!("{subject}.json"))
}

fn find(folder: &Path, subject: &str) -> Result<Option<Record>> {
    let path = record_path(folder, subject);
    let record = path.exists().then(|| Record::read(&path));
    Ok(record.transpose()?)
}

fn missing(folder: &Path, subject: &str) -> String {
    format!(
        "no run of \"{subject}\" is recorded, there is no {}: \
         run cargo xtask record {subject}",
        record_path(folder, subject).display()
    )
}

//! A question to answer before the next section gives it away.
//!
//! In a chapter it is a fenced block with the language `quiz`: the question,
//! then the choices as `- [ ]` and, once, `- [x]`, each followed by an
//! indented explanation. With a recording, the answer is taken from there:
//!
//! | line after the question | is answered by |
//! |---|---|
//! | `next: PLAY/TRACK STEP` | the choice, as `- `, that the step after this one says |
//! | `number: PLAY/TRACK WORD` | the number beside this word at the recording's end; wrong numbers stand below as `- `, and `- fewer` and `- more` for all others |
//! | `order: PLAY/TRACK` | the items, as `- `, in the order of the recording's steps |
//!
//! `CRATE/BUG` in the place of `PLAY/TRACK` asks of the lanes of a planted bug.

mod fault;
mod recorded;
mod source;

use std::fmt::Write;

use anyhow::Result;
use live::recording::Track;

use self::fault::Fault;
use self::recorded::{Asked, Query};
use self::source::{Choice, Quiz};
use crate::directives::location::Location;

/// Returns the quiz as Markdown in an element that the page's script brings
/// to life.
///
/// `location` is the line above `source`. Without the script the answers stand
/// folded below the question.
///
/// # Errors
///
/// When not exactly one choice is right, when an explanation is missing, or
/// when the recording does not have what is asked for. They name the line.
pub(crate) fn quiz(source: &str, location: &Location) -> Result<String> {
    shown(source, &location.chapter()).map_err(|fault| {
        let question = source.lines().next().unwrap_or_default();
        let what = fault.what.context(format!("the question \"{question}\""));
        what.context(location.down(fault.line + 1).to_string())
    })
}

fn shown(source: &str, chapter: &str) -> Result<String, Fault> {
    let quiz = Quiz::parse(source)?;
    if quiz.question.is_empty() {
        return Err(Fault::at(0, "a quiz asks nothing"));
    }
    for Choice { line, text, why, .. } in &quiz.choices {
        if why.is_empty() {
            return Err(Fault::at(*line, format!("why \"{text}\"?")));
        }
    }
    let key = key(chapter, &quiz);
    let body = match &quiz.asked {
        None => choose(&quiz, ""),
        Some(asked) => answered(&quiz, asked),
    }?;
    Ok(body.card(&key, &quiz.question))
}

/// Returns the key by which a browser keeps the answer.
///
/// Another question has another key, and so has this one once it offers other
/// choices.
fn key(chapter: &str, quiz: &Quiz) -> String {
    let texts = quiz.choices.iter().map(|choice| choice.text.as_str());
    let asked: Vec<&str> =
        std::iter::once(quiz.question.as_str()).chain(texts).collect();
    // FNV-1a, since the hashes of `std` may change from release to release.
    let hash = asked
        .join("\n")
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
        });
    format!("{chapter} {hash:016x}")
}

/// The parts of a question that depend on its kind.
struct Body {
    kind: &'static str,
    /// What stands between the question and the answer.
    offered: String,
    answer: String,
}

impl Body {
    fn card(&self, key: &str, question: &str) -> String {
        let Self { kind, offered, answer } = self;
        let answers = match *kind {
            "choice" => "Answers",
            _ => "Answer",
        };
        // Below a line of text it begins a block of its own.
        format!(
            "\n<quiz-card data-kind=\"{kind}\" data-key=\"{key}\">\n\n\
             {question}\n\n{offered}\n\
             <details>\n<summary>{answers}</summary>\n\n{answer}\n\
             </details>\n\n</quiz-card>\n"
        )
    }
}

fn answered(quiz: &Quiz, asked: &Asked) -> Result<Body, Fault> {
    let line = asked.line;
    let there = |what| Fault { line, what };
    let track = asked.track().map_err(there)?;
    if asked.is_explained() && quiz.why.is_empty() {
        return Err(Fault::at(line, "it has no explanation"));
    }
    match &asked.query {
        Query::Next { step } => next(quiz, &track, *step, line),
        Query::Number { word } => {
            number(quiz, recorded::number(&track, word).map_err(there)?, line)
        }
        Query::Order => order(quiz, &track, line),
    }
}

/// Returns a choice of what the next step does, below the state after this
/// one.
fn next(
    quiz: &Quiz,
    track: &Track,
    step: usize,
    line: usize,
) -> Result<Body, Fault> {
    let frame = |step| {
        recorded::frame(track, step).map_err(|what| Fault { line, what })
    };
    let said = &frame(step + 1)?.say;
    let choices = quiz.choices.iter().map(|choice| Choice {
        line: choice.line,
        right: said.contains(&choice.text),
        text: choice.text.clone(),
        why: choice.why.clone(),
    });
    let marked = Quiz { choices: choices.collect(), ..Quiz::default() };
    let state = live::still(&track.stage, frame(step)?);
    choose(&marked, &format!("<div class=\"still\">\n{state}</div>\n\n"))
        .map_err(|fault| Fault {
            line: line.max(fault.line),
            what: fault.what.context(format!("the next step says \"{said}\"")),
        })
}

/// Returns a choice of several, below `state`.
fn choose(quiz: &Quiz, state: &str) -> Result<Body, Fault> {
    let right = quiz.choices.iter().filter(|choice| choice.right).count();
    if right != 1 || quiz.choices.len() < 2 {
        return Err(Fault::at(
            0,
            format!("it needs two choices of which one is right, not {right}"),
        ));
    }
    let mut offered = state.to_owned();
    let mut answer = String::new();
    for Choice { right, text, why, .. } in &quiz.choices {
        let verdict = if *right { "Right." } else { "Wrong." };
        let _ = writeln!(offered, "1. {text}");
        let _ = writeln!(answer, "1. **{verdict}** {why}");
    }
    Ok(Body { kind: "choice", offered, answer })
}

/// Returns a number, with what is said to each wrong one.
fn number(quiz: &Quiz, right: u64, line: usize) -> Result<Body, Fault> {
    let mut answer = format!("**{right}.** {}\n\n", quiz.why);
    for Choice { line, text, why, .. } in &quiz.choices {
        match (text.as_str(), text.parse::<u64>()) {
            ("fewer" | "more", _) => {}
            (_, Ok(number)) if number != right => {}
            (_, Ok(_)) => {
                let what = format!("{text} is what the recording has");
                return Err(Fault::at(*line, what));
            }
            _ => {
                let what = format!("no number, fewer or more: \"{text}\"");
                return Err(Fault::at(*line, what));
            }
        }
        let _ = writeln!(answer, "- **{text}**: {why}");
    }
    let is_said = |text: &str| quiz.choices.iter().any(|c| c.text == text);
    let is_each_said = (0..right).all(|fewer| is_said(&fewer.to_string()));
    for needed in ["fewer", "more"] {
        let is_known = needed == "fewer" && is_each_said;
        if is_said(needed) == is_known {
            let what = if is_known {
                "each smaller number has words: leave out `- fewer`"
            } else {
                &format!("what is said to {needed}? `- {needed}`")
            };
            return Err(Fault::at(line, what));
        }
    }
    Ok(Body { kind: "number", offered: String::new(), answer })
}

/// Returns items to be put in order, with the recorded step of each.
fn order(quiz: &Quiz, track: &Track, line: usize) -> Result<Body, Fault> {
    let mut items = Vec::new();
    for choice in &quiz.choices {
        let step = recorded::step(track, &choice.text)
            .map_err(|what| Fault { line: choice.line, what })?;
        items.push((step, choice));
    }
    if items.is_sorted_by_key(|(step, _)| *step) {
        return Err(Fault::at(line, "its items are in order already"));
    }
    let offered = quiz.choices.iter();
    let offered = offered.map(|item| format!("1. {}\n", item.text)).collect();
    items.sort_by_key(|(step, _)| *step);
    let mut answer = String::new();
    for pair in items.windows(2) {
        if pair[0].0 == pair[1].0 {
            let what = format!("\"{}\" is the same step", pair[1].1.text);
            return Err(Fault::at(pair[1].1.line, what));
        }
    }
    for (step, Choice { text, why, .. }) in items {
        let said = &track.frames[step].say;
        let more = match said.trim_end_matches('.') {
            same if same == text => String::new(),
            _ => format!(": *{said}*"),
        };
        let _ = writeln!(answer, "1. **{text}** (step {step}{more}) {why}");
    }
    let _ = writeln!(answer, "\n{}", quiz.why);
    Ok(Body { kind: "order", offered, answer })
}

#[cfg(test)]
mod tests;

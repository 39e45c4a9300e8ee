//! A question to answer before the next section gives it away.
//!
//! In a chapter it is a fenced block with the language `quiz`: the question,
//! then the choices as `- [ ]` and, once, `- [x]`, each followed by an
//! indented explanation. With a recording, the answer is taken from there:
//!
//! | line after the question | is answered by |
//! |---|---|
//! | `next: PLAY/TRACK STEP` | the choice, as `- `, that the step after this one says |
//! | `number: PLAY/TRACK WORD` | the number beside this word at the recording's end |
//! | `order: PLAY/TRACK` | the items, as `- `, in the order of the recording's steps |

mod recorded;

use std::fmt::Write;

use anyhow::{Context, Result, bail, ensure};
use live::recording::Track;

use recorded::Asked;

#[derive(Default)]
struct Quiz {
    question: String,
    asked: Option<Asked>,
    choices: Vec<Choice>,
    /// The explanation of an answer that is not chosen.
    why: String,
}

#[derive(Clone)]
struct Choice {
    right: bool,
    text: String,
    why: String,
}

/// The quiz as Markdown in an element that the page's script brings to life.
///
/// Without the script the answers stand folded below the question.
///
/// # Errors
///
/// When not exactly one choice is right, when an explanation lacks, or when
/// the recording does not have what is asked for.
pub(crate) fn quiz(source: &str) -> Result<String> {
    let quiz = parse(source);
    let question = quiz.question.clone();
    ensure!(!question.is_empty(), "a quiz asks nothing");
    shown(quiz).with_context(|| format!("the question \"{question}\""))
}

fn shown(mut quiz: Quiz) -> Result<String> {
    let Some(asked) = quiz.asked.take() else {
        return choose(&quiz, "");
    };
    let track = asked.track()?;
    match asked {
        Asked::Next { step, .. } => {
            let said = &asked.frame(&track, step + 1)?.say;
            for choice in &mut quiz.choices {
                choice.right = said.contains(&choice.text);
            }
            let state = live::still(&track.stage, asked.frame(&track, step)?);
            let state = format!("<div class=\"still\">\n{state}</div>\n\n");
            choose(&quiz, &state)
        }
        Asked::Number { ref word, .. } => {
            ensure!(!quiz.why.is_empty(), "it has no explanation");
            let number = recorded::number(&track, word)?;
            let answer = format!("**{number}.** {}\n", quiz.why);
            Ok(card("number", &quiz.question, "", &answer))
        }
        Asked::Order { .. } => order(&quiz, &track),
    }
}

/// One of several choices; `state` is shown above them.
fn choose(quiz: &Quiz, state: &str) -> Result<String> {
    let right = quiz.choices.iter().filter(|choice| choice.right).count();
    if right != 1 || quiz.choices.len() < 2 {
        bail!("it needs two choices of which one is right, not {right}");
    }
    let mut choices = String::new();
    let mut answers = String::new();
    for Choice { right, text, why } in &quiz.choices {
        ensure!(!why.is_empty(), "why \"{text}\"?");
        let verdict = if *right { "Right." } else { "Wrong." };
        let _ = writeln!(choices, "1. {text}");
        let _ = writeln!(answers, "1. **{verdict}** {why}");
    }
    let choices = format!("{state}{choices}");
    Ok(card("choice", &quiz.question, &choices, &answers))
}

/// Items to be put in order.
fn order(quiz: &Quiz, track: &Track) -> Result<String> {
    ensure!(!quiz.why.is_empty(), "it has no explanation");
    let mut items = Vec::new();
    for Choice { text, .. } in &quiz.choices {
        items.push((recorded::step(track, text)?, text));
    }
    ensure!(!items.is_sorted(), "its items are in order already");
    let list = |items: &[(usize, &String)]| -> String {
        items
            .iter()
            .map(|(_, text)| format!("1. {text}\n"))
            .collect()
    };
    let mixed = list(&items);
    items.sort_unstable();
    ensure!(
        items.windows(2).all(|pair| pair[0].0 < pair[1].0),
        "two of its items are one step"
    );
    let answer = format!("{}\n{}\n", list(&items), quiz.why);
    Ok(card("order", &quiz.question, &mixed, &answer))
}

fn card(kind: &str, question: &str, body: &str, answer: &str) -> String {
    let answers = if kind == "choice" {
        "Answers"
    } else {
        "Answer"
    };
    format!(
        "<quiz-card data-kind=\"{kind}\">\n\n{question}\n\n{body}\n\
         <details>\n<summary>{answers}</summary>\n\n{answer}\n\
         </details>\n\n</quiz-card>\n"
    )
}

fn parse(source: &str) -> Quiz {
    let mut quiz = Quiz::default();
    for line in source.lines() {
        let is_of_recording = quiz.asked.is_some();
        if let Some(choice) = choice(line, is_of_recording) {
            quiz.choices.push(choice);
        } else if let Some(asked) = Asked::parse(line) {
            quiz.asked = Some(asked);
        } else if let Some(Asked::Number { .. } | Asked::Order { .. }) =
            quiz.asked
        {
            append(&mut quiz.why, line);
        } else if let Some(choice) = quiz.choices.last_mut() {
            append(&mut choice.why, line);
        } else {
            append(&mut quiz.question, line);
        }
    }
    quiz
}

/// Where the answer is recorded, no choice is marked as the right one.
fn choice(line: &str, is_of_recording: bool) -> Option<Choice> {
    let marks: &[&str] = match is_of_recording {
        true => &["- "],
        false => &["- [ ] ", "- [x] "],
    };
    let mark = marks.iter().find(|mark| line.starts_with(**mark))?;
    Some(Choice {
        right: mark.contains('x'),
        text: line[mark.len()..].trim().to_owned(),
        why: String::new(),
    })
}

fn append(text: &mut String, line: &str) {
    if !text.is_empty() && !line.trim().is_empty() {
        text.push(' ');
    }
    *text += line.trim();
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "\
How many?
- [ ] Two
  Too few.
- [x] Three
  Each is
  written once.
";

    #[test]
    fn choices_and_explanations_stand_in_the_same_order() {
        let text = quiz(GOOD).expect("a quiz");
        assert!(text.contains("How many?\n\n1. Two\n1. Three\n"));
        assert!(text.contains("1. **Wrong.** Too few.\n"), "{text}");
        assert!(text.contains("1. **Right.** Each is written once.\n"));
    }

    #[test]
    fn a_quiz_without_one_right_answer_is_refused() {
        for source in [
            "",
            "Why?",
            &GOOD.replace("[x]", "[ ]"),
            &GOOD.replace("[ ]", "[x]"),
            &GOOD.replace("  Too few.\n", ""),
        ] {
            assert!(quiz(source).is_err(), "{source}");
        }
    }

    #[test]
    fn what_comes_next_is_what_the_recording_says() {
        let text = quiz(
            "What is done with A?\n\
             next: mark-sweep/finalizer 0\n\
             - Mark A\n  A root points to it.\n\
             - Sweep\n  Not yet.\n",
        );
        let text = text.expect("a quiz");
        assert!(
            text.contains("1. **Right.** A root points to it."),
            "{text}"
        );
        assert!(text.contains("<svg"), "{text}");
    }

    #[test]
    fn a_number_is_the_one_at_the_end_of_the_recording() {
        let text = quiz(
            "How many collections?\nnumber: mark-sweep/cleanup collection\n\
             A cleanup keeps nothing.\n",
        );
        let text = text.expect("a quiz");
        assert!(text.contains("**1.** A cleanup keeps nothing."), "{text}");
    }

    #[test]
    fn an_order_is_that_of_the_recording() {
        let source = "In which order?\norder: mark-sweep/finalizer\n\
             - D is freed\n- B is freed\n- C is freed\nFirst to last.\n";
        let text = quiz(source).expect("a quiz");
        let right = "1. B is freed\n1. C is freed\n1. D is freed\n";
        assert!(text.contains(&format!("\n\n{right}\nFirst to last.")));
        let unknown = source.replace("D is", "E is");
        let error = format!("{:#}", quiz(&unknown).unwrap_err());
        assert!(error.contains("no step says \"E is freed\""), "{error}");
    }

    #[test]
    fn an_answer_that_the_recording_does_not_have_is_refused() {
        for source in [
            "What?\nnext: nothing/finalizer 0\n- A\n  a\n- B\n  b\n",
            "What?\nnext: mark-sweep/nobody 0\n- A\n  a\n- B\n  b\n",
            "What?\nnext: mark-sweep/finalizer 999\n- A\n  a\n- B\n  b\n",
            "What?\nnext: mark-sweep/finalizer 0\n- C\n  c\n- D\n  d\n",
            "How many?\nnumber: mark-sweep/cleanup horses\nNone.\n",
            "How many?\nnumber: mark-sweep/cleanup collection\n",
        ] {
            assert!(quiz(source).is_err(), "{source}");
        }
    }
}

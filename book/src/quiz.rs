//! A question to answer before the next section gives it away.
//!
//! In a chapter it is a fenced block with the language `quiz`: the question,
//! then the choices as `- [ ]` and, once, `- [x]`, each followed by an
//! indented explanation.

use anyhow::{Result, bail, ensure};

#[derive(Default)]
struct Quiz {
    question: String,
    choices: Vec<Choice>,
}

struct Choice {
    right: bool,
    text: String,
    why: String,
}

/// The quiz as Markdown in an element that the page's script brings to life.
///
/// Without the script the answers stand folded below the choices.
///
/// # Errors
///
/// When not exactly one choice is right, or one has no explanation.
pub(crate) fn quiz(source: &str) -> Result<String> {
    let quiz = parse(source)?;
    let mut choices = String::new();
    let mut answers = String::new();
    for Choice { right, text, why } in &quiz.choices {
        let verdict = if *right { "Right." } else { "Wrong." };
        choices += &format!("1. {text}\n");
        answers += &format!("1. **{verdict}** {why}\n");
    }
    Ok(format!(
        "<quiz-card>\n\n{}\n\n{choices}\n\
         <details>\n<summary>Answers</summary>\n\n{answers}\n\
         </details>\n\n</quiz-card>\n",
        quiz.question
    ))
}

fn parse(source: &str) -> Result<Quiz> {
    let mut quiz = Quiz::default();
    for line in source.lines() {
        if let Some(choice) = choice(line) {
            quiz.choices.push(choice);
        } else if let Some(choice) = quiz.choices.last_mut() {
            append(&mut choice.why, line);
        } else {
            append(&mut quiz.question, line);
        }
    }
    let question = &quiz.question;
    ensure!(!question.is_empty(), "a quiz asks nothing");
    let right = quiz.choices.iter().filter(|choice| choice.right).count();
    if right != 1 || quiz.choices.len() < 2 {
        bail!("\"{question}\" needs two choices, and one [x]");
    }
    for Choice { text, why, .. } in &quiz.choices {
        ensure!(!why.is_empty(), "\"{question}\": why \"{text}\"?");
    }
    Ok(quiz)
}

fn choice(line: &str) -> Option<Choice> {
    let wrong = line.strip_prefix("- [ ] ");
    let text = wrong.or_else(|| line.strip_prefix("- [x] "))?;
    Some(Choice {
        right: wrong.is_none(),
        text: text.trim().to_owned(),
        why: String::new(),
    })
}

fn append(text: &mut String, line: &str) {
    if !text.is_empty() {
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
}

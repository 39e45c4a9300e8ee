//! A question as it is written in a chapter.

use anyhow::anyhow;

use super::fault::Fault;
use super::recorded::Asked;

/// What a block says, before anybody has looked whether it is right.
#[derive(Default)]
pub(super) struct Quiz {
    pub(super) question: String,
    pub(super) asked: Option<Asked>,
    pub(super) choices: Vec<Choice>,
    /// The explanation that belongs to no single choice.
    pub(super) why: String,
}

/// One of several answers, or one of several items.
pub(super) struct Choice {
    /// Its line in the block, counted from 0.
    pub(super) line: usize,
    /// It is marked as the right one.
    pub(super) right: bool,
    pub(super) text: String,
    pub(super) why: String,
}

impl Quiz {
    pub(super) fn parse(source: &str) -> Result<Self, Fault> {
        let mut quiz = Self::default();
        for (number, line) in source.lines().enumerate() {
            quiz.read(number, line)
                .map_err(|what| Fault { line: number, what: anyhow!(what) })?;
        }
        Ok(quiz)
    }

    fn read(&mut self, number: usize, line: &str) -> Result<(), String> {
        if line.starts_with("- ") || line.starts_with("* ") {
            self.choices.push(self.choice(number, line)?);
        } else if let Some(asked) = Asked::parse(number, line)? {
            self.asked = Some(asked);
        } else {
            let text = self.explained(line)?;
            if !text.is_empty() && !line.trim().is_empty() {
                text.push(' ');
            }
            *text += line.trim();
        }
        Ok(())
    }

    /// Returns the text that this line continues.
    fn explained(&mut self, line: &str) -> Result<&mut String, String> {
        let is_indented = line.trim().is_empty() || line.starts_with("  ");
        let is_common = self.asked.as_ref().is_some_and(Asked::is_explained);
        match self.choices.last_mut() {
            Some(choice) if is_indented => Ok(&mut choice.why),
            _ if is_common => Ok(&mut self.why),
            None => Ok(&mut self.question),
            Some(choice) => Err(format!(
                "indent what explains the choice \"{}\": {line}",
                choice.text
            )),
        }
    }

    /// Returns one choice. Where the answer is recorded, none is marked as the
    /// right one.
    fn choice(&self, line: usize, text: &str) -> Result<Choice, String> {
        let marks: &[&str] = match self.asked {
            Some(_) => &["- "],
            None => &["- [ ] ", "- [x] "],
        };
        let mark = marks.iter().find(|mark| text.starts_with(**mark));
        let mark = mark.ok_or_else(|| {
            format!("a choice begins with `{}`: {text}", marks.join("` or `"))
        })?;
        let text = text[mark.len()..].trim().to_owned();
        if self.asked.is_some() && text.starts_with('[') {
            return Err(format!("the recording marks what is right: {text}"));
        }
        Ok(Choice { line, right: mark.contains('x'), text, why: String::new() })
    }
}

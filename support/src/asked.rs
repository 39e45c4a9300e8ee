//! A child process that answers each line with a line.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// The child. It sees the end of its input when this is dropped, which then
/// waits for its end.
///
/// ```
/// # #[cfg(unix)] {
/// use std::process::Command;
/// use support::asked::Asked;
///
/// let mut cat = Asked::spawn(&mut Command::new("cat")).unwrap();
/// assert_eq!(cat.ask("seven").unwrap(), "seven");
/// # }
/// ```
#[derive(Debug)]
pub struct Asked {
    child: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Asked {
    /// Starts it.
    ///
    /// # Errors
    ///
    /// When the command cannot be run.
    pub fn spawn(command: &mut Command) -> io::Result<Self> {
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let missing = || io::Error::other("the child has no pipes");
        let questions = child.stdin.take();
        let answers = child.stdout.take().ok_or_else(missing)?;
        Ok(Self { child, questions, answers: BufReader::new(answers) })
    }

    /// Writes a line, and returns the next one.
    ///
    /// # Errors
    ///
    /// When the child has closed a pipe.
    pub fn ask(&mut self, question: &str) -> io::Result<String> {
        if let Some(questions) = &mut self.questions {
            writeln!(questions, "{question}")?;
        }
        self.answer()
    }

    /// Returns the next line; an empty one if the child has ended.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn answer(&mut self) -> io::Result<String> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        drop(self.questions.take());
        let _ = self.child.wait();
    }
}

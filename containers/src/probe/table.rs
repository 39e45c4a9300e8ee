//! All rows with their answers, as a table and as JSON.

use std::fmt;
use std::io;

use rustix::process::geteuid;
use rustix::system::uname;
use serde::Serialize;

use super::row::{Answer, Row, Who};

/// What this kernel and this machine allow.
#[derive(Clone, Debug, Serialize)]
pub struct Table {
    /// The kernel, as uname(2) names it.
    pub kernel: String,
    /// As whom each question was put.
    pub asked_as: Vec<String>,
    /// The rows, in order.
    pub rows: Vec<AnsweredRow>,
}

/// A row with an answer for each user.
#[derive(Clone, Debug, Serialize)]
pub struct AnsweredRow {
    /// What it is about.
    pub group: &'static str,
    /// What was asked.
    pub name: &'static str,
    /// An answer for each of [`Table::asked_as`].
    pub answers: Vec<Answer>,
}

impl Table {
    /// Puts all questions: as the caller, and if that is root, as a user that
    /// owns nothing too.
    pub(super) fn ask<'a>(
        rows: impl Iterator<Item = &'a Row>,
    ) -> io::Result<Self> {
        let uid = geteuid();
        let (names, users): (Vec<_>, &[_]) = if uid.is_root() {
            let names = vec!["root".into(), "nobody".into()];
            (names, &[Who::Caller, Who::Nobody])
        } else {
            (vec![format!("user {uid}")], &[Who::Caller])
        };
        let answered = |row: &Row| {
            let answers = users.iter().map(|who| row.ask(*who));
            let answers = answers.collect::<io::Result<_>>()?;
            let Row { group, name, .. } = *row;
            Ok(AnsweredRow { group, name, answers })
        };
        let rows = rows.map(answered).collect::<io::Result<_>>()?;
        let system = uname();
        let parts = [system.sysname(), system.release(), system.machine()];
        let parts = parts.map(|part| part.to_string_lossy());
        Ok(Self { kernel: parts.join(" "), asked_as: names, rows })
    }

    /// Returns the answer of a row for the first user.
    pub fn answer(&self, group: &str, name: &str) -> Option<&Answer> {
        let row = self
            .rows
            .iter()
            .find(|row| row.group == group && row.name == name)?;
        row.answers.first()
    }
}

/// How wide the names of the rows are.
const NAME: usize = 46;

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let users = self.asked_as.join(", then as ");
        writeln!(f, "{}, asked as {users}", self.kernel)?;
        let mut group = "";
        for row in &self.rows {
            if row.group != group {
                group = row.group;
                writeln!(f, "\n{group}")?;
            }
            let mut answers = row.answers.clone();
            answers.dedup();
            match answers.as_slice() {
                [same] => writeln!(f, "  {:NAME$}{same}", row.name)?,
                _ => {
                    writeln!(f, "  {}", row.name)?;
                    for (user, answer) in self.asked_as.iter().zip(&answers) {
                        writeln!(f, "      as {user:8}{answer}")?;
                    }
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_answers_are_one_and_others_have_a_line_each() {
        let row = |name, answers| AnsweredRow { group: "maps", name, answers };
        let no = Answer::no("uid_map", "EPERM");
        let table = Table {
            kernel: "Linux 6.18.0 x86_64".into(),
            asked_as: vec!["root".into(), "nobody".into()],
            rows: vec![
                row("one", vec![Answer::Yes, Answer::Yes]),
                row("two", vec![Answer::Yes, no.clone()]),
            ],
        };
        let text = table.to_string();
        let lines: Vec<_> = text.lines().map(str::trim).collect();
        assert_eq!(
            lines[0],
            "Linux 6.18.0 x86_64, asked as root, then as nobody"
        );
        assert!(lines[3].ends_with("yes") && lines[3].starts_with("one"));
        assert_eq!(
            lines[4..],
            ["two", "as root    yes", "as nobody  no: uid_map: EPERM"]
        );
        assert_eq!(table.answer("maps", "two"), Some(&Answer::Yes));
        assert_eq!(table.answer("maps", "three"), None);
    }
}

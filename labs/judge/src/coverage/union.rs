//! A union that grows profile by profile, and predicts the next line.

use std::collections::HashMap;

use super::asked::{Follow, Parse};
use super::file::File;
use super::listing::{self, Line};
use super::mode::Mode;

/// Files with their blocks.
#[derive(Clone, Debug)]
pub struct Union {
    mode: Mode,
    files: Vec<File>,
    by_path: HashMap<String, usize>,
    /// How many lines were parsed.
    pub parsed: usize,
}

/// Where the next line is expected.
struct Cursor {
    file: usize,
    next: usize,
}

impl Union {
    /// Returns a union of nothing.
    pub fn new(mode: Mode) -> Self {
        let (files, by_path) = (Vec::new(), HashMap::new());
        Self { mode, files, by_path, parsed: 0 }
    }

    /// Adds the lines of a profile: what follows its first line, each with a
    /// newline.
    ///
    /// # Errors
    ///
    /// Returns what the reader's code did that cannot be.
    pub fn read<R: Parse + Follow>(
        &mut self,
        lines: &str,
    ) -> Result<(), String> {
        let data = lines.as_bytes();
        let mut cursor = Cursor { file: usize::MAX, next: 0 };
        let mut from = 0;
        while from < data.len() {
            from = self.follow::<R>(&mut cursor, data, from)?;
            if from < data.len() {
                from = self.parse::<R>(&mut cursor, data, from)?;
            }
        }
        Ok(())
    }

    /// Follows the lines of a file, and of the one that came after it last
    /// time, as far as they are as expected.
    fn follow<R: Follow>(
        &mut self,
        cursor: &mut Cursor,
        data: &[u8],
        mut from: usize,
    ) -> Result<usize, String> {
        while let Some(file) = self.files.get_mut(cursor.file) {
            let to = R::follow(file, &mut cursor.next, data, from, self.mode);
            let is_start = to == 0 || data.get(to - 1) == Some(&b'\n');
            if to < from || !is_start {
                return Err(format!(
                    "follow returned {to}, where no line begins"
                ));
            }
            if cursor.next > file.texts.len() {
                return Err(format!(
                    "follow moved next to {}, and {} blocks are known",
                    cursor.next,
                    file.texts.len()
                ));
            }
            from = to;
            if from == data.len() || cursor.next < file.texts.len() {
                break;
            }
            *cursor = Cursor { file: cursor.file + 1, next: 0 };
        }
        Ok(from)
    }

    /// Parses one line, looks its block up and counts it.
    fn parse<R: Parse>(
        &mut self,
        cursor: &mut Cursor,
        data: &[u8],
        from: usize,
    ) -> Result<usize, String> {
        self.parsed += 1;
        let rest = &data[from..];
        let length = rest.iter().position(|it| *it == b'\n');
        let length = length.unwrap_or(rest.len());
        let (path, block, count) = R::parse(&rest[..length])
            .map_err(|wrong| format!("parse refused a line: {}", wrong.what))?;
        let at = match self.by_path.get(path) {
            Some(&at) => at,
            None => {
                self.files.push(File::new(path));
                self.by_path.insert(path.to_owned(), self.files.len() - 1);
                self.files.len() - 1
            }
        };
        let place = self.files[at].add(block, count, self.mode);
        *cursor = Cursor { file: at, next: place + 1 };
        Ok(data.len().min(from + length + 1))
    }

    /// Returns the union as the text of a profile.
    pub fn text(&self) -> String {
        let lines = self.files.iter().flat_map(|file| {
            let lines = file.lines();
            lines.map(|(block, count)| (file.path().to_owned(), block, count))
        });
        let mut lines: Vec<Line> = lines.collect();
        lines.sort_unstable();
        listing::text(self.mode, &lines)
    }
}

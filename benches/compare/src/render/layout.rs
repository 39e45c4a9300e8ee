//! A table in lines, as wide as the terminal.
//!
//! What is too wide first loses the columns that say least, and its names are
//! broken after a `/`; then the names get lines of their own.

use anstyle::{AnsiColor, Style};
use support::paragraph::hanging;
use support::visible::visible;
use unicode_width::UnicodeWidthStr;

use super::cells::{Cell, Table, Tone};
use super::terminal::Terminal;
use crate::compare::report::Report;

/// Spaces between columns.
pub(super) const GAP: usize = 2;
/// Names are broken no shorter than this.
const NARROWEST: usize = 24;
/// Where the width is no matter, a longer name stands above its numbers: it
/// must not push those of all others away.
const WIDEST: usize = 100;
/// Before numbers below a name, and before the rest of a broken name.
const INDENT: &str = "  ";

/// A table with the columns that are shown.
struct Shown<'a> {
    table: &'a Table,
    columns: Vec<usize>,
    widths: Vec<usize>,
    colour: bool,
}

/// Returns the table in lines; nothing, if it does not fit.
pub(super) fn print(table: &Table, terminal: Terminal) -> Option<String> {
    let widths = widths(table);
    let shown = |without: &[usize]| {
        let stays = |column: &usize| !without.contains(column);
        let columns = (0..widths.len()).filter(stays).collect();
        let widths = widths.clone();
        Shown { table, columns, widths, colour: terminal.colour }
    };
    let all = shown(&[]);
    let Some(most) = terminal.width.map(usize::from) else {
        return Some(all.align(widths[0].min(WIDEST), false));
    };
    if widths[0] + all.beside() <= most {
        return Some(all.align(widths[0], true));
    }
    let each = [all, shown(&table.spare)];
    let room = |shown: &Shown<'_>| most.saturating_sub(shown.beside());
    if let Some(wide) = each.iter().find(|it| room(it) >= NARROWEST) {
        return Some(wide.align(room(wide).min(widths[0]), true));
    }
    let fits = |it: &&Shown<'_>| INDENT.len() + it.beside() <= most + GAP;
    each.iter().find(fits).map(|shown| shown.below_names(most))
}

fn widths(table: &Table) -> Vec<usize> {
    let mut widths: Vec<_> = table.head.iter().map(|h| h.width()).collect();
    for row in table.rows() {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.text.width());
        }
    }
    widths
}

impl Shown<'_> {
    /// Returns the width of all columns but the names, with their gaps.
    fn beside(&self) -> usize {
        self.columns[1..].iter().map(|&it| self.widths[it] + GAP).sum()
    }

    /// Returns the names in a column of their own; one that is too long is
    /// broken, or stands whole above its numbers.
    fn align(&self, names: usize, breaks: bool) -> String {
        let width = names + self.beside();
        let rows = self.table.rows().count();
        let mut text = String::with_capacity((width + 1) * (1 + rows));
        self.push_line(&mut text, self.head(), Some(names));
        for row in self.table.rows() {
            let mut row = row.peekable();
            let name = row.peek().map_or("", |cell| cell.text);
            if name.width() <= names {
                self.push_line(&mut text, row, Some(names));
                continue;
            }
            let parts = if breaks {
                broken(name, names)
            } else {
                text.extend([name, "\n"]);
                vec![String::new()]
            };
            let tone = Tone::Plain;
            let first = parts.iter().take(1).map(|text| Cell { text, tone });
            let rest =
                row.skip(1).map(|Cell { text, tone }| Cell { text, tone });
            self.push_line(&mut text, first.chain(rest), Some(names));
            for part in &parts[1..] {
                text.extend([INDENT, part, "\n"]);
            }
        }
        text
    }

    /// Returns each name above its numbers.
    fn below_names(&self, most: usize) -> String {
        let mut text = format!("{}\n", self.table.head[0]);
        text += INDENT;
        self.push_line(&mut text, self.head(), None);
        for row in self.table.rows() {
            let mut row = row.peekable();
            let name = row.peek().map_or("", |cell| cell.text);
            let mut indent = "";
            for part in broken(name, most) {
                text += indent;
                text += &part;
                text.push('\n');
                indent = INDENT;
            }
            text += INDENT;
            self.push_line(&mut text, row, None);
        }
        text
    }

    fn head(&self) -> impl Iterator<Item = Cell<'_>> {
        let tone = Tone::Plain;
        self.table.head.iter().map(move |text| Cell { text, tone })
    }

    /// Adds the cells of a line, the names among them as wide as is said.
    fn push_line<'b>(
        &self,
        text: &mut String,
        cells: impl Iterator<Item = Cell<'b>>,
        names: Option<usize>,
    ) {
        for (index, cell) in cells.enumerate() {
            if !self.columns.contains(&index) {
                continue;
            }
            let width = match (index, names) {
                (0, None) => continue,
                (0, Some(names)) => names,
                _ => self.widths[index],
            };
            let pad = width.saturating_sub(cell.text.width());
            let before = if self.table.is_text(index) { 0 } else { pad };
            text.extend(std::iter::repeat_n(' ', before));
            push_cell(text, cell, self.colour);
            text.extend(std::iter::repeat_n(' ', pad - before + GAP));
        }
        text.truncate(text.trim_end_matches(' ').len());
        text.push('\n');
    }
}

pub(super) fn push_cell(text: &mut String, cell: Cell<'_>, colour: bool) {
    match cell.tone.style().filter(|_| colour) {
        Some(style) => *text += &format!("{style}{}{style:#}", cell.text),
        None => *text += cell.text,
    }
}

/// Returns the notes, each a line, or as many as the terminal's width asks for.
pub(super) fn notes(report: &Report, terminal: Terminal) -> String {
    let line = |note: &String| match terminal.width {
        Some(width) => hanging("note: ", &visible(note), width.into()),
        None => format!("note: {}\n", visible(note)),
    };
    let text: String = report.notes.iter().map(line).collect();
    if text.is_empty() { text } else { format!("\n{text}") }
}

/// Breaks a name into lines, after a `/` where there is one; all but the
/// first are shorter by the indent.
fn broken(name: &str, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for part in name.split_inclusive('/') {
        let room = |lines: &[String]| {
            let used = if lines.len() > 1 { INDENT.len() } else { 0 };
            most - used - lines.last().map_or(0, |line| line.width())
        };
        let is_begun = lines.last().is_some_and(|line| !line.is_empty());
        if part.width() > room(&lines) && is_begun {
            lines.push(String::new());
        }
        for letter in part.chars() {
            let mut bytes = [0; 4];
            let letter = letter.encode_utf8(&mut bytes);
            if letter.width() > room(&lines) {
                lines.push(String::new());
            }
            if let Some(line) = lines.last_mut() {
                *line += letter;
            }
        }
    }
    lines
}

impl Table {
    fn is_text(&self, column: usize) -> bool {
        column == 0 || self.head.get(column).is_some_and(|n| n == "verdict")
    }
}

impl Tone {
    fn style(self) -> Option<Style> {
        match self {
            Self::Plain => None,
            Self::Better => Some(AnsiColor::Green.on_default()),
            Self::Worse => Some(AnsiColor::Red.on_default()),
            Self::Faint => Some(Style::new().dimmed()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_does_not_push_the_numbers_of_others_away() {
        let name = "long/".repeat(60);
        let row = |name: &str| {
            crate::Row::new(name, &[1.0], &[2.0], crate::Rule::default())
        };
        let text =
            crate::text::table(&[row("a"), row(&name)], Terminal::default());
        let lines: Vec<_> = text.lines().collect();
        assert!(lines[1].len() < 160, "{text}");
        assert_eq!(lines[2], name);
        assert_eq!(lines[1].find("1.00 ns"), lines[3].find("1.00 ns"));
    }

    #[test]
    fn a_name_is_broken_after_a_slash_and_else_where_it_must() {
        assert_eq!(broken("put/many/1k", 9), ["put/many/", "1k"]);
        assert_eq!(broken("put/1k", 9), ["put/1k"]);
        assert_eq!(broken("a/abcdefghij", 6), ["a/", "abcd", "efgh", "ij"]);
        // Each of these letters takes two columns.
        let wide = "\u{6f22}\u{5b57}/\u{6f22}";
        assert_eq!(broken(wide, 5), ["\u{6f22}\u{5b57}/", "\u{6f22}"]);
    }
}

//! Which parts of what is printed are coloured.
//!
//! All is written with colours: standard output leaves them out in a pipe, in
//! a dumb terminal, and under `NO_COLOR`.

use std::fmt::Display;

use anstyle::{AnsiColor, Style};

pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const MIDDLING: Style = AnsiColor::Yellow.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default();

/// What is covered well, in per cent, and what is not covered badly: these are
/// the limits of LCOV's genhtml, too.
const WELL: f64 = 90.0;
const NOT_BADLY: f64 = 75.0;

/// Returns a text in a colour.
pub(crate) fn painted(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

/// Returns a table with the percentages at the ends of its lines coloured; a
/// name before them may have one too, and stays as it is.
pub(crate) fn percentages(table: &str) -> String {
    let lines = table.split_inclusive('\n').map(|line| {
        let (mut rest, mut shown) = (line, String::new());
        while let Some((before, cell)) = last_cell(rest) {
            let Some(style) = style(cell.trim()) else { break };
            let spaces = cell.trim_end().len();
            let (number, end) = cell.split_at(spaces);
            shown = format!("{}{end}{shown}", painted(style, number));
            rest = before;
        }
        format!("{rest}{shown}")
    });
    lines.collect()
}

/// Returns the last word of a line, with the white space behind it, and what
/// stands before.
fn last_cell(line: &str) -> Option<(&str, &str)> {
    let words = line.trim_end();
    let space = words.rfind(' ')?;
    Some(line.split_at(space + 1))
}

/// Returns the colour of a percentage; nothing where a word is none.
fn style(word: &str) -> Option<Style> {
    if word == "-" {
        return Some(Style::new());
    }
    let percentage: f64 = word.strip_suffix('%')?.parse().ok()?;
    Some(match percentage {
        _ if percentage >= WELL => GOOD,
        _ if percentage >= NOT_BADLY => MIDDLING,
        _ => BAD,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_at_the_end_are_coloured_and_no_name() {
        let table = "         covered  of         branches\n\
                     50% up         9  10  90.0%         -\n\
                     b              3   4  75.0%     74.9%\n";
        let (good, fair) = (painted(GOOD, "90.0%"), painted(MIDDLING, "75.0%"));
        let bad = painted(BAD, "74.9%");
        assert_eq!(
            percentages(table),
            format!(
                "         covered  of         branches\n\
                 50% up         9  10  {good}         -\n\
                 b              3   4  {fair}     {bad}\n"
            )
        );
        assert_eq!(percentages(""), "");
    }
}

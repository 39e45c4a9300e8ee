//! A picture of the ratios for a terminal, and what it says in words.

use bench_compare::render::terminal::Terminal;
use bench_compare::{Row, Rule, Verdict};

use crate::pairs::Pair;

/// Columns from end to end: not more than the narrowest terminal has.
const WIDTH: usize = 39;

/// Columns between a name and its line.
const GAP: usize = 2;

/// What a picture is drawn with: the interval, the ratio, and an end of the
/// band in which a change does not count.
type Pens = [char; 3];

const ASCII: Pens = ['-', 'o', '|'];
const UTF_8: Pens = ['─', '●', '│'];

/// Draws a line a row: the interval, the ratio, and the ends of the band in
/// which a change does not count. The scale is logarithmic. Where a line has
/// no room for its row's name, that stands above it.
pub(crate) fn draw(rows: &[Row], terminal: Terminal) -> String {
    let [between, dot, end] = if terminal.utf8 { UTF_8 } else { ASCII };
    let band = Rule::default().margin.ln_1p();
    let ends = |row: &Row| [Some(row.ratio), row.low, row.high];
    let far = rows.iter().flat_map(ends).flatten().map(|r| r.ln().abs());
    let far = far.fold(2.0 * band, f64::max);
    let column = |log: f64| {
        let part = (log / far + 1.0) / 2.0;
        (part * (WIDTH - 1) as f64).round() as usize
    };
    let names = rows.iter().map(|row| row.benchmark.len());
    let width = names.max().unwrap_or(0) + GAP;
    let is_room = |room: u16| width + WIDTH <= room.into();
    let (width, after_name) = if terminal.width.is_none_or(is_room) {
        (width, "")
    } else {
        (0, "\n")
    };
    let mut picture = String::new();
    for row in rows {
        let mut line = vec![' '; WIDTH];
        line[column(-band)] = end;
        line[column(band)] = end;
        if let (Some(low), Some(high)) = (row.low, row.high) {
            line[column(low.ln())..=column(high.ln())].fill(between);
        }
        line[column(row.ratio.ln())] = dot;
        let line: String = line.into_iter().collect();
        let line = line.trim_end();
        picture += &format!("{:width$}{after_name}{line}\n", row.benchmark);
    }
    picture
        + &format!(
            "{:width$}<- new faster {end} within 2 % {end} slower ->\n",
            ""
        )
}

/// Says in words what became of a pair.
pub(crate) fn sentence(pair: &Pair, rows: &[Row]) -> String {
    let count = |verdict| rows.iter().filter(|r| r.verdict == verdict).count();
    let [old, new] = pair.variants;
    let all = rows.len();
    let words =
        match [Verdict::Faster, Verdict::Slower, Verdict::Same].map(count) {
            [_, _, same] if same == all => {
                format!("{new} costs nothing: same as {old} within 2 %")
            }
            [faster, ..] if faster == all => format!(
                "{new} is faster than {old}: {} of its time",
                percent(rows, |ratio| ratio)
            ),
            [_, slower, _] if slower == all => format!(
                "{new} is slower than {old}: by {}",
                percent(rows, |ratio| ratio - 1.0)
            ),
            [faster, slower, same] => format!(
                "{new} against {old}: {faster} faster, {slower} slower, {same} \
                 the same within 2 %, {} undecided, of {all} rows",
                all - faster - slower - same
            ),
        };
    format!("{}: {words}.", pair.name)
}

/// Returns the range of a part of the ratios, in percent.
fn percent(rows: &[Row], part: impl Fn(f64) -> f64) -> String {
    let parts = || rows.iter().map(|row| 100.0 * part(row.ratio));
    let least = parts().fold(f64::INFINITY, f64::min).round();
    let most = parts().fold(0.0, f64::max).round();
    if least == most {
        format!("{most} %")
    } else {
        format!("{least} to {most} %")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pairs;

    #[test]
    fn the_dot_stands_within_its_interval_and_words_say_so() {
        let old = [10.0, 10.01, 10.02, 10.03, 10.04, 10.05];
        let row = |factor: f64| {
            let new = old.map(|time| time * factor);
            Row::paired("put", &old, &new, Rule::default())
        };
        let pair = pairs::find("queues").unwrap();
        let same = sentence(pair, &[row(1.0)]);
        assert!(same.contains("guard costs nothing"), "{same}");
        let fast = sentence(pair, &[row(0.5), row(0.25)]);
        assert!(
            fast.ends_with("faster than explicit: 25 to 50 % of its time.")
        );
        let slow = sentence(pair, &[row(1.3)]);
        assert!(slow.ends_with("slower than explicit: by 30 %."), "{slow}");
        let both = sentence(pair, &[row(1.5), row(0.5)]);
        assert!(both.contains("1 faster, 1 slower"), "{both}");
        let rows = [row(1.5), row(0.5)];
        let utf8 = Terminal { utf8: true, ..Terminal::default() };
        let drawn = draw(&rows, utf8);
        assert!(drawn.lines().next().unwrap().contains('●'), "{drawn}");
        let picture = draw(&rows, Terminal::default());
        let place = |line: &str| line.find('o').unwrap();
        let mut lines = picture.lines();
        let (slow, fast) = (lines.next().unwrap(), lines.next().unwrap());
        assert!(place(slow) > place(fast), "{picture}");
    }

    #[test]
    fn a_picture_fits_its_terminal_and_names_each_row() {
        let name = "coverage/merge/go-standard-library";
        let row = Row::paired(name, &[1.0; 6], &[1.2; 6], Rule::default());
        for width in [40, 72, 80] {
            let terminal =
                Terminal { width: Some(width), ..Terminal::default() };
            let picture = draw(std::slice::from_ref(&row), terminal);
            let fits = |line: &str| line.len() <= width.into();
            assert!(picture.lines().all(fits), "{width}: {picture}");
            assert!(picture.contains(name), "{picture}");
        }
    }
}

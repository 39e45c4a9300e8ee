//! The heap as a tree: each timer above the middle of its children, as the
//! milliseconds that are left to it.

use ratatui::style::{Color, Modifier, Style};

use crate::canvas::{Canvas, DIM};
use crate::events::Heap;

/// Children of a timer.
const ARITY: usize = 4;

/// Columns of a timer at least: seconds in milliseconds, and air.
const CELL: usize = 5;

/// Less than this is left, in milliseconds, and a timer is drawn as urgent.
const URGENT: i64 = 100;

/// The lines of a tree of three levels, with one to say how many are below.
pub(crate) const LINES: usize = 6;

/// Draws the tree from a line on, with as many levels as are wide enough.
pub(crate) fn draw(canvas: &mut Canvas<'_>, top: usize, heap: &Heap, now: i64) {
    let mut line = top;
    let (mut before, mut places) = (0, 1);
    let levels = (canvas.height() - top.min(canvas.height())).min(LINES) / 2;
    for level in 0..levels {
        if canvas.width() / places < CELL {
            break;
        }
        if level > 0 {
            branches(canvas, line, places, heap.deadlines.len(), before);
            line += 1;
        }
        draw_level(canvas, line, heap, (before, places), now);
        line += 1;
        (before, places) = (before + places, places * ARITY);
    }
    let hidden = heap.deadlines.len().saturating_sub(before);
    if hidden > 0 {
        let text = format!("and {hidden} below");
        canvas.put(0, line, &text, DIM);
    }
}

fn draw_level(
    canvas: &mut Canvas<'_>,
    line: usize,
    heap: &Heap,
    (before, places): (usize, usize),
    now: i64,
) {
    for place in before..before + places {
        let middle = middle(canvas.width(), places, place - before);
        let Some(when) = heap.deadlines.get(place) else {
            canvas.put(middle, line, "·", DIM);
            continue;
        };
        let left = (when - now) / 1_000_000;
        let mut style = match left {
            ..URGENT => Style::new().fg(Color::Red),
            _ if place == 0 => Style::new().fg(Color::Yellow),
            _ => Style::new(),
        };
        if heap.moved.contains(&place) {
            style = style.add_modifier(Modifier::REVERSED);
        }
        let text = left.to_string();
        canvas.put(middle.saturating_sub(text.len() / 2), line, &text, style);
    }
}

/// Returns the column in the middle of a place of a level.
fn middle(width: usize, places: usize, place: usize) -> usize {
    (2 * place + 1) * width / (2 * places)
}

/// Draws the line between a level, of so many places, and the one above it.
fn branches(
    canvas: &mut Canvas<'_>,
    line: usize,
    places: usize,
    timers: usize,
    before: usize,
) {
    let width = canvas.width();
    for parent in 0..places / ARITY {
        let all = parent * ARITY..(parent + 1) * ARITY;
        let there = all.filter(|child| before + child < timers);
        let children: Vec<usize> =
            there.map(|child| middle(width, places, child)).collect();
        let above = middle(width, places / ARITY, parent);
        let Some((&first, &last)) = children.first().zip(children.last())
        else {
            continue;
        };
        let (begin, end) = (first.min(above), last.max(above));
        for column in begin..=end {
            let arms = Arms {
                up: column == above,
                down: children.contains(&column),
                left: column > begin,
                right: column < end,
            };
            canvas.put(column, line, arms.glyph(), DIM);
        }
    }
}

/// Where lines leave a column to.
struct Arms {
    up: bool,
    down: bool,
    left: bool,
    right: bool,
}

impl Arms {
    fn glyph(&self) -> &'static str {
        match (self.up, self.down, self.left, self.right) {
            (true, true, true, true) => "┼",
            (true, true, true, false) => "┤",
            (true, true, false, true) => "├",
            (true, true, false, false) => "│",
            (true, false, true, true) => "┴",
            (true, false, true, false) => "┘",
            (true, false, false, _) => "└",
            (false, true, true, true) => "┬",
            (false, true, true, false) => "┐",
            (false, true, false, _) => "┌",
            (false, false, ..) => "─",
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;

    use super::*;
    use crate::screen::text;

    fn drawn(width: u16, timers: i64) -> Vec<String> {
        let area = Rect::new(0, 0, width, LINES as u16);
        let mut buffer = Buffer::empty(area);
        let deadlines = (1..=timers).map(|ms| ms * 1_000_000).collect();
        let heap = Heap { deadlines, ..Heap::default() };
        draw(&mut Canvas::new(area, &mut buffer), 0, &heap, 0);
        text(&buffer).lines().map(str::to_owned).collect()
    }

    #[test]
    fn parents_stand_above_their_children() {
        let lines = drawn(80, 6);
        assert_eq!(lines[0], format!("{:40}1", ""));
        let run = |columns| "─".repeat(columns);
        let [far, near] = [run(19), run(9)];
        let branches = format!("┌{far}┬{near}┴{near}┬{far}┐");
        assert_eq!(lines[1].trim_start(), branches);
        let level = |line: &str| -> Vec<String> {
            line.split_whitespace().map(str::to_owned).collect()
        };
        assert_eq!(level(&lines[2]), ["2", "3", "4", "5"]);
        assert_eq!(lines[3], format!("  ┌{}┘", run(7)));
        assert_eq!(level(&lines[4])[..2], ["6", "·"]);
        assert_eq!(level(&lines[4]).len(), 16);
    }

    #[test]
    fn a_narrow_screen_has_fewer_levels_and_says_so() {
        let lines = drawn(40, 30);
        assert_eq!(lines[2].split_whitespace().count(), 4);
        assert_eq!(lines[3], "and 25 below");
        assert_eq!(drawn(4, 30)[0], "and", "nothing is wide enough");
    }
}

//! `timerproc` on a time axis: what it did, and the deadlines to come.

use ratatui::style::{Color, Modifier, Style};

use crate::canvas::{Canvas, DIM};
use crate::events::What;
use crate::history::{History, Moment, State};

/// Of the axis, so many fourths are past.
const PAST: i64 = 3;

/// The lines of the axis.
pub(crate) const LINES: usize = 4;

/// A stretch of time on the columns of a screen.
struct Scale {
    begin: i64,
    now: i64,
    span: i64,
    width: i64,
}

impl Scale {
    /// Returns the time at which a column begins.
    fn time(&self, column: i64) -> i64 {
        self.begin + self.span * column / self.width
    }

    fn column(&self, time: i64) -> Option<usize> {
        let column = (time - self.begin) * self.width / self.span;
        (0..self.width).contains(&column).then_some(column as usize)
    }
}

/// Draws the axis from a line on: marks, states, times and their legend.
pub(crate) fn draw(
    canvas: &mut Canvas<'_>,
    top: usize,
    history: &History,
    (shown, now): (usize, i64),
    span: i64,
) {
    let width = canvas.width() as i64;
    if width == 0 {
        return;
    }
    let begin = now - span * PAST / 4;
    let scale = Scale { begin, now, span, width };
    draw_past(canvas, top, history, shown, &scale);
    draw_future(canvas, top, history.moment(shown), &scale);
    draw_times(canvas, top + 2, &scale);
    let legend = "━ sleeps  · parked  ▼ fires  ! woken early  \
                  + start  x stop  ▽ deadline";
    canvas.put(0, top + 3, legend, DIM);
}

fn draw_past(
    canvas: &mut Canvas<'_>,
    top: usize,
    history: &History,
    shown: usize,
    scale: &Scale,
) {
    for column in 0..scale.width * PAST / 4 {
        let (begin, end) = (scale.time(column), scale.time(column + 1));
        let moments = history.between(begin, end, shown);
        let mark = moments.filter_map(mark).max_by_key(|mark| mark.0);
        let at = column as usize;
        if let Some((_, mark, style)) = mark {
            canvas.put(at, top, mark, style);
        }
        let state = match history.state_at(begin) {
            Some(State::Sleeping(_)) => "━",
            Some(State::Parked) => "·",
            // Too short to be seen, but where it stopped to be shown.
            Some(State::Running) => "█",
            Some(State::NotStarted) | None => " ",
        };
        canvas.put(at, top + 1, state, Style::new().fg(Color::Cyan));
    }
}

/// Returns how much an event matters, and how it is drawn.
fn mark(moment: &Moment) -> Option<(u8, &'static str, Style)> {
    let bold = Style::new().add_modifier(Modifier::BOLD);
    Some(match moment.what {
        What::Fire(_) => (4, "▼", bold.fg(Color::Green)),
        What::WakeEarly | What::Ready => (3, "!", bold.fg(Color::Magenta)),
        What::Stop => (2, "x", bold.fg(Color::Red)),
        What::Start(_) => (1, "+", Style::new()),
        What::Begin | What::Sleep(_) | What::Park => return None,
    })
}

fn draw_future(
    canvas: &mut Canvas<'_>,
    top: usize,
    moment: &Moment,
    scale: &Scale,
) {
    let first = scale.width * PAST / 4;
    let until = match moment.state {
        State::Sleeping(until) => until,
        State::Parked => i64::MAX,
        State::NotStarted | State::Running => scale.now,
    };
    for column in first..scale.width {
        let sleeps = scale.time(column) < until;
        let glyph = match moment.state {
            _ if !sleeps => " ",
            State::Parked => "·",
            _ => "─",
        };
        canvas.put(column as usize, top + 1, glyph, DIM);
    }
    for &when in &moment.heap.deadlines {
        if let Some(column) = scale.column(when.max(scale.now)) {
            canvas.put(column, top, "▽", Style::new().fg(Color::Yellow));
        }
    }
}

/// Names a time in each fourth, and the middle one as now.
fn draw_times(canvas: &mut Canvas<'_>, line: usize, scale: &Scale) {
    for fourth in 0..4 {
        let time = scale.span * (fourth - PAST) / 4;
        let column = scale.width * fourth / 4;
        let text = match time {
            0 => "│now".to_owned(),
            _ => format!("│{:.1} s", time as f64 / 1e9),
        };
        canvas.put(column as usize, line, &text, DIM);
    }
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;

    use super::*;
    use crate::events::{Entry, Heap};
    use crate::screen::text;

    const SECOND: i64 = 1_000_000_000;

    /// Draws eight seconds, of which six are past, two columns a second.
    fn drawn(history: &History, now: i64) -> Vec<String> {
        let area = Rect::new(0, 0, 16, LINES as u16);
        let mut buffer = Buffer::empty(area);
        let mut canvas = Canvas::new(area, &mut buffer);
        let shown = (history.newest(), now);
        draw(&mut canvas, 0, history, shown, 8 * SECOND);
        text(&buffer).lines().map(str::to_owned).collect()
    }

    #[test]
    fn what_was_is_left_of_now_and_what_comes_is_right_of_it() {
        let mut history = History::default();
        let entry = |seconds: i64, what, deadlines: &[i64]| {
            let deadlines = deadlines.iter().map(|s| s * SECOND).collect();
            let heap = Heap { deadlines, ..Heap::default() };
            Entry { at: seconds * SECOND, what, heap: Some(heap) }
        };
        history.add([
            entry(1, What::Park, &[]),
            entry(3, What::Start(5 * SECOND), &[5]),
            entry(3, What::Ready, &[5]),
            entry(3, What::Sleep(5 * SECOND), &[5]),
            entry(4, What::Start(7 * SECOND), &[5, 7]),
            entry(5, What::Fire(5 * SECOND), &[7]),
            entry(5, What::Sleep(7 * SECOND), &[7]),
        ]);
        let lines = drawn(&history, 6 * SECOND);
        assert_eq!(lines[0], "      ! + ▼   ▽");
        assert_eq!(lines[1], "  ····━━━━━━──");
        assert_eq!(lines[2], "│-6.│-4.│-2.│now");
    }

    #[test]
    fn a_parked_thread_waits_without_an_end() {
        let mut history = History::default();
        history.add([Entry { at: 0, what: What::Park, heap: None }]);
        let lines = drawn(&history, SECOND);
        assert_eq!(lines[0], "");
        assert_eq!(lines[1], format!("{:10}{}", "", "·".repeat(6)));
    }
}

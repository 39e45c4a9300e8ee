//! One picture: what happened last, the counts, the tree and the time axis.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::widgets::Widget;

use crate::canvas::{Canvas, DIM};
use crate::events::What;
use crate::history::{Counts, History, Moment, State};
use crate::view::View;
use crate::{axis, tree};

/// The lines above the tree.
const HEAD: usize = 5;

/// Of the whole picture.
pub(crate) const LINES: usize = HEAD + tree::LINES + 1 + axis::LINES;

const KEYS: &str = "q quit  space pause  ← → step  Home End  + - time";

/// All that is drawn.
pub(crate) struct Screen<'a> {
    pub(crate) history: &'a History,
    pub(crate) view: &'a View,
    pub(crate) now: i64,
    /// Someone sits there who can press a key.
    pub(crate) has_keys: bool,
}

impl Widget for Screen<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let (shown, now) = self.view.shown(self.history, self.now);
        let moment = self.history.moment(shown);
        let mut canvas = Canvas::new(area, buffer);
        let bold = Style::new().add_modifier(Modifier::BOLD);
        canvas.put(0, 0, &title(moment, now), bold);
        canvas.put(0, 1, &protocol(&moment.counts), Style::new());
        canvas.put(0, 2, &timers(moment), Style::new());
        canvas.put(0, 3, &last(moment), Style::new());
        tree::draw(&mut canvas, HEAD, &moment.heap, now);
        let top = HEAD + tree::LINES + 1;
        let span = self.view.span;
        axis::draw(&mut canvas, top, self.history, (shown, now), span);
        if self.has_keys {
            let last = canvas.height().saturating_sub(1);
            let blank = " ".repeat(canvas.width());
            canvas.put(0, last, &blank, Style::new());
            canvas.put(0, last, &self.keys(), DIM);
        }
    }
}

impl Screen<'_> {
    fn keys(&self) -> String {
        let Some(paused) = self.view.paused() else { return KEYS.to_owned() };
        let newest = self.history.newest();
        format!("STEP {paused} of {newest}  {KEYS}")
    }
}

fn title(moment: &Moment, now: i64) -> String {
    let state = match moment.state {
        State::NotStarted => "not there yet".to_owned(),
        State::Running => "running".to_owned(),
        State::Parked => "parked".to_owned(),
        State::Sleeping(until) => {
            format!("sleeping until {:.2} s", seconds(until))
        }
    };
    format!("{:7.2} s   timerproc is {state}", seconds(now))
}

fn protocol(counts: &Counts) -> String {
    let Counts { slept, woken_early, parked, made_ready, fired, .. } = counts;
    format!(
        "protocol    slept {slept}, woken early {woken_early}, \
         parked {parked}, made ready {made_ready}, fired {fired}"
    )
}

fn timers(moment: &Moment) -> String {
    let Counts { started, stopped, .. } = moment.counts;
    let pending = moment.heap.deadlines.len();
    format!(
        "timers      {pending} pending, {started} started, \
         {stopped} stopped"
    )
}

fn last(moment: &Moment) -> String {
    let (compared, moved) = (moment.heap.compared, moment.heap.moved.len());
    let steps = format!("{compared} compared, {moved} moved");
    let what = match moment.what {
        What::Begin => "nothing has happened".to_owned(),
        What::Sleep(until) => {
            format!("timerproc sleeps until {:.2} s", seconds(until))
        }
        What::WakeEarly => "an earlier timer wakes timerproc".to_owned(),
        What::Park => "timerproc parks: no timer is left".to_owned(),
        What::Ready => "a timer makes timerproc ready".to_owned(),
        What::Fire(when) => {
            let late = (moment.at - when) / 1_000;
            format!("a timer fires, {late} µs late: {steps}")
        }
        What::Start(when) => {
            format!("a start for {:.2} s: {steps}", seconds(when))
        }
        What::Stop => format!("a stop: {steps}"),
    };
    format!("last        {what}")
}

fn seconds(nanos: i64) -> f64 {
    nanos as f64 / 1e9
}

/// Returns the text of a buffer, without spaces at the ends of lines.
pub(crate) fn text(buffer: &Buffer) -> String {
    let width = usize::from(buffer.area.width).max(1);
    let lines = buffer.content().chunks(width).map(|cells| {
        let line: String = cells.iter().map(|cell| cell.symbol()).collect();
        line.trim_end().to_owned() + "\n"
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;
    use ratatui::crossterm::event::KeyCode;

    use super::*;
    use crate::events::{Entry, Heap};

    const MS: i64 = 1_000_000;

    fn history() -> History {
        let mut history = History::default();
        let heap = Heap {
            deadlines: (1..=30).map(|ms| (1_000 + ms * 50) * MS).collect(),
            compared: 3,
            moved: vec![5, 1],
        };
        history.add([
            Entry { at: 900 * MS, what: What::Park, heap: None },
            Entry {
                at: 1_000 * MS,
                what: What::Start(1_050 * MS),
                heap: Some(heap),
            },
            Entry { at: 1_000 * MS, what: What::Sleep(1_050 * MS), heap: None },
        ]);
        history
    }

    fn drawn(view: &View, width: u16, height: u16) -> TestBackend {
        let mut terminal = Terminal::new(TestBackend::new(width, height))
            .expect("it is memory");
        let history = history();
        let draw = |frame: &mut ratatui::Frame<'_>| {
            let screen = Screen {
                history: &history,
                view,
                now: 1_010 * MS,
                has_keys: true,
            };
            frame.render_widget(screen, frame.area());
        };
        terminal.draw(draw).expect("it is memory");
        terminal.backend().clone()
    }

    #[test]
    fn a_picture_says_all_and_how_to_go_on() {
        let drawn = drawn(&View::default(), 80, 24);
        let text = text(drawn.buffer());
        for part in [
            "   1.01 s   timerproc is sleeping until 1.05 s",
            "protocol    slept 1, woken early 0, parked 1, made ready 0, fired 0",
            "timers      30 pending, 1 started, 0 stopped",
            "last        timerproc sleeps until 1.05 s",
            "and 9 below",
            "│now",
            "space pause",
            "q quit",
        ] {
            assert!(text.contains(part), "{part}:\n{text}");
        }
    }

    #[test]
    fn a_step_back_shows_what_was_moved() {
        let (mut view, history) = (View::default(), history());
        view.press(KeyCode::Left.into(), &history);
        let drawn = drawn(&view, 80, 24);
        let buffer = drawn.buffer();
        let text = text(buffer);
        let start = "a start for 1.05 s: 3 compared, 2 moved";
        assert!(text.contains(start), "{text}");
        assert!(text.contains("STEP 2 of 3"), "{text}");
        let is_reversed = |style: Modifier| style.contains(Modifier::REVERSED);
        let cells = buffer.content().iter();
        let moved: String = cells
            .filter(|cell| is_reversed(cell.modifier))
            .map(|cell| cell.symbol())
            .collect();
        assert_eq!(moved, "100300", "positions 1 and 5, in ms to go");
    }

    #[test]
    fn every_size_of_a_terminal_has_a_picture() {
        for (width, height) in
            [(1, 1), (5, 3), (38, 12), (80, 16), (200, 60), (79, 24)]
        {
            let drawn = drawn(&View::default(), width, height);
            let text = text(drawn.buffer());
            let last = text.lines().last().expect("a line");
            assert!(last.starts_with('q'), "the keys stay:\n{text}");
        }
    }
}

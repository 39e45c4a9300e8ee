//! What is shown of the history, and the keys that change it.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::history::History;

/// The widest and the narrowest stretch of time, in nanoseconds.
const SPANS: [i64; 2] = [1_750_000_000, 28_000_000_000];

/// Which moment is shown, and how much of the time around it.
#[derive(Debug)]
pub(crate) struct View {
    /// The number of the moment, if it stands still.
    paused: Option<usize>,
    /// The length of the time axis, in nanoseconds.
    pub(crate) span: i64,
}

impl Default for View {
    fn default() -> Self {
        Self { paused: None, span: 7_000_000_000 }
    }
}

impl View {
    /// Returns the number of the moment to show, and what time it is there.
    pub(crate) fn shown(&self, history: &History, now: i64) -> (usize, i64) {
        match self.paused {
            None => (history.newest(), now),
            Some(number) => (number, history.moment(number).at),
        }
    }

    /// Returns the number of the moment at which the picture stands still.
    pub(crate) fn paused(&self) -> Option<usize> {
        self.paused
    }

    /// Does what a key asks for. Returns false at the wish to end.
    pub(crate) fn press(&mut self, key: KeyEvent, history: &History) -> bool {
        let (oldest, newest) = (history.oldest(), history.newest());
        let here = self.paused.unwrap_or(newest);
        let at = |number: usize| Some(number.clamp(oldest, newest));
        let [narrowest, widest] = SPANS;
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('q') | KeyCode::Esc => return false,
            KeyCode::Char('c') if control => return false,
            KeyCode::Char(' ') => {
                self.paused = self.paused.is_none().then_some(newest);
            }
            KeyCode::Right | KeyCode::Char('.') => self.paused = at(here + 1),
            KeyCode::Left | KeyCode::Char(',') => {
                self.paused = at(here.saturating_sub(1));
            }
            KeyCode::Home => self.paused = Some(oldest),
            KeyCode::End => self.paused = None,
            KeyCode::Char('+') => self.span = (self.span / 2).max(narrowest),
            KeyCode::Char('-') => self.span = (self.span * 2).min(widest),
            _ => {}
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::{Entry, What};

    fn press(view: &mut View, keys: &[KeyCode], history: &History) -> bool {
        keys.iter().all(|&key| view.press(key.into(), history))
    }

    fn history() -> History {
        let mut history = History::default();
        let entry = |at| Entry { at, what: What::Stop, heap: None };
        history.add((1..=5).map(entry));
        history
    }

    #[test]
    fn it_is_live_stands_still_and_steps_both_ways() {
        let (mut view, mut history) = (View::default(), history());
        assert_eq!(view.shown(&history, 77), (5, 77));
        press(&mut view, &[KeyCode::Char(' ')], &history);
        history.add([Entry { at: 60, what: What::Park, heap: None }]);
        assert_eq!(view.shown(&history, 77), (5, 5), "it stands still");
        press(&mut view, &[KeyCode::Left, KeyCode::Left], &history);
        assert_eq!(view.shown(&history, 77), (3, 3));
        press(&mut view, &[KeyCode::Char('.'); 9], &history);
        assert_eq!(view.shown(&history, 77), (6, 60), "not beyond the last");
        press(&mut view, &[KeyCode::Home, KeyCode::Left], &history);
        assert_eq!(view.shown(&history, 77), (0, 0));
        press(&mut view, &[KeyCode::Char(' ')], &history);
        assert_eq!(view.shown(&history, 77), (6, 77), "live again");
    }

    #[test]
    fn the_axis_is_stretched_within_limits() {
        let (mut view, history) = (View::default(), history());
        press(&mut view, &[KeyCode::Char('+'); 9], &history);
        assert_eq!(view.span, SPANS[0]);
        press(&mut view, &[KeyCode::Char('-'); 9], &history);
        assert_eq!(view.span, SPANS[1]);
    }

    #[test]
    fn three_keys_end_it_and_no_other() {
        let (mut view, history) = (View::default(), history());
        let control_c =
            KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        assert!(!view.press(control_c, &history));
        assert!(!press(&mut view, &[KeyCode::Char('q')], &history));
        assert!(!press(&mut view, &[KeyCode::Esc], &history));
        assert!(press(&mut view, &[KeyCode::Char('c')], &history));
        assert!(press(&mut view, &[KeyCode::Enter], &history));
    }
}

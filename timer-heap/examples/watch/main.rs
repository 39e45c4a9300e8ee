//! Draws a live timer heap and what its `timerproc` does.
//!
//! A thread serves the heap as Go 1.9 did, and what the probes of the heap and
//! of the wake-up protocol tell is kept, so that one can stop and step back.
//! Output that is no terminal gets plain frames, one after the other.

mod axis;
mod canvas;
mod events;
mod history;
mod screen;
mod timerproc;
mod tree;
mod view;
mod workload;

use std::io::{self, IsTerminal, Write, stdout};
use std::thread;
use std::time::{Duration, Instant};

use clap::Parser;
use ratatui::DefaultTerminal;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{self, Event};
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

use events::CLOCK;
use history::History;
use screen::Screen;
use timerproc::Timerproc;
use view::View;
use workload::Workload;

const FRAME: Duration = Duration::from_millis(100);

/// Draw a live timer heap and the state of timerproc
#[derive(Parser)]
#[command(after_help = "\
Examples:
  cargo run -p timer-heap --example watch
  cargo run -p timer-heap --example watch -- --seconds 2 | less

Keys:
  space            pause, and go on
  left, right      a step back, a step forward: one event each
  Home, End        the oldest event that is kept; live again
  +, -             less time on the axis, more of it
  q                the end")]
struct Args {
    /// How long to watch; on a terminal, if not given, until q is pressed
    #[arg(long, value_parser = seconds)]
    seconds: Option<f64>,
}

/// How long a pipe gets frames, if nothing is asked for.
const SECONDS: f64 = 20.0;

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(seconds) if (0.0..=1e6).contains(&seconds) => Ok(seconds),
        _ => Err("expected a number from 0 to 1000000".to_owned()),
    }
}

fn main() -> io::Result<()> {
    let length = Args::parse().seconds.map(Duration::from_secs_f64);
    let served = Timerproc::default();
    let outcome = thread::scope(|scope| {
        scope.spawn(|| served.work());
        let _end = End(&served);
        if stdout().is_terminal() {
            on_a_terminal(&served, length)
        } else {
            let length = length.unwrap_or(Duration::from_secs_f64(SECONDS));
            plainly(&served, length)
        }
    });
    // Whoever reads may have seen enough (`| head`).
    outcome.or_else(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Ok(()),
        _ => Err(error),
    })
}

/// Ends the thread, which is waited for, after a panic too.
struct End<'a>(&'a Timerproc);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.shut_down();
    }
}

fn plainly(served: &Timerproc, length: Duration) -> io::Result<()> {
    let started = Instant::now();
    let (mut workload, mut history) = (Workload::default(), History::default());
    let view = View::default();
    loop {
        history.add(events::take());
        let screen = screen(&history, &view, false);
        let area = Rect::new(0, 0, 80, screen::LINES as u16);
        let mut buffer = Buffer::empty(area);
        screen.render(area, &mut buffer);
        writeln!(stdout().lock(), "{}", screen::text(&buffer))?;
        if started.elapsed() >= length {
            return Ok(());
        }
        thread::sleep(FRAME);
        workload.step(served);
    }
}

fn screen<'a>(
    history: &'a History,
    view: &'a View,
    has_keys: bool,
) -> Screen<'a> {
    Screen { history, view, now: CLOCK.now(), has_keys }
}

fn on_a_terminal(
    served: &Timerproc,
    length: Option<Duration>,
) -> io::Result<()> {
    // A panic gives the terminal back as well: ratatui has a hook for it.
    let mut terminal = ratatui::try_init()?;
    let outcome = interact(&mut terminal, served, length);
    ratatui::restore();
    outcome
}

/// Ten frames a second, and one after each key and each change of size.
fn interact(
    terminal: &mut DefaultTerminal,
    served: &Timerproc,
    length: Option<Duration>,
) -> io::Result<()> {
    let started = Instant::now();
    let (mut workload, mut history) = (Workload::default(), History::default());
    let mut view = View::default();
    let mut next = started;
    while length.is_none_or(|length| started.elapsed() < length) {
        history.add(events::take());
        terminal.draw(|frame| {
            let screen = screen(&history, &view, true);
            frame.render_widget(screen, frame.area());
        })?;
        let rest = next.saturating_duration_since(Instant::now());
        if rest.is_zero() {
            workload.step(served);
            next = Instant::now() + FRAME;
        }
        if event::poll(rest)?
            && let Event::Key(key) = event::read()?
            && key.is_press()
            && !view.press(key, &history)
        {
            break;
        }
    }
    Ok(())
}

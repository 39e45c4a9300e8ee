//! Draws a live timer heap and what its `timerproc` does.
//!
//! A thread serves the heap as Go 1.9 did, and each frame shows what the
//! probes of the heap and of the wake-up protocol have told. Output that is
//! no terminal gets plain frames, one after the other.

mod events;
mod screen;
mod timerproc;
mod workload;

use std::io::{self, IsTerminal, Write, stdout};
use std::thread;
use std::time::{Duration, Instant};

use clap::Parser;
use crossterm::event::{self, Event, KeyCode, KeyModifiers};
use crossterm::style::{Stylize, style};
use crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute, queue};

use screen::Frame;
use timerproc::Timerproc;
use workload::Workload;

const FRAME: Duration = Duration::from_millis(100);

/// Draw a live timer heap and the state of timerproc
#[derive(Parser)]
#[command(after_help = "\
Examples:
  cargo run -p timer-heap --example watch
  cargo run -p timer-heap --example watch -- --seconds 2 | less

q ends it.")]
struct Args {
    /// How long to watch
    #[arg(long, default_value_t = 20.0, value_parser = seconds)]
    seconds: f64,
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(seconds) if (0.0..=1e6).contains(&seconds) => Ok(seconds),
        _ => Err("expected a number from 0 to 1000000".to_owned()),
    }
}

fn main() -> io::Result<()> {
    let length = Duration::from_secs_f64(Args::parse().seconds);
    let served = Timerproc::default();
    thread::scope(|scope| {
        scope.spawn(|| served.work());
        let outcome = if stdout().is_terminal() {
            on_the_terminal(&served, length)
        } else {
            plainly(&served, length)
        };
        served.shut_down();
        // Whoever reads may have seen enough (`| head`).
        outcome.or_else(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => Ok(()),
            _ => Err(error),
        })
    })
}

/// Shows a frame ten times a second, between which `pause` waits; it returns
/// false when the user has seen enough.
fn watch(
    served: &Timerproc,
    length: Duration,
    mut show: impl FnMut(&str) -> io::Result<()>,
    mut pause: impl FnMut() -> io::Result<bool>,
) -> io::Result<()> {
    let started = Instant::now();
    let mut workload = Workload::default();
    loop {
        show(&Frame::of(served, &workload).draw())?;
        if started.elapsed() >= length || !pause()? {
            return Ok(());
        }
        workload.step(served);
    }
}

fn plainly(served: &Timerproc, length: Duration) -> io::Result<()> {
    let show = |frame: &str| writeln!(stdout().lock(), "{frame}");
    watch(served, length, show, || {
        thread::sleep(FRAME);
        Ok(true)
    })
}

/// Gives the terminal back as it was, after an error too.
struct Raw;

impl Raw {
    fn enter() -> io::Result<Self> {
        enable_raw_mode()?;
        let raw = Self;
        execute!(stdout(), EnterAlternateScreen, cursor::Hide)?;
        Ok(raw)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // Nothing is left to do if the terminal has gone.
        let _ = execute!(stdout(), cursor::Show, LeaveAlternateScreen);
        let _ = disable_raw_mode();
    }
}

fn on_the_terminal(served: &Timerproc, length: Duration) -> io::Result<()> {
    let _raw = Raw::enter()?;
    watch(served, length, paint, || Ok(!quits_within(FRAME)?))
}

/// The first line is the title, in bold.
fn paint(frame: &str) -> io::Result<()> {
    let mut out = stdout().lock();
    for (number, line) in (0_u16..).zip(frame.lines()) {
        queue!(out, cursor::MoveTo(0, number))?;
        match number {
            0 => write!(out, "{}", style(line).bold())?,
            _ => write!(out, "{line}")?,
        }
        queue!(out, Clear(ClearType::UntilNewLine))?;
    }
    queue!(out, Clear(ClearType::FromCursorDown))?;
    out.flush()
}

/// Returns true if the user asks for the end before `pause` is over.
fn quits_within(pause: Duration) -> io::Result<bool> {
    let end = Instant::now() + pause;
    loop {
        let rest = end.saturating_duration_since(Instant::now());
        if !event::poll(rest)? {
            return Ok(false);
        }
        if let Event::Key(key) = event::read()? {
            let control = key.modifiers.contains(KeyModifiers::CONTROL);
            match key.code {
                KeyCode::Char('q') | KeyCode::Esc => return Ok(true),
                KeyCode::Char('c') if control => return Ok(true),
                _ => {}
            }
        }
    }
}

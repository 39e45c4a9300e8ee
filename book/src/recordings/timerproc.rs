//! `timerproc` and its alarm: sleeping, woken early, parked, made ready.
//!
//! One thread plays both sides. The probe is called where the waiter is about
//! to wait; there it starts the next timer, as another thread would.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use live::recording::{Frame, Look, Recording, Stage, Tile, Track};
use timer_heap::alarm::Alarm;
use timer_heap::clock::Clock;
use timer_heap::heap::TimerHeap;
use timer_heap::steps::{Event, Steps};

use super::source::Source;

const FILE: &str = "timer-heap/src/service/alarm.rs";

/// A moment of the drawing, in nanoseconds, at first.
const MOMENT: i64 = 1_000_000;

/// What is said when `timerproc` sleeps: until each deadline once, and until
/// the first once more, as it is woken early.
const SLEEPS: &str = "It sleeps until ";

/// Deadlines, in the order in which they are started: the first while
/// `timerproc` is parked, the others each time it is about to sleep.
const STARTED: [i64; 3] = [60, 40, 80];

struct Scripted;

// SAFETY: it takes every step.
unsafe impl Steps for Scripted {
    fn emit(event: impl FnOnce() -> Event) {
        let scene = SCENE.with_borrow(Clone::clone);
        scene.expect("the recording runs").hear(event());
    }
}

thread_local! {
    /// The probe is a type, not a value: it finds its scene here.
    static SCENE: RefCell<Option<Rc<Scene>>> = const { RefCell::new(None) };
}

struct Scene {
    alarm: Alarm<Scripted>,
    clock: Clock,
    start: i64,
    /// Nanoseconds of a moment of the drawing.
    moment: i64,
    timers: RefCell<TimerHeap<()>>,
    started: RefCell<std::slice::Iter<'static, i64>>,
    /// The moment of the last firing: nothing else moves the drawing on.
    now: Cell<i64>,
    /// What it sleeps until.
    until: Cell<i64>,
    source: Source,
    frames: RefCell<Vec<Frame>>,
}

/// On a busy machine a deadline may pass before the thread sleeps until it:
/// then it is recorded once more, at half the speed.
pub(super) fn sleeps_and_wakes() -> Recording {
    let is_as_told = |recording: &Recording| {
        let frames = &recording.tracks[0].frames;
        let sleeps = frames.iter().filter(|it| it.say.starts_with(SLEEPS));
        sleeps.count() == STARTED.len() + 1
    };
    let mut takes = (0..8).map(|slower| recorded(MOMENT << slower));
    takes.find(is_as_told).expect("a machine that is so busy builds no book")
}

fn recorded(moment: i64) -> Recording {
    let clock = Clock::real();
    let function =
        |start| Source::function(FILE, "impl<P: Steps> Alarm<P>", start);
    let scene = Rc::new(Scene {
        alarm: Alarm::new(),
        start: clock.now(),
        clock,
        moment,
        timers: RefCell::default(),
        started: RefCell::new(STARTED.iter()),
        now: Cell::default(),
        until: Cell::default(),
        source: function("pub fn ring_before").and(function("fn sleep(")),
        frames: RefCell::default(),
    });
    SCENE.set(Some(scene.clone()));
    scene.frame(0, "timerproc looks for timers.".to_owned(), None);
    let mut fired = 0;
    while fired < STARTED.len() {
        let look = || scene.timers.borrow().peek().map(|(when, ())| when);
        scene.alarm.wait(&scene.clock, look);
        while scene.fire() {
            fired += 1;
        }
    }
    SCENE.set(None);
    Recording {
        title: "timerproc sleeps until the first deadline".to_owned(),
        tracks: vec![Track {
            name: "timerproc".to_owned(),
            code: scene.source.lines.clone(),
            stage: stage(),
            frames: scene.frames.take(),
        }],
    }
}

impl Scene {
    fn hear(&self, event: Event) {
        let (state, say, part) = match event {
            Event::Park => (2, "No timer: it parks.".to_owned(), "Event::Park"),
            Event::Ready => {
                (0, "It was parked, and is ready.".to_owned(), "Event::Ready")
            }
            Event::Sleep { until } => {
                self.until.set(self.moment(until));
                let say = format!("{SLEEPS}{}.", self.moment(until));
                (1, say, "Event::Sleep")
            }
            Event::EarlyWake => {
                (0, "It wakes early, to look again.".to_owned(), "EarlyWake")
            }
            Event::Fire { when } => {
                self.now.set(self.moment(when));
                self.frame(0, format!("{} fires.", self.moment(when)), None);
                return;
            }
            // What the figure shows begins after the look.
            Event::Publish | Event::Look { .. } | Event::Ask { .. } => return,
            Event::Push { .. } | Event::Bury { .. } | Event::Move { .. } => {
                unreachable!("it has one heap, which puts nothing off")
            }
        };
        self.frame(state, say, Some(self.source.line(part)));
        if state > 0 {
            self.start_next(state);
        }
    }

    /// What another thread does while `timerproc` waits.
    fn start_next(&self, state: usize) {
        let Some(moment) = self.started.borrow_mut().next() else {
            return;
        };
        let when = self.start + moment * self.moment;
        self.timers.borrow_mut().push(when, ());
        let say = if self.alarm.ring_before(when) {
            format!("{moment} is started: that is earlier, so it rings.")
        } else {
            format!("{moment} is started: not earlier, nobody rings.")
        };
        let line = self.source.line("while when < until");
        self.frame(state, say, Some(line));
    }

    fn fire(&self) -> bool {
        let mut timers = self.timers.borrow_mut();
        let now = self.clock.now();
        if timers.peek().is_none_or(|(when, ())| when > now) {
            return false;
        }
        let fired = timers.pop();
        drop(timers);
        fired.is_some_and(|(when, ())| {
            Scripted::emit(|| Event::Fire { when });
            true
        })
    }

    /// Returns what `timerproc` does, as a bar over the time it takes: it runs
    /// at a moment, sleeps up to another, and is parked without end.
    fn bar(&self, state: usize) -> Tile {
        let now = self.now.get();
        let (end, text, look) = match state {
            0 => (now, "runs", Look::Written),
            1 => (self.until.get(), "sleeps", Look::Held),
            _ => (END, "parked", Look::Held),
        };
        let (left, right) = (x(now), x(end));
        let mut tile = Tile::new("timerproc", text, [0, 46], look);
        tile.width = tile.width.max((right - left) / 2 * 2);
        tile.at[0] = left + tile.width / 2;
        tile
    }

    fn moment(&self, when: i64) -> i64 {
        (when - self.start) / self.moment
    }

    fn frame(&self, state: usize, say: String, line: Option<usize>) {
        let timers = self.timers.borrow();
        let mut deadlines: Vec<i64> =
            timers.iter().map(|(when, ..)| self.moment(when)).collect();
        deadlines.sort_unstable();
        let mut tiles = vec![self.bar(state)];
        tiles.extend(deadlines.iter().map(|&when| {
            let text = when.to_string();
            Tile::new(text.clone(), text, [x(when), 100], Look::Plain)
        }));
        self.frames.borrow_mut().push(Frame {
            say,
            count: format!("{} pending", deadlines.len()),
            line,
            actor: None,
            tiles,
            ..Frame::default()
        });
    }
}

/// The last moment of the time axis.
const END: i64 = 90;

/// Returns where a moment is on the time axis.
fn x(moment: i64) -> i32 {
    36 + 3 * i32::try_from(moment).expect("a moment of the drawing")
}

fn stage() -> Stage {
    let moments = (0..=END).step_by(10);
    let marks = moments.clone().map(|at| [x(at), 72, x(at), 78]);
    let numbers = moments.map(|at| (x(at), 128, at.to_string()));
    Stage {
        size: [360, 136],
        lines: marks.chain([[x(0), 75, x(END), 75]]).collect(),
        slots: Vec::new(),
        labels: numbers.chain([(62, 20, "timerproc".to_owned())]).collect(),
    }
}

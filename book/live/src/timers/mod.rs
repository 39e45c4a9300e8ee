//! A program of timers on the real heap, in both ways of sifting.
//!
//! | command | does |
//! |---|---|
//! | `start NAME DEADLINE` | starts a timer |
//! | `reset NAME DEADLINE` | gives it another deadline, or starts it again |
//! | `stop NAME` | takes it out |
//! | `advance TIME` | the clock goes on; what is due fires |

mod commands;

use support::probe::Recorder;
use timer_heap::heap::{Hole, Inline, Sift, Step, Swap, TimerHeap};

use crate::program::{self, Command, ProgramError};
use crate::recording::{Frame, Look, Recording, Track};
use crate::tree::{self, Tree};

pub use commands::{Action, LATEST, parse};

/// The places of a tree with three levels.
const PLACES: usize = 21;

/// Runs the program by swaps and by a hole, and records both.
///
/// # Errors
///
/// Where a command does not fit what was done before: a name that is not
/// there, a deadline that another timer has, more timers than places.
pub fn record(program: &[Command<Action>]) -> Result<Recording, ProgramError> {
    Ok(Recording {
        title: "Your timers".to_owned(),
        tracks: vec![
            track::<Swap>("swap", program)?,
            track::<Hole>("hole", program)?,
        ],
    })
}

fn track<S: Sift>(
    name: &str,
    program: &[Command<Action>],
) -> Result<Track, ProgramError> {
    let mut run = Run::<S>::new();
    run.frame("Nothing is pending: timerproc is parked.".into(), |_| {
        Look::Plain
    });
    program::each(program, |action| run.command(action))?;
    Ok(Track {
        name: name.to_owned(),
        code: Vec::new(),
        stage: tree::stage(PLACES),
        frames: run.frames,
    })
}

type Heap<S> = TimerHeap<String, S, Inline, Recorder<Step>>;

/// The heap, and what is drawn of it.
struct Run<S: Sift> {
    heap: Heap<S>,
    tree: Tree,
    now: i64,
    compared: usize,
    written: usize,
    frames: Vec<Frame>,
}

impl<S: Sift> Run<S> {
    fn new() -> Self {
        Self {
            heap: Heap::with_probe(Recorder::default()),
            tree: Tree::default(),
            now: 0,
            compared: 0,
            written: 0,
            frames: Vec::new(),
        }
    }

    fn command(&mut self, action: &Action) -> Result<(), String> {
        match action {
            Action::Start(name, when) => self.start(name, *when),
            Action::Reset(name, when) => self.reset(name, *when),
            Action::Stop(name) => self.stop(name),
            Action::Advance(time) => self.advance(*time),
        }
    }

    fn start(&mut self, name: &str, when: i64) -> Result<(), String> {
        if self.find(name).is_some() {
            return Err(format!("{name} runs already: reset it"));
        }
        self.check(when)?;
        if self.heap.len() == PLACES {
            return Err(format!("the drawing has {PLACES} places"));
        }
        self.tree.insert(when, self.heap.len());
        self.say(format!("start {name}: {when} is put at the end."), when);
        self.heap.push(when, name.to_owned());
        self.replay();
        Ok(())
    }

    fn reset(&mut self, name: &str, when: i64) -> Result<(), String> {
        let Some((old, place)) = self.find(name) else {
            return self.start(name, when);
        };
        if old != when {
            self.check(when)?;
        }
        self.tree.remove(old);
        self.tree.insert(when, place);
        self.say(format!("reset {name}: {old} becomes {when}."), when);
        let id = self.heap.iter().nth(place).map(|(_, id, _)| id);
        self.heap.update(id.expect("it was found"), when);
        self.replay();
        Ok(())
    }

    fn stop(&mut self, name: &str) -> Result<(), String> {
        let Some((when, place)) = self.find(name) else {
            return Err(format!("no timer {name} is pending"));
        };
        self.tree.remove(when);
        self.say(format!("stop {name}: {when} is taken out."), when);
        let id = self.heap.iter().nth(place).map(|(_, id, _)| id);
        self.heap.remove(id.expect("it was found"));
        self.replay();
        Ok(())
    }

    fn advance(&mut self, time: i64) -> Result<(), String> {
        if time < self.now {
            return Err(format!("it is {} already", self.now));
        }
        self.now = time;
        let mut fired = false;
        while self.heap.peek().is_some_and(|(when, _)| when <= time) {
            let (when, name) = self.heap.pop().expect("it was seen");
            self.tree.remove(when);
            self.say(format!("It is {time}: {name} fires, due at {when}."), 0);
            self.replay();
            fired = true;
        }
        if !fired {
            let next = self.sleep();
            self.say(format!("It is {time}: nothing is due. {next}"), 0);
        }
        Ok(())
    }

    /// The deadline and the place of a timer.
    fn find(&self, name: &str) -> Option<(i64, usize)> {
        let mut all = self.heap.iter().enumerate();
        let found = all.find(|(_, (_, _, other))| *other == name);
        found.map(|(place, (when, ..))| (when, place))
    }

    /// Steps name timers by their deadlines, so no two may have the same.
    fn check(&self, when: i64) -> Result<(), String> {
        if self.tree.contains(when) {
            return Err(format!("another timer is due at {when}"));
        }
        match when > self.now {
            true => Ok(()),
            false => Err(format!("it is {} already", self.now)),
        }
    }

    /// Draws what the probe saw, then what is.
    fn replay(&mut self) {
        let steps = std::mem::take(&mut self.heap.probe_mut().steps);
        for step in steps {
            match step {
                Step::Compare { left, right } => self.compare(left, right),
                Step::Move { when, to } => self.write(when, to),
            }
        }
        self.tree = Tree::of(self.heap.iter().map(|(when, ..)| when));
        let next = self.sleep();
        self.say(format!("No child is earlier. {next}"), 0);
    }

    fn compare(&mut self, left: i64, right: i64) {
        self.compared += 1;
        self.frame(tree::comparison(left, right), |when| {
            match when == left || when == right {
                true => Look::Read,
                false => Look::Plain,
            }
        });
    }

    fn write(&mut self, when: i64, to: usize) {
        self.written += 1;
        self.tree.write(when, to);
        self.say(format!("{when} is written to position {to}."), when);
    }

    /// What timerproc does now.
    fn sleep(&self) -> String {
        match self.heap.peek() {
            Some((when, _)) => format!("timerproc sleeps until {when}."),
            None => "timerproc is parked.".to_owned(),
        }
    }

    fn say(&mut self, say: String, written: i64) {
        self.frame(say, |when| match when == written {
            true => Look::Written,
            false => Look::Plain,
        });
    }

    fn frame(&mut self, say: String, look: impl Fn(i64) -> Look) {
        let (compared, written) = (self.compared, self.written);
        self.frames.push(Frame {
            say,
            count: format!("comparisons: {compared}, writes: {written}"),
            boxes: self.tree.boxes(look),
            ..Frame::default()
        });
    }
}

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
use crate::recording::{Recording, Track};
use crate::tree::{self, Replay, Tree};

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
    run.replay.say("Nothing is pending: timerproc is parked.");
    program::each(
        program,
        &mut run,
        |run| run.replay.frames_mut(),
        Run::command,
    )?;
    Ok(Track {
        name: name.to_owned(),
        code: Vec::new(),
        stage: tree::stage(PLACES),
        frames: run.replay.into_frames(),
    })
}

type Heap<S> = TimerHeap<String, S, Inline, Recorder<Step>>;

/// The heap, and what is drawn of it.
struct Run<S: Sift> {
    heap: Heap<S>,
    replay: Replay,
    now: i64,
}

impl<S: Sift> Run<S> {
    fn new() -> Self {
        Self {
            heap: Heap::with_probe(Recorder::default()),
            replay: Replay::new(Tree::default(), count),
            now: 0,
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
        self.replay.tree.insert(when, self.heap.len());
        self.replay.say_written(
            format!("start {name}: {when} is put at the end."),
            when,
        );
        self.heap.push(when, name.to_owned());
        self.play();
        Ok(())
    }

    fn reset(&mut self, name: &str, when: i64) -> Result<(), String> {
        let Some((old, at)) = self.find(name) else {
            return self.start(name, when);
        };
        if old != when {
            self.check(when)?;
        }
        self.replay.tree.remove(old);
        self.replay.tree.insert(when, at);
        self.replay
            .say_written(format!("reset {name}: {old} becomes {when}."), when);
        let id = self.heap.iter().nth(at).map(|(_, id, _)| id);
        self.heap.update(id.expect("it was found"), when);
        self.play();
        Ok(())
    }

    fn stop(&mut self, name: &str) -> Result<(), String> {
        let Some((when, at)) = self.find(name) else {
            return Err(format!("no timer {name} is pending"));
        };
        self.replay.tree.remove(when);
        self.replay
            .say_written(format!("stop {name}: {when} is taken out."), when);
        let id = self.heap.iter().nth(at).map(|(_, id, _)| id);
        self.heap.remove(id.expect("it was found"));
        self.play();
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
            self.replay.tree.remove(when);
            self.replay
                .say(format!("It is {time}: {name} fires, due at {when}."));
            self.play();
            fired = true;
        }
        if !fired {
            let next = self.sleep();
            self.replay.say(format!("It is {time}: nothing is due. {next}"));
        }
        Ok(())
    }

    /// Returns the deadline of a timer, and its position in the heap.
    fn find(&self, name: &str) -> Option<(i64, usize)> {
        let mut all = self.heap.iter().enumerate();
        let found = all.find(|(_, (_, _, other))| *other == name);
        found.map(|(at, (when, ..))| (when, at))
    }

    /// Checks that a timer can have this deadline.
    ///
    /// Steps name timers by their deadlines, so no two may have the same.
    fn check(&self, when: i64) -> Result<(), String> {
        if self.replay.tree.contains(when) {
            return Err(format!("another timer is due at {when}"));
        }
        if when <= self.now {
            return Err(format!("it is {} already", self.now));
        }
        Ok(())
    }

    /// Draws what the probe saw, then what is.
    fn play(&mut self) {
        let steps = std::mem::take(&mut self.heap.probe_mut().steps);
        for step in steps {
            self.replay.step(step, None);
        }
        self.replay.tree = Tree::of(self.heap.iter().map(|(when, ..)| when));
        let next = self.sleep();
        self.replay.say(format!("No child is earlier. {next}"));
    }

    /// Returns what timerproc does now.
    fn sleep(&self) -> String {
        match self.heap.peek() {
            Some((when, _)) => format!("timerproc sleeps until {when}."),
            None => "timerproc is parked.".to_owned(),
        }
    }
}

/// Writes the counts as they stand below the drawing.
fn count(compared: usize, written: usize) -> String {
    format!("comparisons: {compared}, writes: {written}")
}

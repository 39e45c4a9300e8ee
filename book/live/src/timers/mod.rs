//! A program of timers on the real heap, in both ways of sifting.
//!
//! | command | does |
//! |---|---|
//! | `start NAME DEADLINE` | starts a timer |
//! | `reset NAME DEADLINE` | gives it another deadline, or starts it again |
//! | `stop NAME` | takes it out |
//! | `advance TIME` | the clock goes on; what is due fires |

mod commands;

use std::collections::BTreeMap;

use support::probe::Recorder;
use timer_heap::heap::{Hole, Inline, Sift, Step, Swap, TimerHeap};

use crate::program::{self, Command, ProgramError};
use crate::recording::{Box, Frame, Look, Recording, Stage, Track};

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
        stage: stage(),
        frames: run.frames,
    })
}

/// Where a deadline is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Tree(usize),
    /// Taken out while the others move.
    Hand,
}

type Heap<S> = TimerHeap<String, S, Inline, Recorder<Step>>;

/// The heap, and what is drawn of it.
struct Run<S: Sift> {
    heap: Heap<S>,
    places: BTreeMap<i64, Place>,
    now: i64,
    compared: usize,
    written: usize,
    frames: Vec<Frame>,
}

impl<S: Sift> Run<S> {
    fn new() -> Self {
        Self {
            heap: Heap::with_probe(Recorder::default()),
            places: BTreeMap::new(),
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
        self.places.insert(when, Place::Tree(self.heap.len()));
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
        self.places.remove(&old);
        self.places.insert(when, Place::Tree(place));
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
        self.places.remove(&when);
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
            self.places.remove(&when);
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
        if self.places.contains_key(&when) {
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
        let truth = self.heap.iter().enumerate();
        self.places = truth
            .map(|(at, (when, ..))| (when, Place::Tree(at)))
            .collect();
        let next = self.sleep();
        self.say(format!("No child is earlier. {next}"), 0);
    }

    fn compare(&mut self, left: i64, right: i64) {
        self.compared += 1;
        let answer = if left < right { "Yes" } else { "No" };
        let say = format!("Is {left} earlier than {right}? {answer}.");
        self.frame(say, |when| match when == left || when == right {
            true => Look::Read,
            false => Look::Plain,
        });
    }

    fn write(&mut self, when: i64, to: usize) {
        self.written += 1;
        for place in self.places.values_mut() {
            if *place == Place::Tree(to) {
                *place = Place::Hand;
            }
        }
        self.places.insert(when, Place::Tree(to));
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
        let boxes = self.places.iter().map(|(&when, &place)| Box {
            id: when.to_string(),
            text: when.to_string(),
            at: point(place),
            look: match place {
                Place::Hand => Look::Held,
                Place::Tree(_) => look(when),
            },
        });
        let (compared, written) = (self.compared, self.written);
        self.frames.push(Frame {
            say,
            count: format!("comparisons: {compared}, writes: {written}"),
            boxes: boxes.collect(),
            ..Frame::default()
        });
    }
}

/// The middle of a place in the drawing.
fn point(place: Place) -> [i32; 2] {
    let Place::Tree(at) = place else {
        return [312, 24];
    };
    let at = i32::try_from(at).expect("a small heap");
    match at {
        0 => [180, 24],
        1..5 => [48 + 88 * (at - 1), 88],
        _ => {
            let (group, child) = ((at - 5) / 4, (at - 5) % 4);
            [48 + 88 * group + (2 * child - 3) * 11, 152]
        }
    }
}

fn stage() -> Stage {
    let slots: Vec<[i32; 2]> =
        (0..PLACES).map(|at| point(Place::Tree(at))).collect();
    let lines = (1..PLACES).map(|at| {
        let ([x1, y1], [x2, y2]) = (slots[(at - 1) / 4], slots[at]);
        [x1, y1, x2, y2]
    });
    Stage {
        size: [360, 176],
        lines: lines.collect(),
        slots: slots.clone(),
        labels: vec![(312, 54, "in a variable".to_owned())],
    }
}

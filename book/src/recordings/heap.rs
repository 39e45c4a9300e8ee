//! The timer heap: a deadline goes in, the first one comes out.

use live::tree::{self, Tree};
use support::probe::Recorder;
use timer_heap::heap::{Hole, Inline, Sift, Step, Swap, TimerHeap};

use super::source::Source;
use crate::recording::{Frame, Look, Recording, Track};

const SIFTS: &str = "timer-heap/src/structures/heap/sift.rs";

/// A heap whose last level has room for one more below the second child.
const START: [i64; 10] = [10, 20, 30, 15, 40, 25, 50, 60, 35, 70];

type Heap<S> = TimerHeap<(), S, Inline, Recorder<Step>>;

pub(super) fn push() -> Recording {
    Recording {
        title: "A deadline of 5 goes in".to_owned(),
        tracks: vec![
            track::<Swap>("swap", push_five),
            track::<Hole>("hole", push_five),
        ],
    }
}

pub(super) fn pop() -> Recording {
    Recording {
        title: "The first deadline comes out".to_owned(),
        tracks: vec![
            track::<Swap>("swap", pop_first),
            track::<Hole>("hole", pop_first),
        ],
    }
}

/// An operation: done to the heap, and shown before its first step.
type Operation<S> = fn(&mut Heap<S>, &mut Replay) -> Source;

fn push_five<S: Sift + Named>(
    heap: &mut Heap<S>,
    replay: &mut Replay,
) -> Source {
    replay.moving = 5;
    replay.tree.insert(5, heap.len());
    replay.say("5 is put at the end; its parents may be later.");
    heap.push(5, ());
    Source::function(SIFTS, S::IMPLEMENTATION, "fn up")
}

fn pop_first<S: Sift + Named>(
    heap: &mut Heap<S>,
    replay: &mut Replay,
) -> Source {
    replay.moving = START[START.len() - 1];
    replay.tree.remove(START[0]);
    replay.say("10 fires; the last deadline is to fill the gap.");
    heap.pop();
    Source::function(SIFTS, S::IMPLEMENTATION, "fn down")
}

/// Where a variant's code begins.
trait Named {
    const IMPLEMENTATION: &'static str;
}

impl Named for Swap {
    const IMPLEMENTATION: &'static str = "impl Sift for Swap";
}

impl Named for Hole {
    const IMPLEMENTATION: &'static str = "impl Sift for Hole";
}

fn track<S: Sift>(name: &str, operation: Operation<S>) -> Track {
    let mut heap = Heap::<S>::with_probe(Recorder::default());
    for when in START {
        heap.push(when, ());
    }
    heap.probe_mut().steps.clear();
    let mut replay = Replay::of(&heap);
    let source = operation(&mut heap, &mut replay);
    for step in heap.probe_mut().steps.clone() {
        replay.step(step, &source);
    }
    replay.end(&heap);
    Track {
        name: name.to_owned(),
        code: source.lines,
        // Room for the one that goes in.
        stage: tree::stage(START.len() + 1),
        frames: replay.frames,
    }
}

/// The recorded steps, turned back into states.
struct Replay {
    tree: Tree,
    /// The deadline that looks for its place.
    moving: i64,
    compared: usize,
    written: usize,
    frames: Vec<Frame>,
}

impl Replay {
    fn of<S: Sift>(heap: &Heap<S>) -> Self {
        Self {
            tree: Tree::of(heap.iter().map(|(when, ..)| when)),
            moving: 0,
            compared: 0,
            written: 0,
            frames: Vec::new(),
        }
    }

    fn say(&mut self, sentence: &str) {
        self.frame(sentence.to_owned(), None, |_| Look::Plain);
    }

    fn step(&mut self, step: Step, source: &Source) {
        match step {
            Step::Compare { left, right } => {
                self.compared += 1;
                let say = tree::comparison(left, right);
                let line = self.compared_in(left, right, source);
                self.frame(say, Some(line), |when| {
                    match when == left || when == right {
                        true => Look::Read,
                        false => Look::Plain,
                    }
                });
            }
            Step::Move { when, to } => {
                self.written += 1;
                self.tree.write(when, to);
                let say = format!("{when} is written to position {to}.");
                let line = self.written_in(when, source);
                self.frame(say, line, |other| match other == when {
                    true => Look::Written,
                    false => Look::Plain,
                });
            }
        }
    }

    /// Children are compared with each other before the sift sees one.
    fn compared_in(&self, left: i64, right: i64, source: &Source) -> usize {
        match left == self.moving || right == self.moving {
            true => source.line("earlier("),
            false => source.line("first_child("),
        }
    }

    /// What is written before the first comparison, the caller writes.
    fn written_in(&self, when: i64, source: &Source) -> Option<usize> {
        (self.compared > 0).then(|| match when == self.moving {
            true => source.line("moving);"),
            false => source.line("tree.put(at, "),
        })
    }

    fn end<S: Sift>(&mut self, heap: &Heap<S>) {
        for (at, (when, ..)) in heap.iter().enumerate() {
            assert!(self.tree.has_at(when, at), "{when} is elsewhere");
        }
        let count = self.count();
        self.say(&format!("Done with {count}: no child is earlier."));
    }

    fn count(&self) -> String {
        let plural = |count| if count == 1 { "" } else { "s" };
        let (compared, written) = (self.compared, self.written);
        format!(
            "{compared} comparison{}, {written} write{}",
            plural(compared),
            plural(written)
        )
    }

    fn frame(
        &mut self,
        say: String,
        line: Option<usize>,
        look: impl Fn(i64) -> Look,
    ) {
        self.frames.push(Frame {
            say,
            count: self.count(),
            line,
            boxes: self.tree.boxes(look),
            ..Frame::default()
        });
    }
}

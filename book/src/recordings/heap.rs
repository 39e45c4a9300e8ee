//! The timer heap: a deadline goes in, the first one comes out.

use live::recording::{Recording, Track};
use live::tree::{self, Replay, Tree};
use support::probe::Recorder;
use timer_heap::heap::{Hole, Inline, Sift, Step, Swap, TimerHeap};

use super::source::Source;

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
///
/// Returns the deadline that looks for its place, and the code that runs.
type Operation<S> = fn(&mut Heap<S>, &mut Replay) -> (i64, Source);

fn push_five<S: Sift + Named>(
    heap: &mut Heap<S>,
    replay: &mut Replay,
) -> (i64, Source) {
    replay.tree.insert(5, heap.len());
    replay.say("5 is put at the end; its parents may be later.");
    heap.push(5, ());
    (5, Source::function(SIFTS, S::IMPLEMENTATION, "fn up"))
}

fn pop_first<S: Sift + Named>(
    heap: &mut Heap<S>,
    replay: &mut Replay,
) -> (i64, Source) {
    replay.tree.remove(START[0]);
    replay.say("10 fires; the last deadline is to fill the gap.");
    heap.pop();
    let last = START[START.len() - 1];
    (last, Source::function(SIFTS, S::IMPLEMENTATION, "fn down"))
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
    let tree = Tree::of(heap.iter().map(|(when, ..)| when));
    let mut replay = Replay::new(tree, count);
    let (moving, source) = operation(&mut heap, &mut replay);
    let lines = Lines { source: &source, moving };
    for step in heap.probe_mut().steps.clone() {
        let line = lines.of(&step, replay.compared());
        replay.step(step, line);
    }
    for (at, (when, ..)) in heap.iter().enumerate() {
        assert!(replay.tree.has_at(when, at), "{when} is elsewhere");
    }
    let counted = replay.count();
    replay.say(format!("Done with {counted}: no child is earlier."));
    Track {
        name: name.to_owned(),
        code: source.lines,
        // Room for the one that goes in.
        stage: tree::stage(START.len() + 1),
        frames: replay.into_frames(),
    }
}

/// Writes the counts as they stand below the drawing.
fn count(compared: usize, written: usize) -> String {
    let plural = |count| if count == 1 { "" } else { "s" };
    format!(
        "{compared} comparison{}, {written} write{}",
        plural(compared),
        plural(written)
    )
}

/// The lines of a sift that its steps belong to.
struct Lines<'a> {
    source: &'a Source,
    /// The deadline that looks for its place.
    moving: i64,
}

impl Lines<'_> {
    /// Returns the line of a step, which comes after so many comparisons.
    fn of(&self, step: &Step, compared: usize) -> Option<usize> {
        match step {
            Step::Compare { left, right } => {
                Some(self.compared_in(*left, *right))
            }
            // What is written before the first comparison, the caller writes.
            Step::Move { .. } if compared == 0 => None,
            Step::Move { when, .. } => Some(self.written_in(*when)),
        }
    }

    /// Children are compared with each other before the sift sees one.
    fn compared_in(&self, left: i64, right: i64) -> usize {
        let is_moving = left == self.moving || right == self.moving;
        let part = if is_moving { "earlier(" } else { "first_child(" };
        self.source.line(part)
    }

    fn written_in(&self, when: i64) -> usize {
        let is_moving = when == self.moving;
        let part = if is_moving { "moving);" } else { "tree.put(at, " };
        self.source.line(part)
    }
}

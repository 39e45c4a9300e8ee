//! Timers of three processors: in a bucket each, as in Go 1.10, and in a heap
//! each with marks, as in Go 1.14.
//!
//! The heaps are those of the crate, and every change is theirs. Who asks
//! which of them when is played here, on one thread.

use std::cell::RefCell;

use live::recording::{Frame, Look, Recording, Stage, Tile, Track};
use timer_heap::heap::TimerHeap;
use timer_heap::lazy_heap::LazyHeap;
use timer_heap::queue::{Expired, TimerId, TimerQueue};
use timer_heap::steps::{Event, Steps};

use super::source::Source;

/// What the lazy heaps tell.
struct Told;

thread_local! {
    /// The probe is a type, not a value: it leaves its events here.
    static EVENTS: RefCell<Vec<Event>> = const { RefCell::new(Vec::new()) };
}

// SAFETY: it takes every step.
unsafe impl Steps for Told {
    fn emit(event: impl FnOnce() -> Event) {
        EVENTS.with_borrow_mut(|events| events.push(event()));
    }
}

/// The heaps of one generation, and how others change a timer in them.
trait Design: TimerQueue<()> + Default {
    const NAME: &'static str;
    /// True if a stop and a reset leave the tree for later.
    const PUTS_OFF: bool;
    const STOPS: &'static str;
    const RESETS: &'static str;
    const FIRES: [&'static str; 3];
    /// The lines of a stop and of a reset.
    const LINES: [&'static str; 2];

    fn source() -> Source;
    fn stop(&mut self, id: TimerId);
    fn reset(&mut self, id: TimerId, when: i64);
}

impl Design for TimerHeap<()> {
    const NAME: &'static str = "buckets (1.10)";
    const PUTS_OFF: bool = false;
    const STOPS: &'static str = "P2 stops 60: it takes the lock of P0's bucket, and 60 leaves the heap.";
    const RESETS: &'static str =
        "P2 puts off 50 to 70: under the lock of P1's bucket, 50 is moved.";
    const FIRES: [&'static str; 3] = [
        "It is 20. P1 is busy, but its bucket's thread wakes and fires 20.",
        "It is 30. The thread of P0's bucket wakes: 30 fires.",
        "It is 40. The thread of P2's bucket wakes: 40 fires.",
    ];
    const LINES: [&'static str; 2] = ["self.unlink(position", "self.update(id"];

    fn source() -> Source {
        let of = |start| {
            let file = "timer-heap/src/structures/heap/queue.rs";
            Source::function(file, "for TimerHeap", start)
        };
        of("fn disarm").and(of("fn arm"))
    }

    fn stop(&mut self, id: TimerId) {
        self.disarm(id);
    }

    fn reset(&mut self, id: TimerId, when: i64) {
        self.arm(id, when);
    }
}

impl Design for LazyHeap<(), Told> {
    const NAME: &'static str = "a heap per worker (1.14)";
    const PUTS_OFF: bool = true;
    const STOPS: &'static str = "P2 stops 60: it marks it as dead, without a lock. 60 stays in P0's heap.";
    const RESETS: &'static str = "P2 puts off 50 to 70: a mark. The place in P1's heap is still that of 50.";
    const FIRES: [&'static str; 3] = [
        "It is 20. P1 is busy. P0 has nothing to do, looks into P1's heap and steals: 20 fires.",
        "It is 30. P0 finds 30 in its own heap: it fires.",
        "It is 40. P2 finds 40 in its own heap: it fires.",
    ];
    const LINES: [&'static str; 2] =
        ["self.exchange(state, DEAD)", "self.state.store(MOVED"];

    fn source() -> Source {
        let mark = |start| {
            let file = "timer-heap/src/structures/lazy_heap/marks.rs";
            Source::function(file, "impl Mark {", start)
        };
        let tidy = Source::function(
            "timer-heap/src/structures/lazy_heap/mod.rs",
            "impl<T, P: Steps> LazyHeap",
            "fn tidy",
        );
        mark("fn stop").and(mark("fn reset")).and(tidy)
    }

    fn stop(&mut self, id: TimerId) {
        self.marks().stop::<Told>(id.index());
    }

    fn reset(&mut self, id: TimerId, when: i64) {
        self.marks().reset(id.index(), when);
    }
}

pub(super) fn buckets_and_heaps() -> Recording {
    Recording {
        title: "Three processors and their timers".to_owned(),
        tracks: vec![track::<TimerHeap<()>>(), track::<LazyHeap<(), Told>>()],
    }
}

/// Returns the same timers in either design.
fn track<D: Design>() -> Track {
    let mut scene = Scene::<D>::new();
    scene.frame("Three processors, and no timers yet.".to_owned(), None);
    for (of, when) in [(0, 30), (1, 20), (0, 60), (1, 50), (2, 40)] {
        scene.start(of, when);
    }
    scene.stop(60);
    scene.reset(50, 70);
    for (of, now) in [(1, 20), (0, 30), (2, 40), (1, 70)] {
        scene.fire(of, now);
    }
    Track {
        name: D::NAME.to_owned(),
        code: scene.source.lines,
        stage: stage(D::PUTS_OFF),
        frames: scene.frames,
    }
}

/// A timer as it is drawn.
struct Timer {
    id: TimerId,
    /// Whose heap it is in.
    of: usize,
    /// The deadline it was started with, which names it.
    name: i64,
    /// The deadline that it has.
    when: i64,
    /// The deadline of its place in the tree.
    place: i64,
    look: Look,
}

struct Scene<D> {
    heaps: [D; 3],
    timers: Vec<Timer>,
    source: Source,
    frames: Vec<Frame>,
    fired: usize,
}

impl<D: Design> Scene<D> {
    fn new() -> Self {
        Self {
            heaps: Default::default(),
            timers: Vec::new(),
            source: D::source(),
            frames: Vec::new(),
            fired: 0,
        }
    }

    fn start(&mut self, of: usize, when: i64) {
        let id = self.heaps[of].insert(when, ());
        let (name, place, look) = (when, when, Look::Written);
        self.timers.push(Timer { id, of, name, when, place, look });
        let say = format!("P{of} starts {when}, in what is its own.");
        self.frame(say, None);
    }

    /// Returns where in the list the timer of that name is.
    fn find(&self, name: i64) -> usize {
        let found = self.timers.iter().position(|timer| timer.name == name);
        found.expect("it was started")
    }

    fn stop(&mut self, name: i64) {
        let at = self.find(name);
        let Timer { id, of, .. } = self.timers[at];
        self.heaps[of].stop(id);
        if D::PUTS_OFF {
            self.timers[at].look = Look::Dead;
        } else {
            self.timers.remove(at);
        }
        self.frame(D::STOPS.to_owned(), Some(D::LINES[0]));
    }

    fn reset(&mut self, name: i64, when: i64) {
        let at = self.find(name);
        let Timer { id, of, .. } = self.timers[at];
        self.heaps[of].reset(id, when);
        let timer = &mut self.timers[at];
        timer.when = when;
        if D::PUTS_OFF {
            timer.look = Look::Stale;
        } else {
            (timer.place, timer.look) = (when, Look::Written);
        }
        self.frame(D::RESETS.to_owned(), Some(D::LINES[1]));
    }

    fn fire(&mut self, of: usize, now: i64) {
        let Expired::Due { id, .. } = self.heaps[of].expire(now) else {
            panic!("a timer is due at {now}");
        };
        self.timers.retain(|timer| (timer.of, timer.id) != (of, id));
        let say = match D::FIRES.get(self.fired) {
            Some(say) => (*say).to_owned(),
            None => format!("It is {now}, and {now} fires."),
        };
        self.fired += 1;
        self.frame(say, None);
        // Whoever serves the heap asks how long it may sleep.
        self.heaps[of].next();
        for event in EVENTS.take() {
            self.tidied(of, event);
        }
    }

    /// What a lazy heap did for a timer that came to its root.
    fn tidied(&mut self, of: usize, event: Event) {
        match event {
            Event::Bury { id } => {
                let is_it = |t: &Timer| (t.of, t.id) == (of, id);
                let at = self.timers.iter().position(is_it);
                let name = self.timers.remove(at.expect("it is drawn")).name;
                let say = format!(
                    "{name} comes to the root of P{of}'s heap. It is dead, \
                     and is taken out."
                );
                self.frame(say, Some("self.heap.disarm(id)"));
            }
            Event::Move { id, when } => {
                let is_it = |t: &&mut Timer| (t.of, t.id) == (of, id);
                let timer = self.timers.iter_mut().find(is_it);
                let timer = timer.expect("it is drawn");
                let place = std::mem::replace(&mut timer.place, when);
                timer.look = Look::Written;
                let say = format!(
                    "The place of {place} comes to the root of P{of}'s heap. \
                     The mark says {when}: it is moved."
                );
                self.frame(say, Some("self.heap.update(id"));
            }
            _ => unreachable!("a heap has no thread"),
        }
    }

    /// Draws the heaps as they are now.
    fn frame(&mut self, say: String, line: Option<&str>) {
        for heap in &self.heaps {
            heap.verify().expect("it is a heap");
        }
        let armed: usize = self.heaps.iter().map(|heap| heap.len()).sum();
        let mut tiles = Vec::new();
        for of in 0..self.heaps.len() {
            let mut timers: Vec<_> =
                self.timers.iter().filter(|timer| timer.of == of).collect();
            timers.sort_by_key(|timer| timer.place);
            tiles.extend(timers.iter().zip(0..).map(|(timer, row)| {
                let (name, when) = (timer.name, timer.when);
                let at = [x(of), 56 + 34 * row];
                Tile::new(name.to_string(), when.to_string(), at, timer.look)
            }));
        }
        self.frames.push(Frame {
            say,
            count: format!("{} in heaps, {armed} armed", self.timers.len()),
            line: line.map(|part| self.source.line(part)),
            tiles,
            ..Frame::default()
        });
        // A step is over once it was shown.
        for timer in &mut self.timers {
            if timer.look == Look::Written {
                timer.look = Look::Plain;
            }
        }
    }
}

fn x(of: usize) -> i32 {
    60 + 120 * i32::try_from(of).expect("three heaps")
}

fn stage(has_marks: bool) -> Stage {
    let name = |of| (x(of), 26, format!("P{of}"));
    let marks = "dead: stopped by a mark · stale: in its old place".to_owned();
    let marks = has_marks.then_some((180, 146, marks));
    Stage {
        size: [360, 152],
        lines: vec![[120, 12, 120, 130], [240, 12, 240, 130]],
        slots: Vec::new(),
        labels: (0..3).map(name).chain(marks).collect(),
    }
}

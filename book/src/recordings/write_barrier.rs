//! A collection in steps, and a program that moves a pointer between two of
//! them: with the write barrier, and without.

use finalizers::gc::{self, Heap, Layout, Pointer, Step};
use finalizers::steps::{Sound, Steps};
use live::recording::{Frame, Look, Recording, Stage, Tile, Track};

use super::pointers::{beside, path};
use super::source::Source;

/// In the order in which they stand. Roots keep A and B; A points to C.
const NAMES: [&str; 3] = ["A", "C", "B"];

/// Where they stand.
const A: usize = 0;
const C: usize = 1;
const B: usize = 2;

/// The planted bug: a write of a pointer marks nothing.
#[derive(Debug)]
enum NoBarrier {}

impl Steps for NoBarrier {
    const MARKS_OLD: bool = false;
    const MARKS_NEW: bool = false;
}

pub(super) fn with_and_without() -> Recording {
    Recording {
        title: "A pointer is moved while objects are marked".to_owned(),
        tracks: vec![
            track::<Sound>("with the barrier"),
            track::<NoBarrier>("without"),
        ],
    }
}

fn track<S: Steps>(name: &str) -> Track {
    let mut scene = Scene::<S>::new();
    scene.frame("Roots point to A and to B. Only A points to C.", None);
    scene.heap.begin_collection();
    scene.show("the collection begins");
    scene.heap.mark_some(1);
    scene.show("a step");
    scene.write(B, Some(C), "The program copies the pointer: B points to C.");
    scene.write(A, None, "It empties A. Only B points to C.");
    while !scene.heap.mark_some(1) {
        scene.show("a step");
    }
    scene.show("the last step");
    scene.sweep();
    Track {
        name: name.to_owned(),
        code: scene.source.lines,
        stage: Stage {
            size: [360, 100],
            lines: Vec::new(),
            slots: (0..NAMES.len()).map(point).collect(),
            labels: [A, B]
                .map(|at| {
                    (point(at)[0], 84, format!("a root keeps {}", NAMES[at]))
                })
                .into(),
        },
        frames: scene.frames,
    }
}

struct Scene<S: Steps> {
    heap: Heap<gc::Recording<(), (), S>>,
    objects: [Pointer; NAMES.len()],
    looks: [Look; NAMES.len()],
    source: Source,
    frames: Vec<Frame>,
}

impl<S: Steps> Scene<S> {
    fn new() -> Self {
        let mut heap = Heap::default();
        let objects = NAMES.map(|_| heap.alloc(Layout::new(1, 8)));
        heap.set_field(objects[A], 0, Some(objects[C]));
        // A heap keeps what a root names until the root is given back.
        let _kept = [A, B].map(|at| heap.root(objects[at]));
        let looks = [Look::Plain; NAMES.len()];
        Self { heap, objects, looks, source: source(), frames: Vec::new() }
    }

    fn write(&mut self, from: usize, to: Option<usize>, say: &str) {
        let target = to.map(|to| self.objects[to]);
        self.heap.set_field(self.objects[from], 0, target);
        let line = self.source.line("self.write_barrier(");
        self.frame(say, Some(line));
        self.show("the barrier");
    }

    /// Shows the steps since the last time, which `who` has taken.
    fn show(&mut self, who: &str) {
        for step in self.heap.take_steps() {
            let (object, look, part) = match step {
                Step::Mark(object) => (object, Look::Held, "Step::Mark("),
                Step::Follow(object) => (object, Look::Read, "Step::Follow("),
                other => unreachable!("nothing hangs on them: {other:?}"),
            };
            let at = self.objects.iter().position(|it| *it == object);
            let at = at.expect("there are no other objects");
            self.looks[at] = look;
            let name = NAMES[at];
            let say = match look {
                Look::Held => format!("{who}: mark {name}."),
                _ => format!("{who}: follow {name}, to {}.", self.target(at)),
            };
            let first = say[..1].to_uppercase();
            let line = self.source.line(part);
            self.frame(&(first + &say[1..]), Some(line));
        }
    }

    fn target(&self, at: usize) -> &'static str {
        match self.to(at) {
            Some(to) => NAMES[to],
            None => "nothing",
        }
    }

    fn to(&self, at: usize) -> Option<usize> {
        let target = self.heap.field(self.objects[at], 0)?;
        self.objects.iter().position(|it| *it == target)
    }

    fn sweep(&mut self) {
        // As they are before: what is freed is no longer found.
        let arrows = self.arrows();
        self.heap.collect();
        let line = self.source.line("self.memory.sweep()");
        let say = if self.heap.is_allocated(self.objects[C]) {
            "Sweep: nothing is freed."
        } else {
            "Sweep: C is freed, and B points to it."
        };
        self.push(say, Some(line), arrows);
    }

    fn frame(&mut self, say: &str, line: Option<usize>) {
        let arrows = self.arrows();
        self.push(say, line, arrows);
    }

    fn push(&mut self, say: &str, line: Option<usize>, arrows: Vec<String>) {
        let there = (0..NAMES.len())
            .filter(|&at| self.heap.is_allocated(self.objects[at]));
        let tiles = there.map(|at| {
            Tile::new(NAMES[at], NAMES[at], point(at), self.looks[at])
        });
        let tiles: Vec<_> = tiles.collect();
        let marked = self.looks.iter().filter(|it| **it != Look::Plain);
        self.frames.push(Frame {
            say: say.to_owned(),
            count: format!("marked: {}", marked.count()),
            line,
            tiles,
            arrows,
            ..Frame::default()
        });
    }

    fn arrows(&self) -> Vec<String> {
        let arrow = |from: usize| {
            Some(path(&beside(point(from), point(self.to(from)?))))
        };
        (0..NAMES.len()).filter_map(arrow).collect()
    }
}

fn source() -> Source {
    let heap = "impl<D: Driver> Heap<D>";
    let heap_file = "finalizers/src/gc/heap.rs";
    let marker = |start| {
        let file = "finalizers/src/gc/mark.rs";
        Source::function(file, "impl<D: Driver> Marker", start)
    };
    let barrier = "finalizers/src/gc/incremental.rs";
    Source::function(heap_file, heap, "pub fn set_field(")
        .and(Source::function(barrier, heap, "fn write_barrier("))
        .and(marker("fn mark("))
        .and(marker("fn drain("))
        .and(Source::function(heap_file, heap, "pub fn collect("))
}

fn point(at: usize) -> [i32; 2] {
    [60 + 120 * i32::try_from(at).expect("three objects"), 40]
}

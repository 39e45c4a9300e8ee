//! Collections step by step: each mark, what is due, what is freed.

use finalizers::gc::{self, Layout, Pointer, Step};
use live::recording::{Frame, Look, Recording, Stage, Tile, Track};

use super::due_kind::DueKind;
use super::pointers::{beside, path};
use super::source::Source;

/// A root keeps A; nothing keeps B, C and D.
const NAMES: [&str; 4] = ["A", "B", "C", "D"];

/// B points to C, and C to D.
const LINKS: [(usize, usize); 2] = [(1, 2), (2, 3)];

type Heap = gc::Heap<gc::Recording<(), ()>>;

pub(super) fn with_finalizers() -> Recording {
    Recording {
        title: "Mark and sweep, with finalizers and with cleanups".to_owned(),
        tracks: DueKind::BOTH.map(track).into(),
    }
}

fn attach(kind: DueKind, heap: &mut Heap, object: Pointer) {
    match kind {
        DueKind::Finalizer => heap.attach_finalizer(object, ()),
        DueKind::Cleanup => drop(heap.attach_cleanup(object, ())),
    }
}

/// Runs what is due, and returns how many that were.
fn run(kind: DueKind, heap: &mut Heap) -> usize {
    let due = kind.due(heap);
    match kind {
        DueKind::Finalizer => {
            while let Some((running, ())) = heap.next_finalizer() {
                heap.finish_finalizer(running);
            }
        }
        DueKind::Cleanup => {
            while let Some((running, ())) = heap.next_cleanup() {
                heap.finish_cleanup(running);
            }
        }
    }
    due
}

fn track(kind: DueKind) -> Track {
    let mut scene = Scene::new(kind);
    scene.frame("A root points to A. Nothing points to B.", None);
    while scene.left() > 1 {
        scene.collect();
        let ran = run(kind, &mut scene.heap);
        scene.looks.fill(Look::Plain);
        if ran > 0 {
            let s = if ran == 1 { "" } else { "s" };
            scene.frame(&format!("{ran} {}{s} ran.", kind.name()), None);
        }
    }
    Track {
        name: kind.name().to_owned(),
        code: scene.source.lines,
        stage: stage(),
        frames: scene.frames,
    }
}

struct Scene {
    heap: Heap,
    kind: DueKind,
    objects: Vec<Pointer>,
    looks: [Look; NAMES.len()],
    there: [bool; NAMES.len()],
    source: Source,
    frames: Vec<Frame>,
}

impl Scene {
    fn new(kind: DueKind) -> Self {
        let mut heap = Heap::default();
        let alloc = |_| heap.alloc(Layout::new(1, 8));
        let objects: Vec<Pointer> = NAMES.iter().map(alloc).collect();
        for (from, to) in LINKS {
            heap.set_field(objects[from], 0, Some(objects[to]));
        }
        // A heap keeps what a root names until the root is given back.
        let _kept = heap.root(objects[0]);
        for &object in &objects[1..] {
            attach(kind, &mut heap, object);
        }
        Self {
            heap,
            kind,
            objects,
            looks: [Look::Plain; NAMES.len()],
            there: [true; NAMES.len()],
            source: source(),
            frames: Vec::new(),
        }
    }

    fn left(&self) -> usize {
        self.there.iter().filter(|there| **there).count()
    }

    fn collect(&mut self) {
        self.heap.collect();
        for step in self.heap.take_steps() {
            self.show(step);
        }
        let allocated = |object: &Pointer| self.heap.is_allocated(*object);
        let now: Vec<bool> = self.objects.iter().map(allocated).collect();
        let gone: Vec<&str> = (0..NAMES.len())
            .filter(|&at| self.there[at] && !now[at])
            .map(|at| NAMES[at])
            .collect();
        self.there.copy_from_slice(&now);
        let say = match gone.as_slice() {
            [] => "Sweep: nothing is freed.".to_owned(),
            [one] => format!("Sweep: {one} is freed."),
            many => format!("Sweep: {} are freed.", many.join(", ")),
        };
        let line = self.source.line("self.memory.sweep()");
        self.frame(&say, Some(line));
    }

    fn show(&mut self, step: Step) {
        let (object, look, part) = match step {
            Step::Mark(object) => (object, Some(Look::Held), "Step::Mark("),
            Step::Follow(object) => (object, Some(Look::Read), "Step::Follow("),
            Step::MarkFor(object) => (object, None, "Step::MarkFor("),
            Step::Due(object) => {
                (object, Some(Look::Due), "self.sweep_specials()")
            }
        };
        let is_same = |other: &Pointer| *other == object;
        let at = self.objects.iter().position(is_same);
        let at = at.expect("there are no other objects");
        let name = NAMES[at];
        let kind = self.kind.name();
        let say = match step {
            Step::Mark(_) => format!("Mark {name}: it is in use."),
            Step::Follow(_) => {
                format!("Follow what {name} points to: {}.", target(at))
            }
            Step::MarkFor(_) => format!(
                "{name}'s finalizer may use what {name} points to: {}.",
                target(at)
            ),
            Step::Due(_) => format!("{name} is unmarked: its {kind} is due."),
        };
        self.looks[at] = look.unwrap_or(self.looks[at]);
        let line = self.source.line(part);
        self.frame(&say, Some(line));
    }

    fn frame(&mut self, say: &str, line: Option<usize>) {
        let tile = |at: usize| {
            Tile::new(NAMES[at], NAMES[at], point(at), self.looks[at])
        };
        let there = (0..NAMES.len()).filter(|&at| self.there[at]);
        let tiles = there.map(tile).collect();
        let collections = self.heap.collections();
        self.frames.push(Frame {
            say: say.to_owned(),
            count: format!("collection {collections}"),
            line,
            tiles,
            arrows: self.arrows(),
            ..Frame::default()
        });
    }
}

impl Scene {
    /// Returns the pointers between objects that are there.
    fn arrows(&self) -> Vec<String> {
        let links = LINKS.iter();
        let links = links.filter(|&&(a, b)| self.there[a] && self.there[b]);
        links.map(|&(from, to)| path(&beside(point(from), point(to)))).collect()
    }
}

fn target(at: usize) -> &'static str {
    let link = LINKS.iter().find(|(from, _)| *from == at);
    link.map_or("nothing", |&(_, to)| NAMES[to])
}

fn source() -> Source {
    let mark = |start| {
        let file = "finalizers/src/gc/mark.rs";
        Source::function(file, "impl<D: Driver> Marker", start)
    };
    let heap = "finalizers/src/gc/heap.rs";
    let collect = "pub fn collect(";
    mark("fn mark(")
        .and(mark("fn drain("))
        .and(mark("fn mark_for("))
        .and(Source::function(heap, "impl<D: Driver> Heap<D>", collect))
}

fn point(at: usize) -> [i32; 2] {
    [45 + 90 * i32::try_from(at).expect("four objects"), 48]
}

fn stage() -> Stage {
    let label = |at| {
        let what = match at {
            0 => "a root points to A".to_owned(),
            _ => format!("to {}", target(at)),
        };
        (point(at)[0].max(62), 84, what)
    };
    Stage {
        size: [360, 100],
        lines: Vec::new(),
        slots: (0..NAMES.len()).map(point).collect(),
        labels: (0..NAMES.len()).map(label).collect(),
    }
}

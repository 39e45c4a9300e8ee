//! A collected heap: finalizers beside cleanups, collection by collection.

use std::cell::Cell;
use std::rc::Rc;

use finalizers::gc::{Heap, Layout, Pointer};
use live::recording::{Frame, Look, Recording, Stage, Tile, Track};

use super::due_kind::DueKind;
use super::pointers::{below, beside, path};
use super::source::Source;

const NAMES: [&str; 3] = ["a", "b", "c"];

/// How the objects point to each other: `(from, to)`.
type Links = [(usize, usize)];

pub(super) fn list() -> Recording {
    both("A list that nobody uses any more", &[(0, 1), (1, 2)])
}

pub(super) fn cycle() -> Recording {
    let links = [(0, 1), (1, 0), (2, 0)];
    both("A cycle, and an object that points into it", &links)
}

fn both(title: &str, links: &Links) -> Recording {
    Recording {
        title: title.to_owned(),
        tracks: DueKind::BOTH.map(|kind| track(kind, links)).into(),
    }
}

fn attach(
    kind: DueKind,
    heap: &mut Heap,
    object: Pointer,
    ran: Rc<Cell<bool>>,
) {
    match kind {
        DueKind::Finalizer => {
            heap.set_finalizer(object, move |_, _| ran.set(true));
        }
        DueKind::Cleanup => {
            heap.add_cleanup(object, move |_| ran.set(true));
        }
    }
}

fn run(kind: DueKind, heap: &mut Heap) -> usize {
    match kind {
        DueKind::Finalizer => heap.run_finalizers(NAMES.len()),
        DueKind::Cleanup => heap.run_cleanups(NAMES.len()),
    }
}

fn source(kind: DueKind) -> Source {
    let driver = "finalizers/src/gc/driver.rs";
    let start = format!("pub fn run_{}s", kind.name());
    let heap = "finalizers/src/gc/heap.rs";
    Source::function(heap, "impl<D: Driver> Heap<D>", "pub fn collect(")
        .and(Source::function(driver, "impl Heap", &start))
}

fn track(kind: DueKind, links: &Links) -> Track {
    let mut scene = Scene::new(kind, links);
    let source = source(kind);
    let mark = source.line("self.mark_some(");
    let call = source.line("let call = || function.0");
    scene.frame("No root points to any of the three.".to_owned(), None);
    for _ in 0..4 {
        scene.heap.collect();
        let due = kind.due(&scene.heap);
        let name = kind.name();
        scene.frame(
            format!("Collected: {}.", plural(due, name, "due")),
            Some(mark),
        );
        let count = run(kind, &mut scene.heap);
        if count > 0 {
            scene
                .frame(format!("{} ran.", plural(count, name, "")), Some(call));
        }
        if scene.left() == 0 {
            break;
        }
    }
    let end = match scene.left() {
        0 => "All are gone.".to_owned(),
        left => format!("{left} of 3 will never go."),
    };
    scene.frame(end, None);
    Track {
        name: kind.name().to_owned(),
        code: source.lines,
        stage: stage(links),
        frames: scene.frames,
    }
}

fn plural(count: usize, name: &str, end: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {name}{plural} {end}").trim_end().to_owned()
}

struct Scene<'a> {
    heap: Heap,
    links: &'a Links,
    objects: Vec<(Pointer, Rc<Cell<bool>>)>,
    /// Which had run before this frame.
    ran: Vec<bool>,
    frames: Vec<Frame>,
}

impl<'a> Scene<'a> {
    fn new(kind: DueKind, links: &'a Links) -> Self {
        let mut heap = Heap::new();
        let alloc = |_| (heap.alloc(Layout::new(1, 8)), Rc::default());
        let objects: Vec<(Pointer, Rc<Cell<bool>>)> =
            NAMES.iter().map(alloc).collect();
        for &(from, to) in links {
            heap.set_field(objects[from].0, 0, Some(objects[to].0));
        }
        for (object, ran) in &objects {
            attach(kind, &mut heap, *object, ran.clone());
        }
        Self {
            heap,
            links,
            objects,
            ran: vec![false; NAMES.len()],
            frames: Vec::new(),
        }
    }

    fn left(&self) -> usize {
        let there =
            |(object, _): &&(Pointer, _)| self.heap.is_allocated(*object);
        self.objects.iter().filter(there).count()
    }

    fn frame(&mut self, say: String, line: Option<usize>) {
        let mut tiles = Vec::new();
        for (at, (object, ran)) in self.objects.iter().enumerate() {
            let is_new = ran.get() && !self.ran[at];
            self.ran[at] = ran.get();
            if self.heap.is_allocated(*object) {
                let look = if is_new { Look::Written } else { Look::Plain };
                let name = NAMES[at];
                tiles.push(Tile::new(name, name, point(at), look));
            }
        }
        let collections = self.heap.collections() as usize;
        let collections = plural(collections, "collection", "");
        let ran = self.ran.iter().filter(|ran| **ran).count();
        self.frames.push(Frame {
            say,
            count: format!("{collections}, {ran} run"),
            line,
            actor: None,
            tiles,
            arrows: self.arrows(),
        });
    }

    /// Returns the pointers between objects that are there.
    fn arrows(&self) -> Vec<String> {
        let is_there = |at: usize| self.heap.is_allocated(self.objects[at].0);
        let links = self.links.iter();
        let links = links.filter(|&&(a, b)| is_there(a) && is_there(b));
        links
            .map(|&(from, to)| {
                let near = from.abs_diff(to) == 1;
                let pointer = if near { beside } else { below };
                path(&pointer(point(from), point(to)))
            })
            .collect()
    }
}

fn point(at: usize) -> [i32; 2] {
    [60 + 120 * i32::try_from(at).expect("three objects"), 40]
}

fn stage(links: &Links) -> Stage {
    let places: Vec<[i32; 2]> = (0..NAMES.len()).map(point).collect();
    let label = |(at, name): (usize, &&str)| {
        let to = links.iter().find(|(from, _)| *from == at);
        let to = to.map_or("nothing", |&(_, to)| NAMES[to]);
        (point(at)[0], 84, format!("{name} points to {to}"))
    };
    Stage {
        size: [360, 100],
        lines: Vec::new(),
        slots: places,
        labels: NAMES.iter().enumerate().map(label).collect(),
    }
}

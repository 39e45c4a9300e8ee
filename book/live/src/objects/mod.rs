//! A program of objects on the real collected heap.
//!
//! | command | does |
//! |---|---|
//! | `new NAME` | allocates an object that a root keeps |
//! | `link NAME NAME` | the first points to the second |
//! | `unlink NAME NAME` | it does not any more |
//! | `drop NAME` | the root lets go of the object |
//! | `finalizer NAME` | gives it a finalizer; `revives` behind it stores the object where a root keeps it |
//! | `cleanup NAME` | gives it a cleanup |
//! | `weak NAME` | makes a weak pointer to it |
//! | `upgrade NAME` | asks the weak pointer |
//! | `collect` | collects once, or ends the collection that was begun |
//! | `begin` | begins a collection in steps |
//! | `mark` | follows one object of it |
//! | `run` | runs the finalizers and cleanups that are due |

mod collecting;
mod commands;
mod drawing;
mod frames;

use finalizers::gc::{self, Layout, Pointer, Root, Weak};

use crate::program::{self, Command, ProgramError};
use crate::recording::{Frame, Look, Recording, Track};
use drawing::{PLACES, stage};

pub use commands::{Action, AtItsEnd, parse};

/// A cleanup has the name of its object, which is gone by then.
type Heap = gc::Heap<gc::Recording<AtItsEnd, String>>;

/// How many pointers an object has room for.
const FIELDS: usize = 3;

/// Runs the program and records it.
///
/// # Errors
///
/// Where a command does not fit what was done before: an object that nothing
/// keeps, a name that is taken, more objects than places.
pub fn record(program: &[Command<Action>]) -> Result<Recording, ProgramError> {
    let mut run = Run::default();
    run.frame("The heap is empty.".to_owned());
    program::each(program, &mut run, |run| &mut run.frames, Run::command)?;
    Ok(Recording {
        title: "Your objects".to_owned(),
        tracks: vec![Track {
            name: "mark and sweep".to_owned(),
            code: Vec::new(),
            stage: stage(),
            frames: run.frames,
        }],
    })
}

/// An object as it is drawn; its place is its index.
struct Drawn {
    name: String,
    object: Pointer,
    root: Option<Root>,
    has_finalizer: bool,
    has_cleanup: bool,
    look: Look,
}

#[derive(Default)]
struct Run {
    heap: Heap,
    objects: [Option<Drawn>; PLACES.len()],
    weak: Vec<(String, Weak)>,
    frames: Vec<Frame>,
}

impl Run {
    fn command(&mut self, action: &Action) -> Result<(), String> {
        if !self.heap.is_marking() {
            for drawn in self.objects.iter_mut().flatten() {
                drawn.look = Look::Plain;
            }
        }
        self.act(action)?;
        self.show_steps();
        Ok(())
    }

    fn act(&mut self, action: &Action) -> Result<(), String> {
        match action {
            Action::New(name) => self.new_object(name),
            Action::Link(from, to) => self.link(from, to),
            Action::Unlink(from, to) => self.unlink(from, to),
            Action::Drop(name) => self.drop_root(name),
            Action::Finalizer(name, end) => self.finalizer(name, *end),
            Action::Cleanup(name) => self.cleanup(name),
            Action::Weak(name) => self.weak(name),
            Action::Upgrade(name) => self.upgrade(name),
            Action::Collect => self.collect(),
            Action::Begin => self.begin(),
            Action::Mark => self.mark(),
            Action::Run => self.run(),
        }
    }

    fn new_object(&mut self, name: &str) -> Result<(), String> {
        if self.objects.iter().flatten().any(|d| d.name == name) {
            return Err(format!("{name} is there already"));
        }
        let Some(place) = self.objects.iter().position(Option::is_none) else {
            return Err(format!("the drawing has {} places", PLACES.len()));
        };
        let object = self.heap.alloc(Layout::new(FIELDS, 8));
        self.objects[place] = Some(Drawn {
            name: name.to_owned(),
            object,
            root: Some(self.heap.root(object)),
            has_finalizer: false,
            has_cleanup: false,
            look: Look::Written,
        });
        self.frame(format!("new {name}: a root keeps it."));
        Ok(())
    }

    fn link(&mut self, from: &str, to: &str) -> Result<(), String> {
        let (a, b) = (self.kept(from)?, self.kept(to)?);
        let free = (0..FIELDS).find(|&at| self.heap.field(a, at).is_none());
        let Some(free) = free else {
            return Err(format!("{from} has {FIELDS} pointers already"));
        };
        self.heap.set_field(a, free, Some(b));
        self.frame(format!("{from} points to {to}."));
        Ok(())
    }

    fn unlink(&mut self, from: &str, to: &str) -> Result<(), String> {
        let (a, b) = (self.kept(from)?, self.kept(to)?);
        let field = (0..FIELDS).find(|&at| self.heap.field(a, at) == Some(b));
        let Some(field) = field else {
            return Err(format!("{from} does not point to {to}"));
        };
        self.heap.set_field(a, field, None);
        self.frame(format!("{from} does not point to {to} any more."));
        Ok(())
    }

    fn drop_root(&mut self, name: &str) -> Result<(), String> {
        let place = self.place(name)?;
        let drawn = self.objects[place].as_mut();
        let Some(root) = drawn.and_then(|drawn| drawn.root.take()) else {
            return Err(format!("no root keeps {name}"));
        };
        self.heap.unroot(root);
        self.frame(format!("drop {name}: its root lets go."));
        Ok(())
    }

    fn finalizer(&mut self, name: &str, end: AtItsEnd) -> Result<(), String> {
        let object = self.kept(name)?;
        let place = self.place(name)?;
        let drawn = self.objects[place].as_mut().expect("it is there");
        if std::mem::replace(&mut drawn.has_finalizer, true) {
            return Err(format!("{name} has a finalizer already"));
        }
        self.heap.attach_finalizer(object, end);
        self.frame(format!("{name} has a finalizer."));
        Ok(())
    }

    fn cleanup(&mut self, name: &str) -> Result<(), String> {
        let object = self.kept(name)?;
        let place = self.place(name)?;
        let drawn = self.objects[place].as_mut().expect("it is there");
        drawn.has_cleanup = true;
        self.heap.attach_cleanup(object, name.to_owned());
        self.frame(format!("{name} has a cleanup."));
        Ok(())
    }

    fn weak(&mut self, name: &str) -> Result<(), String> {
        let weak = self.heap.downgrade(self.kept(name)?);
        self.weak.retain(|(other, _)| other != name);
        self.weak.push((name.to_owned(), weak));
        self.frame(format!("A weak pointer to {name} keeps nothing."));
        Ok(())
    }

    fn upgrade(&mut self, name: &str) -> Result<(), String> {
        let is_it = |(other, _): &&(String, Weak)| other == name;
        let Some((_, weak)) = self.weak.iter().find(is_it) else {
            return Err(format!("there is no weak pointer to {name}"));
        };
        let found = match self.heap.upgrade(*weak) {
            Some(_) => format!("finds {name}"),
            None => "finds nothing".to_owned(),
        };
        self.frame(format!("The weak pointer to {name} {found}."));
        Ok(())
    }

    fn run(&mut self) -> Result<(), String> {
        let mut count = 0;
        while let Some((running, end)) = self.heap.next_finalizer() {
            let object = running.object();
            self.finalize(object, end);
            self.heap.finish_finalizer(running);
            count += 1;
        }
        while let Some((running, name)) = self.heap.next_cleanup() {
            self.frame(format!("The cleanup of {name} runs."));
            self.heap.finish_cleanup(running);
            count += 1;
        }
        if count == 0 {
            self.frame("Nothing is due.".to_owned());
        }
        Ok(())
    }

    fn finalize(&mut self, object: Pointer, end: AtItsEnd) {
        let objects = self.objects.iter_mut().flatten();
        let drawn = { objects }.find(|drawn| drawn.object == object);
        let drawn = drawn.expect("it lives until its finalizer has run");
        drawn.has_finalizer = false;
        let mut say = format!("The finalizer of {} runs.", drawn.name);
        if end == AtItsEnd::Revives {
            drawn.root = Some(self.heap.root(object));
            say.pop();
            say += ", and a root keeps it again.";
        }
        self.frame(say);
    }

    fn place(&self, name: &str) -> Result<usize, String> {
        let is_it = |place: &Option<Drawn>| {
            place.as_ref().is_some_and(|drawn| drawn.name == name)
        };
        let found = self.objects.iter().position(is_it);
        found.ok_or_else(|| format!("there is no object {name}"))
    }

    /// Returns an object that a program can still name, because a root leads
    /// to it.
    fn kept(&self, name: &str) -> Result<Pointer, String> {
        let place = self.place(name)?;
        let object = self.objects[place].as_ref().map(|d| d.object);
        let object = object.expect("it is there");
        let roots = self.objects.iter().flatten();
        let roots = roots.filter(|drawn| drawn.root.is_some());
        let mut reached: Vec<Pointer> = roots.map(|d| d.object).collect();
        let mut next = 0;
        while let Some(&from) = reached.get(next) {
            for to in (0..FIELDS).filter_map(|at| self.heap.field(from, at)) {
                if !reached.contains(&to) {
                    reached.push(to);
                }
            }
            next += 1;
        }
        if !reached.contains(&object) {
            return Err(format!("no root leads to {name} any more"));
        }
        Ok(object)
    }
}

//! Programs of objects in one line, and what a collector does with them.
//!
//! A program is run by this crate's heap and, in the same language, by a Go
//! program (`peers/traces`), and the two traces must be the same text.
//!
//! | word | does |
//! |---|---|
//! | `n0` | allocates object 0, which a root keeps |
//! | `d0` | its root lets go of it |
//! | `l012` | field 1 of object 0 points to object 2 |
//! | `u01` | field 1 of object 0 points to nothing |
//! | `f0` | gives object 0 a finalizer |
//! | `r0` | gives it one that brings it back: a root keeps it again |
//! | `x0` | takes its finalizer off |
//! | `c0` | gives it one more cleanup |
//! | `w0` | makes a weak pointer to it |
//! | `g` | collects, and runs what is due |
//!
//! Only what a root keeps has a name: a word that needs another object does
//! nothing. So does a second finalizer. The trace has for each collection
//! what has run, sorted, and which weak pointers still have their object.

use std::cell::RefCell;
use std::fmt::Write;
use std::rc::Rc;

use crate::gc::{Heap, Layout, Pointer, Root, Weak};

/// How many objects a program has.
const OBJECTS: usize = 10;

/// How many fields each has.
const FIELDS: usize = 3;

/// What the finalizers of a program change.
#[derive(Default)]
struct Shared {
    roots: [Option<(Pointer, Root)>; OBJECTS],
    has_finalizer: [bool; OBJECTS],
    events: Vec<String>,
}

#[derive(Default)]
struct Machine {
    heap: Heap,
    shared: Rc<RefCell<Shared>>,
    is_made: [bool; OBJECTS],
    weak: [Option<Weak>; OBJECTS],
}

/// Runs a program and returns its trace, one bracket a collection.
///
/// # Errors
///
/// The first word that is not one of the language.
///
/// ```
/// use finalizers::traces::trace;
///
/// let program = "n0 n1 l001 f0 c1 d0 d1 g g";
/// assert_eq!(trace(program).unwrap(), "[f0] [c1]");
/// ```
pub fn trace(program: &str) -> Result<String, String> {
    let mut machine = Machine::default();
    let mut collections = Vec::new();
    for word in program.split_whitespace() {
        if word == "g" {
            collections.push(machine.collect());
        } else if machine.step(word).is_none() {
            return Err(format!("{word:?} is no word of a program"));
        }
    }
    Ok(collections.join(" "))
}

impl Machine {
    /// Returns `None` if it is not a word.
    fn step(&mut self, word: &str) -> Option<()> {
        let (verb, digits) = word.split_at_checked(1)?;
        let digit = |c: char| Some(c.to_digit(10)? as usize);
        let digits: Vec<_> =
            digits.chars().map(digit).collect::<Option<_>>()?;
        let &number = digits.first()?;
        let field = digits.get(1).copied().filter(|&field| field < FIELDS);
        match (verb, digits.len()) {
            ("n", 1) => self.new_object(number),
            ("l", 3) => self.link(number, field?, digits[2]),
            ("u", 2) => {
                let field = field?;
                if let Some(object) = self.object(number) {
                    self.heap.set_field(object, field, None);
                }
            }
            ("d", 1) => {
                let root = self.shared.borrow_mut().roots[number].take();
                root.map(|(_, root)| self.heap.unroot(root));
            }
            ("f" | "r" | "x" | "c" | "w", 1) => self.hang(verb, number),
            _ => return None,
        }
        Some(())
    }

    fn object(&self, number: usize) -> Option<Pointer> {
        let shared = self.shared.borrow();
        shared.roots[number].as_ref().map(|(object, _)| *object)
    }

    fn new_object(&mut self, number: usize) {
        if !std::mem::replace(&mut self.is_made[number], true) {
            let object = self.heap.alloc(Layout::new(FIELDS, 40));
            let root = self.heap.root(object);
            self.shared.borrow_mut().roots[number] = Some((object, root));
        }
    }

    fn link(&mut self, from: usize, field: usize, to: usize) {
        if let (Some(from), Some(to)) = (self.object(from), self.object(to)) {
            self.heap.set_field(from, field, Some(to));
        }
    }

    /// Hangs something on an object, or takes it off.
    fn hang(&mut self, verb: &str, number: usize) {
        let Some(object) = self.object(number) else { return };
        let shared = Rc::clone(&self.shared);
        match verb {
            "w" => self.weak[number] = Some(self.heap.downgrade(object)),
            "c" => {
                self.heap.add_cleanup(object, move |_| {
                    shared.borrow_mut().events.push(format!("c{number}"));
                });
            }
            "x" => {
                self.heap.clear_finalizer(object);
                shared.borrow_mut().has_finalizer[number] = false;
            }
            _ if shared.borrow().has_finalizer[number] => {}
            _ => {
                self.shared.borrow_mut().has_finalizer[number] = true;
                let verb = verb.to_owned();
                self.heap.set_finalizer(object, move |heap, object| {
                    let mut shared = shared.borrow_mut();
                    shared.has_finalizer[number] = false;
                    shared.events.push(format!("{verb}{number}"));
                    if verb == "r" {
                        let root = heap.root(object);
                        shared.roots[number] = Some((object, root));
                    }
                });
            }
        }
    }

    fn collect(&mut self) -> String {
        self.heap.collect();
        self.heap.run_finalizers(usize::MAX);
        self.heap.run_cleanups(usize::MAX);
        let mut events = std::mem::take(&mut self.shared.borrow_mut().events);
        events.sort_unstable();
        for (number, weak) in self.weak.iter().enumerate() {
            if weak.is_some_and(|weak| self.heap.upgrade(weak).is_some()) {
                events.push(format!("w{number}"));
            }
        }
        format!("[{}]", events.join(" "))
    }
}

/// Returns a random program, the same for the same seed.
///
/// ```
/// use finalizers::traces::{random, trace};
///
/// assert!(trace(&random(7)).is_ok());
/// assert_eq!(random(7), random(7));
/// ```
pub fn random(seed: u64) -> String {
    let mut random = fastrand::Rng::with_seed(seed);
    // Below a `usize`, machines with other words draw other numbers.
    let count = random.u64(2..=OBJECTS as u64);
    let mut program = String::new();
    for number in 0..count {
        write!(program, "n{number} ").expect("a string takes all");
    }
    for _ in 0..random.u64(5..50) {
        let [a, b] = [(); 2].map(|()| random.u64(..count));
        let field = random.u64(..FIELDS as u64);
        let word = match random.u64(..20) {
            0..6 => format!("l{a}{field}{b}"),
            6 => format!("u{a}{field}"),
            7..10 => format!("f{a}"),
            10 => format!("r{a}"),
            11 => format!("x{a}"),
            12 | 13 => format!("c{a}"),
            14 | 15 => format!("w{a}"),
            16..19 => format!("d{a}"),
            _ => "g".to_owned(),
        };
        program.push_str(&word);
        program.push(' ');
    }
    for number in 0..count {
        write!(program, "d{number} ").expect("a string takes all");
    }
    program.push_str("g g g");
    program
}

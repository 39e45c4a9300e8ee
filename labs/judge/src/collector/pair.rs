//! The reader's heap and the oracle, one operation after the other.

use std::collections::BTreeSet;

use super::drawing::{Names, attached, in_words};
use super::heap::{Collector, Heap};
use super::operations::{Operation, Stage};
use super::oracle::{Object, Oracle};
use super::planted::Ours;

/// A heap, the oracle, and where the objects of the one are in the other.
#[derive(Clone, Debug, Default)]
pub struct Pair {
    heap: Heap,
    oracle: Oracle,
    names: Names,
}

impl Pair {
    /// Does the same with both. What a program could not do is passed over.
    ///
    /// # Errors
    ///
    /// Says how they differ.
    pub fn apply<C: Collector>(
        &mut self,
        stage: Stage,
        operation: Operation,
    ) -> Result<(), String> {
        match operation {
            Operation::New(variable) => self.alloc(variable),
            Operation::Link(variable, ..)
            | Operation::Unlink(variable, _)
            | Operation::Drop(variable)
            | Operation::Finalizer(variable)
            | Operation::Cleanup(variable)
            | Operation::Weak(variable) => {
                if let Some(number) = self.names.variables[variable] {
                    self.change(operation, number);
                }
            }
            Operation::Collect => return self.collect::<C>(stage),
            Operation::Run => self.run(None),
            Operation::Revive(variable) => self.run(Some(variable)),
        }
        Ok(())
    }

    fn alloc(&mut self, variable: usize) {
        self.empty(variable);
        let number = self.names.addresses.len();
        self.names.addresses.push(self.heap.alloc());
        let object = Object { is_root: true, ..Object::default() };
        self.oracle.objects.insert(number, object);
        self.names.variables[variable] = Some(number);
    }

    fn empty(&mut self, variable: usize) {
        if let Some(number) = self.names.variables[variable].take() {
            self.object(number).is_root = false;
            self.heap.unroot(self.names.addresses[number]);
        }
    }

    fn object(&mut self, number: usize) -> &mut Object {
        self.oracle.objects.get_mut(&number).expect("it is held or due")
    }

    /// Changes an object that a variable holds.
    fn change(&mut self, operation: Operation, number: usize) {
        let address = self.names.addresses[number];
        match operation {
            Operation::Link(_, field, to) => {
                if let Some(to) = self.names.variables[to] {
                    self.object(number).fields[field] = Some(to);
                    let to = Some(self.names.addresses[to]);
                    self.heap.set_field(address, field, to);
                }
            }
            Operation::Unlink(_, field) => {
                self.object(number).fields[field] = None;
                self.heap.set_field(address, field, None);
            }
            Operation::Drop(variable) => self.empty(variable),
            Operation::Finalizer(_) if !self.object(number).is_finalized => {
                self.object(number).is_finalized = true;
                self.heap.set_finalizer(address, number);
            }
            Operation::Cleanup(_) => {
                self.object(number).cleanups += 1;
                self.heap.add_cleanup(address, number);
            }
            Operation::Weak(_) => {
                self.oracle.weak.push(Some(number));
                self.heap.downgrade(address);
            }
            _ => {}
        }
    }

    /// Calls what is due; the finalizer of one object stores it in a variable,
    /// if so wanted.
    fn run(&mut self, variable: Option<usize>) {
        self.heap.run_finalizers();
        self.heap.run_cleanups();
        self.oracle.due_cleanups.clear();
        let due = std::mem::take(&mut self.oracle.due_finalizers);
        if let (Some(variable), Some(&number)) = (variable, due.first()) {
            self.empty(variable);
            self.object(number).is_root = true;
            self.heap.root(self.names.addresses[number]);
            self.names.variables[variable] = Some(number);
        }
    }

    fn collect<C: Collector>(&mut self, stage: Stage) -> Result<(), String> {
        let before = self.oracle.clone();
        self.oracle.collect();
        self.heap.mark_all::<C>();
        if stage == Stage::Mark {
            self.compare_marks(&before)?;
            self.heap.sweep_all::<Ours>();
            return Ok(());
        }
        let left = self.heap.sweep_all::<C>();
        self.compare_objects()?;
        self.compare_due()?;
        self.compare_specials()?;
        let right = self.oracle.objects.len();
        if left != right {
            return Err(format!("sweep counted {left} objects, not {right}"));
        }
        Ok(())
    }

    fn compare_marks(&self, oracle: &Oracle) -> Result<(), String> {
        let right = oracle.marked();
        for &number in oracle.objects.keys() {
            let is_marked =
                self.heap.memory.is_marked(self.names.addresses[number]);
            if is_marked && !right.contains(&number) {
                return Err(format!(
                    "#{number} is marked, and the program cannot reach it"
                ));
            }
            if !is_marked && right.contains(&number) {
                return Err(format!(
                    "#{number} is not marked, and {}",
                    why(oracle, number)
                ));
            }
        }
        Ok(())
    }

    fn compare_objects(&self) -> Result<(), String> {
        let is_there = |address| self.heap.is_allocated(address);
        for &number in self.oracle.objects.keys() {
            if !is_there(self.names.addresses[number]) {
                let why = why(&self.oracle, number);
                return Err(format!("#{number} is gone, and {why}"));
            }
        }
        let numbers = self.oracle.objects.keys();
        let right: BTreeSet<u32> =
            numbers.map(|&number| self.names.addresses[number]).collect();
        for address in self.heap.memory.objects() {
            let name = self.names.of(address);
            if !right.contains(&address) {
                return Err(format!(
                    "{name} is still there, and nothing needs it"
                ));
            }
            if self.heap.memory.is_marked(address) {
                return Err(format!("{name} is still marked after the sweep"));
            }
        }
        Ok(())
    }

    fn compare_due(&self) -> Result<(), String> {
        let due = self.heap.due_finalizers.iter();
        let mut yours: Vec<usize> = due.map(|due| due.function).collect();
        yours.sort_unstable();
        let right: Vec<usize> =
            self.oracle.due_finalizers.iter().copied().collect();
        same("finalizers are due of", &yours, &right)?;
        for due in &self.heap.due_finalizers {
            if due.object != self.names.addresses[due.function] {
                return Err(format!(
                    "the finalizer of #{} is given another object",
                    due.function
                ));
            }
        }
        let due = self.heap.due_cleanups.iter();
        let mut yours: Vec<usize> = due.map(|due| due.function).collect();
        yours.sort_unstable();
        let mut right = self.oracle.due_cleanups.clone();
        right.sort_unstable();
        same("cleanups are due of", &yours, &right)
    }

    fn compare_specials(&self) -> Result<(), String> {
        for (handle, right) in self.oracle.weak.iter().enumerate() {
            let yours = self.heap.upgrade(handle);
            if yours != right.map(|number| self.names.addresses[number]) {
                return Err(match (yours, right) {
                    (Some(object), None) => format!(
                        "a weak pointer still leads to {}, which was found \
                         dead",
                        self.names.of(object)
                    ),
                    _ => "a weak pointer to an object in use leads nowhere"
                        .to_owned(),
                });
            }
        }
        for (&number, object) in &self.oracle.objects {
            let yours = attached(&self.heap, self.names.addresses[number]);
            let weak = self.oracle.weak.iter().flatten();
            let right = in_words(
                usize::from(object.is_finalized),
                object.cleanups,
                weak.filter(|it| **it == number).count(),
            );
            if yours != right {
                return Err(format!(
                    "on #{number} hangs {yours}, and {right} is right"
                ));
            }
        }
        Ok(())
    }

    /// Returns the heap, an object a line, and what is due.
    pub fn drawn(&self) -> Vec<String> {
        self.names.drawn(&self.heap)
    }

    /// Returns how many objects were made.
    pub fn made(&self) -> usize {
        self.names.addresses.len()
    }
}

/// Returns why an object must be there.
fn why(oracle: &Oracle, number: usize) -> &'static str {
    if oracle.reachable().contains(&number) {
        "the program can reach it"
    } else if oracle.due_finalizers.contains(&number) {
        "its finalizer is due and is given it"
    } else {
        "a finalizer may use it"
    }
}

fn same(what: &str, yours: &[usize], right: &[usize]) -> Result<(), String> {
    let names = |numbers: &[usize]| {
        let names = numbers.iter().map(|number| format!("#{number}"));
        let names: Vec<String> = names.collect();
        if names.is_empty() { "none".to_owned() } else { names.join(" ") }
    };
    if yours == right {
        return Ok(());
    }
    Err(format!("{what} {}, and {} is right", names(yours), names(right)))
}

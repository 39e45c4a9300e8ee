//! The reader's heap in text, with names for its objects.

use super::heap::Heap;
use super::operations::{VARIABLES, name};
use super::special::SpecialKind;

/// Where the objects are that a program has made.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// The address of each object that was ever made.
    pub addresses: Vec<u32>,
    /// The object that each variable holds.
    pub variables: [Option<usize>; VARIABLES],
}

impl Names {
    /// Returns the name of the object at an address: the one made last there.
    pub fn of(&self, address: u32) -> String {
        let number = self.addresses.iter().rposition(|it| *it == address);
        number.map_or_else(|| "?".into(), |number| format!("#{number}"))
    }

    /// Returns the heap, an object a line: the variable that holds it, what it
    /// points to, whether it is marked, and what hangs on it; then what is due.
    pub fn drawn(&self, heap: &Heap) -> Vec<String> {
        let mut numbers: Vec<usize> = (0..self.addresses.len()).collect();
        numbers.retain(|&number| {
            let address = self.addresses[number];
            let is_latest = self.of(address) == format!("#{number}");
            is_latest && heap.is_allocated(address)
        });
        let mut lines: Vec<String> =
            numbers.into_iter().map(|number| self.line(heap, number)).collect();
        if lines.is_empty() {
            lines.push("  (empty)".into());
        }
        for due in &heap.due_finalizers {
            lines.push(format!("  due: the finalizer of #{}", due.function));
        }
        for due in &heap.due_cleanups {
            lines.push(format!("  due: the cleanup of #{}", due.function));
        }
        lines
    }

    fn line(&self, heap: &Heap, number: usize) -> String {
        let address = self.addresses[number];
        let holder = self.variables.iter().position(|it| *it == Some(number));
        let holder = holder.map_or(' ', name);
        let fields = heap.fields(address).iter().filter(|it| **it != 0);
        let to: Vec<String> = fields.map(|&it| self.of(it)).collect();
        let arrow = if to.is_empty() { "" } else { "-> " };
        let to = format!("{arrow}{}", to.join(" "));
        let is_marked = heap.memory.is_marked(address);
        let mark = if is_marked { "marked" } else { "" };
        let mut attached = attached(heap, address);
        if attached == in_words(0, 0, 0) {
            attached.clear();
        }
        let object = format!("#{number}");
        let line =
            format!("  {holder} {object:<4}{to:<15} {mark:<6} {attached}");
        line.trim_end().to_owned()
    }
}

/// Returns what hangs on the object at an address.
pub fn attached(heap: &Heap, address: u32) -> String {
    let Some(slot) = heap.memory.slot_at(address) else {
        return in_words(0, 0, 0);
    };
    let mut counts = [0; 3];
    for special in heap.specials.list(slot) {
        counts[match special.kind {
            SpecialKind::Finalizer(_) => 0,
            SpecialKind::Cleanup { .. } => 1,
            SpecialKind::Weak(_) => 2,
        }] += 1;
    }
    in_words(counts[0], counts[1], counts[2])
}

/// Returns what hangs on an object.
pub fn in_words(finalizers: usize, cleanups: usize, weak: usize) -> String {
    let mut words = Vec::new();
    let all = [
        (finalizers, "a finalizer"),
        (cleanups, "a cleanup"),
        (weak, "a weak pointer"),
    ];
    for (count, word) in all {
        words.extend(std::iter::repeat_n(word, count));
    }
    if words.is_empty() {
        return "nothing".into();
    }
    words.join(", ")
}

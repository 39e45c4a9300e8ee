//! What is measured: a collection in which all is in use.

use fastrand::Rng;

use super::heap::{Collector, Heap};
use super::memory::SlotRef;
use super::planted::Ours;
use super::span::{SLOTS, Span, is_set, unset};
use crate::report::Report;
use crate::stopwatch::measure;

/// How many objects there are.
const OBJECTS: usize = 4_096;

/// Measures one of `yours`, `ours` and `naive`.
pub fn measured<C: Collector>(whose: &str) -> Report {
    let mut heap = heap();
    match whose {
        "yours" => measure(OBJECTS, || collect::<C>(&mut heap)),
        "ours" => measure(OBJECTS, || collect::<Ours>(&mut heap)),
        _ => measure(OBJECTS, || collect::<Naive>(&mut heap)),
    }
}

fn heap() -> Heap {
    let mut rng = Rng::with_seed(7);
    let mut heap = Heap::default();
    let all: Vec<u32> = (0..OBJECTS).map(|_| heap.alloc()).collect();
    for (number, &object) in all.iter().enumerate() {
        // A tree, so that all is reached, and then links here and there.
        let parent = all[number.saturating_sub(1) / 2];
        heap.set_field(parent, number % 2, Some(object));
        heap.set_field(object, 2, rng.choice(all.iter().copied()));
    }
    all[1..].iter().for_each(|&object| heap.unroot(object));
    heap
}

fn collect<C: Collector>(heap: &mut Heap) {
    heap.mark_all::<C>();
    for span in &mut heap.memory.spans {
        std::hint::black_box(C::sweep(span));
    }
}

/// Looks at all objects until nothing new is marked, and sweeps slot by slot.
#[derive(Debug)]
pub struct Naive;

impl Collector for Naive {
    fn mark(heap: &mut Heap, address: u32) {
        Ours::mark(heap, address);
    }

    fn drain(heap: &mut Heap) {
        while !std::mem::take(&mut heap.gray).is_empty() {
            for span in 0..heap.memory.spans.len() {
                for index in 0..SLOTS {
                    follow(heap, SlotRef { span, index });
                }
            }
        }
    }

    fn sweep(span: &mut Span) -> u32 {
        let mut left = 0;
        for slot in 0..SLOTS {
            if is_set(&span.marked, slot) {
                left += 1;
            } else {
                unset(&mut span.allocated, slot);
            }
            unset(&mut span.marked, slot);
        }
        left
    }

    fn mark_from_specials(_: &mut Heap) {}

    fn sweep_specials(_: &mut Heap) {}
}

/// Marks what a marked object points to.
fn follow(heap: &mut Heap, slot: SlotRef) {
    let span = &heap.memory.spans[slot.span];
    if is_set(&span.marked, slot.index) {
        let fields: Vec<u32> = span.fields(slot.index).to_vec();
        for address in fields {
            Naive::mark(heap, address);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collector::operations::Stage;
    use crate::collector::programs::right;

    #[test]
    fn the_naive_way_is_right_and_all_is_in_use() {
        assert!(right::<Naive>(Stage::Sweep).is_passed());
        let mut heap = heap();
        assert_eq!(heap.collect::<Ours>(), OBJECTS);
        collect::<Naive>(&mut heap);
        assert_eq!(heap.memory.objects().len(), OBJECTS);
    }
}

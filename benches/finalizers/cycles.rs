//! Dead cycles, traced and counted.

use std::hint::black_box;

use benches::Group;
use criterion::{Criterion, Throughput};
use finalizers::counted::CountedHeap;
use finalizers::gc::Heap;

use crate::objects::{MANY, OBJECT};

/// A thousand dead cycles of two next to a live list of as many objects, which
/// one has looked at since: marked and swept, or counted and tried.
pub(crate) fn cycles(criterion: &mut Criterion) {
    let mut group = Group::new(criterion, "finalizers/cycles/1000");
    group.throughput(Throughput::Elements(MANY as u64));
    group.bench_function("traced", |bencher| {
        let mut heap = Heap::new();
        let mut alloc = |next| {
            let object = heap.alloc(OBJECT);
            heap.set_field(object, 0, next);
            Some(object)
        };
        let list = (0..MANY).fold(None, |next, _| alloc(next));
        let _kept = heap.root(list.expect("it is long"));
        bencher.iter(|| {
            for _ in 0..MANY {
                let pair = [(); 2].map(|()| heap.alloc(black_box(OBJECT)));
                heap.set_field(pair[0], 0, Some(pair[1]));
                heap.set_field(pair[1], 0, Some(pair[0]));
            }
            heap.collect();
            assert_eq!(heap.objects(), MANY);
        });
    });
    group.bench_function("counted", |bencher| {
        let mut heap = CountedHeap::new();
        let mut list = heap.alloc(1);
        for _ in 1..MANY {
            let object = heap.alloc(1);
            heap.set_field(object, 0, Some(list));
            heap.release(list);
            list = object;
        }
        bencher.iter(|| {
            heap.retain(list);
            heap.release(list);
            for _ in 0..MANY {
                let pair = [(); 2].map(|()| heap.alloc(black_box(1)));
                heap.set_field(pair[0], 0, Some(pair[1]));
                heap.set_field(pair[1], 0, Some(pair[0]));
                pair.into_iter().for_each(|object| heap.release(object));
            }
            assert_eq!(heap.collect_cycles(), 2 * MANY);
        });
    });
    group.finish();
}

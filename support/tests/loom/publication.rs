//! One thread publishes data behind a flag, another reads both.
//!
//! Both run in the order in which they are written, and still the reader may
//! see the flag and not the data: it reads a value that is no longer there.

use support::schedules::Bug;
use support::sync::atomic::{AtomicUsize, Ordering};
use support::sync::{Arc, thread};
use support::{lanes, model};

// ANCHOR: orderings
/// How the flag is written and read.
trait Orderings: 'static {
    const PUBLISH: Ordering = Ordering::Release;
    const LOOK: Ordering = Ordering::Acquire;
}

struct Sound;
impl Orderings for Sound {}

struct RelaxedStore;
impl Orderings for RelaxedStore {
    const PUBLISH: Ordering = Ordering::Relaxed;
}

struct RelaxedLoad;
impl Orderings for RelaxedLoad {
    const LOOK: Ordering = Ordering::Relaxed;
}
// ANCHOR_END: orderings

/// An atomic whose loads and stores are shown in the lanes.
struct Shown {
    name: &'static str,
    value: AtomicUsize,
}

impl Shown {
    fn new(name: &'static str) -> Self {
        lanes::store("writer", name, 0);
        Self { name, value: AtomicUsize::new(0) }
    }

    fn store(&self, value: usize, ordering: Ordering) {
        self.value.store(value, ordering);
        lanes::store("writer", self.name, value);
    }

    fn load(&self, ordering: Ordering) -> usize {
        let value = self.value.load(ordering);
        lanes::load("reader", self.name, value);
        value
    }
}

// ANCHOR: publication
fn publication<O: Orderings>() {
    model(|| {
        let shared = Arc::new((Shown::new("data"), Shown::new("flag")));
        let other = Arc::clone(&shared);
        let reader = thread::spawn(move || {
            let (data, flag) = &*other;
            if flag.load(O::LOOK) == 1 {
                let data = data.load(Ordering::Relaxed);
                assert_eq!(data, 1, "the flag came before the data");
            }
        });
        let (data, flag) = &*shared;
        data.store(1, Ordering::Relaxed);
        flag.store(1, O::PUBLISH);
        reader.join().expect("the data is there");
    });
}
// ANCHOR_END: publication

#[test]
fn who_sees_the_flag_sees_the_data() {
    publication::<Sound>();
}

#[test]
#[ignore = "planted bug, run by planted_bugs_are_caught"]
fn relaxed_store() {
    publication::<RelaxedStore>();
}

#[test]
#[ignore = "planted bug, run by planted_bugs_are_caught"]
fn relaxed_load() {
    publication::<RelaxedLoad>();
}

#[test]
fn planted_bugs_are_caught() {
    let bug = Bug {
        name: "relaxed_store",
        test: "publication::relaxed_store",
        of: "publication::who_sees_the_flag_sees_the_data",
        step: "PUBLISH",
        message: "the flag came before the data",
        left_out: "no release at the store of the flag",
        model: "one thread writes data and then a flag, another reads the \
                flag and, if it is set, the data",
        why: "Nothing ties the data to the flag, so the reader may see the \
              new flag and the old data, although the data was written \
              first.",
    };
    crate::check(&bug);
    crate::check(&Bug {
        name: "relaxed_load",
        test: "publication::relaxed_load",
        step: "LOOK",
        left_out: "no acquire at the load of the flag",
        why: "The writer published, but the reader did not ask for what was \
              published with the flag; it may read the data as it was before.",
        ..bug
    });
}

//! The owner of a biased lock against those who evict it.

use support::lanes;
use support::schedules::Bug;
use support::sync::{Arc, UnsafeCell, thread};
use timer_heap::biased_lock::BiasedLock;
use timer_heap::steps::{Sound, Steps};

/// A number that loom watches, behind the lock.
type Count<P> = BiasedLock<UnsafeCell<usize>, P>;

fn add<P: Steps>(count: &Count<P>, thread: &str) {
    let guard = count.lock();
    lanes::note(thread, "enter", "");
    // SAFETY: the lock; loom checks it.
    guard.with_mut(|count| unsafe { *count += 1 });
    lanes::note(thread, "leave", "");
}

fn total<P: Steps>(count: &Count<P>) -> usize {
    // SAFETY: the lock; loom checks it.
    count.lock().with(|count| unsafe { *count })
}

/// Returns a lock that the calling thread owns from the first visit on.
fn owned<P: Steps>() -> Arc<Count<P>> {
    let count = Arc::new(Count::<P>::new(UnsafeCell::new(0), Some(1)));
    add(&count, "owner");
    assert!(count.is_owned(), "a visit was enough to own it");
    count
}

// ANCHOR: owner-against-guest
/// The owner enters without the mutex while a guest evicts it.
fn owner_against_guest<P: Steps>() {
    support::model(|| {
        let count = owned::<P>();
        let own = Arc::clone(&count);
        let guest = thread::spawn(move || add(&own, "guest"));
        add(&count, "owner");
        guest.join().expect("nothing panics");
        assert_eq!(total(&count), 3);
    });
}
// ANCHOR_END: owner-against-guest

#[test]
fn an_owner_and_a_guest_are_never_inside_at_once() {
    owner_against_guest::<Sound>();
}

/// Evicts without the barrier on every processor.
struct EvictionUnfenced;

// SAFETY: a model runs it, which looks for what then goes wrong.
unsafe impl Steps for EvictionUnfenced {
    const FENCES_EVICTION: bool = false;
}

#[test]
#[ignore = "planted bug, run by planted_bugs_are_caught"]
fn eviction_unfenced() {
    owner_against_guest::<EvictionUnfenced>();
}

/// An evicted owner that does not know it yet, against the next owner and
/// who evicts that one.
fn three_owners<P: Steps>() {
    support::model_within(3, || {
        let count = owned::<P>();
        let own = Arc::clone(&count);
        let second = thread::spawn(move || {
            add(&own, "second");
            add(&own, "second");
        });
        let own = Arc::clone(&count);
        let third = thread::spawn(move || add(&own, "third"));
        add(&count, "owner");
        second.join().expect("nothing panics");
        third.join().expect("nothing panics");
        assert_eq!(total(&count), 5);
    });
}

#[test]
fn a_lock_has_one_owner_at_a_time() {
    three_owners::<Sound>();
}

/// Goes from one lock that it owns to another while a guest takes the first.
#[test]
fn an_owner_of_two_locks_leaves_one_for_the_other() {
    support::model(|| {
        let (first, second) = (owned::<Sound>(), owned::<Sound>());
        let left = Arc::clone(&first);
        let guest = thread::spawn(move || add(&left, "guest"));
        add(&first, "owner");
        add(&second, "owner");
        guest.join().expect("nothing panics");
        assert_eq!((total(&first), total(&second)), (3, 2));
    });
}

/// An owner that was slow to say that it is inside does not look whether it was
/// evicted meanwhile.
struct OwnerUnaware;

// SAFETY: a model runs it, which looks for what then goes wrong.
unsafe impl Steps for OwnerUnaware {
    const LOOKS_AGAIN: bool = false;
}

#[test]
#[ignore = "planted bug, run by planted_bugs_are_caught"]
fn owner_unaware() {
    three_owners::<OwnerUnaware>();
}

#[test]
fn planted_bugs_are_caught() {
    crate::check(&Bug {
        name: "eviction_unfenced",
        test: "biased_lock::eviction_unfenced",
        of: "biased_lock::an_owner_and_a_guest_are_never_inside_at_once",
        step: "FENCES_EVICTION",
        message: "Causality violation",
        left_out: "no barrier of the guest for the owner that it evicts",
        model: "the owner of a biased lock enters while a guest evicts it",
        why: "The guest reads an old value of the flag by which the owner \
              says that it is inside, and enters as well.",
    });
    crate::check(&Bug {
        name: "owner_unaware",
        test: "biased_lock::owner_unaware",
        of: "biased_lock::a_lock_has_one_owner_at_a_time",
        step: "LOOKS_AGAIN",
        message: "Causality violation",
        left_out: "no second look of the owner, after saying that it is inside",
        model: "an owner is evicted by the next one, and that by a third",
        why: "The owner is slow between its look and saying that it is inside. \
              It is evicted in between, says it too late, and enters as well.",
    });
}

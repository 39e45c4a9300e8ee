//! A list of objects with finalizers, collection by collection.

use super::heap::{Collector, Heap};
use super::planted::Ours;
use crate::panics::caught;
use crate::report::{Report, Verdict};

/// Objects of the list.
const LENGTH: usize = 6;
/// More collections than it needs.
const COLLECTIONS: usize = LENGTH + 2;

/// Returns whose finalizers each collection calls, and how many objects it
/// leaves.
fn run<C: Collector>() -> Vec<(Vec<usize>, usize)> {
    let mut heap = Heap::default();
    // The other way round, so that the order is not that of the addresses.
    let mut list: Vec<u32> = (0..LENGTH).map(|_| heap.alloc()).collect();
    list.reverse();
    for (number, &object) in list.iter().enumerate() {
        heap.set_field(object, 1, list.get(number + 1).copied());
        heap.set_finalizer(object, number);
        heap.unroot(object);
    }
    let collections = (0..COLLECTIONS).map(|_| {
        heap.collect::<C>();
        let left = heap.memory.objects().len();
        let called = heap.run_finalizers().into_iter();
        (called.map(|due| due.function).collect(), left)
    });
    collections.collect()
}

/// Judges in which collection each finalizer of a list is called: one a
/// collection, the outermost first.
pub fn order<C: Collector>() -> Report {
    let right = run::<Ours>();
    let yours = match caught(run::<C>) {
        Ok(yours) => yours,
        Err(panic) => return panic.report(),
    };
    let mut turns = 0..COLLECTIONS;
    let Some(first) = turns.find(|&turn| yours[turn] != right[turn]) else {
        return Report::passed(format!(
            "a list of {LENGTH}: one finalizer a collection, outermost first"
        ));
    };
    let says = format!(
        "collection {} calls {}, and {} is right",
        first + 1,
        in_words(&yours[first]),
        in_words(&right[first])
    );
    let head = format!(
        "#0 leads to #1, and so on to #{}; each has a finalizer:",
        LENGTH - 1
    );
    let line = |turn: usize| {
        let (yours, right) = (in_words(&yours[turn]), in_words(&right[turn]));
        let mark = if yours == right { ' ' } else { '*' };
        format!("{mark} {} {yours:<34} {right}", turn + 1)
    };
    let columns = format!("    {:<34} right", "yours");
    Report::new(Verdict::Wrong, says)
        .with([head, columns])
        .with((0..COLLECTIONS).map(line))
}

fn in_words((called, left): &(Vec<usize>, usize)) -> String {
    let names: Vec<String> =
        called.iter().map(|number| format!("#{number}")).collect();
    let names = if names.is_empty() { "none".into() } else { names.join(" ") };
    format!("{names} ({left} left)")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collector::planted::{Tested, tests};

    #[test]
    fn ours_is_right_and_runs_one_a_collection() {
        assert!(order::<Ours>().is_passed());
        let right = run::<Ours>();
        let called: Vec<_> = right.iter().map(|it| it.0.clone()).collect();
        let mut expected: Vec<Vec<usize>> =
            (0..LENGTH).map(|number| vec![number]).collect();
        expected.resize(COLLECTIONS, Vec::new());
        assert_eq!(called, expected);
        let left: Vec<usize> = right.iter().map(|it| it.1).collect();
        assert_eq!(left, [6, 5, 4, 3, 2, 1, 0, 0]);
    }

    struct Judged;

    impl Tested for Judged {
        fn tests<C: Collector>() {
            let report = order::<C>();
            assert!(report.is_passed(), "{report:?}");
        }
    }

    #[test]
    fn all_at_once_is_told() {
        let panic = caught(|| tests::<Judged>("all-at-once")).unwrap_err();
        let says = "collection 1 calls #5 #3 #1 #4 #2 #0 (6 left), and \
                    #0 (6 left) is right";
        assert!(panic.message.contains(says), "{panic:?}");
        assert!(caught(|| tests::<Judged>("weak-too-late")).is_ok());
    }
}

//! Start, stop, reset and fire with a thousand to a million timers pending.

use std::time::Duration;

use benches::Group;
use benches::cost::{Cost, Stopwatch};
use criterion::Criterion;

use crate::ours::Ours;
use crate::peers::{AsyncIo, Delays, Map, Tokio, TokioTask};
use crate::subject::{Filled, Subject};

/// A million only where the compiler optimises: a test run takes one step of
/// each benchmark, and need not wait for it.
const SIZES: &[usize] = if cfg!(debug_assertions) {
    &[1_000]
} else {
    &[1_000, 100_000, 1_000_000]
};

const HOUR: Duration = Duration::from_secs(3600);

type Step<S> = fn(&mut Filled<S>);

fn steps<S: Subject>(c: &mut Criterion, size: usize) {
    let steps: [(&str, Step<S>); 3] = [
        ("start-stop-one", Filled::start_and_stop),
        ("replace-one", Filled::replace_one),
        ("reset-one", Filled::reset_one),
    ];
    let mut filled = None;
    for (name, step) in steps {
        let mut group = Group::new(c, format!("timers/{name}/{size}"));
        group.bench_function(S::NAME, |b| {
            // Filled when the first of them is asked for, and only then.
            let filled =
                filled.get_or_insert_with(|| Filled::<S>::new(size, HOUR));
            b.iter(|| step(filled));
        });
    }
}

/// All of them fire; the time is that of one.
///
/// What is timed is the work of firing: starting and dropping are not in it,
/// nor a wait or a change of threads, because each library's clock is moved by
/// hand and the thread that moves it calls. `tokio` only wakes, by one waker
/// that counts; `tokio-task` runs a task for each timer, as ours a callback.
fn fire<S: Subject>(c: &mut Criterion, size: usize) {
    let mut group = Group::new(c, format!("timers/fire-one/{size}"));
    group.bench_function(S::NAME, |b| {
        b.iter_custom(|rounds| {
            // Criterion asks for some rounds; each is a timer, so that a
            // million are not filled in a thousand times.
            let fills = rounds.div_ceil(size as u64);
            let mut cost = Cost::NOTHING;
            for _ in 0..fills {
                let mut filled =
                    Filled::<S>::new(size, Duration::from_millis(1));
                let started = Stopwatch::start();
                filled.fire();
                cost += started.elapsed();
            }
            let fired = fills * size as u64;
            cost.mul_f64(rounds as f64 / fired as f64)
        });
    });
}

/// Every library at every size.
pub(crate) fn pending(c: &mut Criterion) {
    for &size in SIZES {
        steps::<Ours<3>>(c, size);
        steps::<Tokio>(c, size);
        steps::<Delays>(c, size);
        steps::<AsyncIo>(c, size);
        steps::<Map>(c, size);
        steps::<Ours<0>>(c, size);
        steps::<Ours<1>>(c, size);
        steps::<Ours<2>>(c, size);
    }
    for &size in SIZES {
        fire::<Ours<3>>(c, size);
        fire::<Tokio>(c, size);
        fire::<TokioTask>(c, size);
        fire::<Delays>(c, size);
        fire::<Map>(c, size);
        fire::<Ours<0>>(c, size);
        fire::<Ours<1>>(c, size);
        fire::<Ours<2>>(c, size);
    }
}

//! Futures beside futures: a sleep that is made, polled once and dropped, as
//! by a timeout of what is ready in time.
//!
//! On the system's clock, because a program asks that too.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use benches::Group;
use criterion::Criterion;
use timer_heap::Timers;

const HOUR: Duration = Duration::from_secs(3600);

/// How many sleeps are pending all the time.
const PENDING: usize = 1_000;

const SHORT: Duration = Duration::from_millis(400);

/// A task that is not to be woken: its waker is counted, as that of each
/// executor.
struct Asleep;

impl Wake for Asleep {
    fn wake(self: Arc<Self>) {
        unreachable!("an hour has passed");
    }
}

pub(crate) fn futures(c: &mut Criterion) {
    let timers = Timers::new();
    bench(c, "best", |d| timers.sleep_async(d));
    bench(c, "async-io", async_io::Timer::after);
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_time().build().expect("it can be built");
    let _context = runtime.enter();
    bench(c, "tokio", tokio::time::sleep);
}

fn bench<F: Future>(
    c: &mut Criterion,
    variant: &str,
    sleep: impl Fn(Duration) -> F,
) {
    let waker = Waker::from(Arc::new(Asleep));
    let poll = |future: Pin<&mut F>| {
        let polled = future.poll(&mut Context::from_waker(&waker));
        assert!(polled.is_pending());
    };
    let mut group = Group::new(c, format!("timers/sleep-poll-drop/{PENDING}"));
    group.measurement_time(SHORT).warm_up_time(SHORT / 4);
    group.bench_function(variant, |b| {
        let mut pending: Vec<_> =
            (0..PENDING).map(|_| Box::pin(sleep(HOUR))).collect();
        pending.iter_mut().for_each(|future| poll(future.as_mut()));
        b.iter(|| poll(pin!(sleep(2 * HOUR))));
    });
}

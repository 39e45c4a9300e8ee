//! One test body, three ways to run it.

use crate::lanes;
#[cfg(loom)]
use crate::observed;
#[cfg(any(loom, shuttle))]
use crate::report;

/// Runs `body` once; under `--cfg loom` in every interleaving; under `--cfg
/// shuttle` in 300 random ones.
///
/// Loom's own variables apply: `LOOM_MAX_PREEMPTIONS`, 3 unless it is set;
/// `LOOM_LOG=trace`, which prints every switch of threads; and
/// `LOOM_CHECKPOINT_FILE` with `LOOM_CHECKPOINT_INTERVAL=1`, which keep the
/// execution that failed and begin with it the next time. Shuttle prints
/// the seed and the schedule that failed; `SHUTTLE_RANDOM_SEED` repeats it.
/// `cargo loom` sets them, and shows what came of it.
///
/// # Panics
///
/// When `body` panics in any execution. The interleaving that failed is then
/// printed as [`lanes`].
///
/// ```
/// support::model(|| {
///     let sum = std::sync::atomic::AtomicUsize::new(1);
///     sum.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
///     assert_eq!(sum.into_inner(), 2);
/// });
/// ```
pub fn model(body: impl Fn() + Sync + Send + 'static) {
    model_within(3, body);
}

/// Like [`model`], with another bound on loom's preemptions: 2 for three
/// threads.
///
/// # Panics
///
/// As [`model`].
pub fn model_within(
    preemptions: usize,
    body: impl Fn() + Sync + Send + 'static,
) {
    lanes::print_on_panic();
    lanes::begin_model();
    #[cfg(loom)]
    observed::begin_model();
    #[cfg(not(any(loom, shuttle)))]
    {
        let _ = preemptions;
        lanes::begin();
        body();
    }
    #[cfg(shuttle)]
    {
        let _ = preemptions;
        let body = move || {
            lanes::begin();
            body();
        };
        // The same schedules each time; SHUTTLE_RANDOM_SEED gives others.
        let schedules = number("MODEL_SCHEDULES").unwrap_or(300);
        let seed = number("MODEL_SEED").unwrap_or(1);
        let schedules = usize::try_from(schedules).unwrap_or(usize::MAX);
        shuttle::check_random_with_seed(body, seed, schedules);
        report::end(lanes::executions(), None);
    }
    // ANCHOR: under-loom
    #[cfg(loom)]
    {
        let mut builder = loom::model::Builder::new();
        builder.preemption_bound =
            builder.preemption_bound.or(Some(preemptions));
        builder.checkpoint_file = report::checkpoint(builder.checkpoint_file);
        let bound = builder.preemption_bound;
        let check = move || {
            builder.check(move || {
                lanes::begin();
                body();
            });
        };
        logged(check);
        report::end(lanes::executions(), bound);
        observed::print();
    }
    // ANCHOR_END: under-loom
}

/// Returns the number in an environment variable, if it is there and is one.
#[cfg(shuttle)]
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Runs a check with loom's log on, if `LOOM_LOG` asks for it. `loom::model`
/// does so too, but takes no bound.
#[cfg(loom)]
fn logged(check: impl FnOnce()) {
    use tracing_subscriber::util::SubscriberInitExt;
    use tracing_subscriber::{EnvFilter, fmt};

    if std::env::var_os("LOOM_LOG").is_none() {
        return check();
    }
    let filter = EnvFilter::from_env("LOOM_LOG");
    let log = fmt::Subscriber::builder()
        .with_env_filter(filter)
        .with_test_writer()
        .without_time();
    let _on = log.finish().set_default();
    check();
}

//! One test body, three ways to run it.

use crate::lanes;

/// Runs `body` once; under `--cfg loom` in every interleaving; under `--cfg
/// shuttle` in 300 random ones.
///
/// Loom's own variables apply (`LOOM_MAX_PREEMPTIONS`, `LOOM_LOG`, ...); the
/// bound on preemptions is 3 unless the variable says otherwise. Shuttle prints
/// the seed and the schedule that failed; `SHUTTLE_RANDOM_SEED` repeats it.
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
        shuttle::check_random_with_seed(body, 1, 300);
    }
    // ANCHOR: under-loom
    #[cfg(loom)]
    {
        let mut builder = loom::model::Builder::new();
        builder.preemption_bound =
            builder.preemption_bound.or(Some(preemptions));
        builder.check(move || {
            lanes::begin();
            body();
        });
    }
    // ANCHOR_END: under-loom
}

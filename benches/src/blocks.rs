//! Targets that measure in two ways: by criterion, or, with `--blocks`, in
//! blocks of variants that take turns inside one process.

use std::process::ExitCode;

use bench_compare::blocks;
use bench_compare::blocks::alternate::Variants;
use bench_compare::blocks::program::Program;
use criterion::Criterion;

use crate::cost::Cost;

/// The `main` of a target: the `rows` of blocks if they are asked for, else
/// the groups of `criterion`.
///
/// The exit status is that of [`bench_compare::blocks::main`].
pub fn or_criterion(
    rows: impl FnOnce(&mut Program),
    criterion: fn(),
) -> ExitCode {
    if blocks::is_asked() {
        return blocks::main(rows);
    }
    criterion();
    Criterion::default().configure_from_args().final_summary();
    ExitCode::SUCCESS
}

/// Adds a variant that measures by a stopwatch of its own.
///
/// ```
/// use std::time::Duration;
/// use bench_compare::blocks::alternate::Variants;
/// use benches::blocks::add;
///
/// let mut variants = Variants::default();
/// add(&mut variants, "known", |rounds| {
///     (Duration::from_millis(1) * rounds as u32).into()
/// });
/// assert_eq!(variants.names(), ["known"]);
/// ```
pub fn add(
    variants: &mut Variants,
    name: &str,
    mut measure: impl FnMut(u64) -> Cost + 'static,
) {
    variants.add_custom(name, move |rounds| measure(rounds).time);
}

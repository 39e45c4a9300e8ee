//! Steps that a protocol must not leave out, turned off by their names.
//!
//! A protocol asks constants of a trait which of its steps it takes, so that
//! a planted bug is a type with one of them false. [`taken!`](crate::taken)
//! asks such a constant. In a model one may be turned off for a single run
//! besides, by the variable `MODEL_WITHOUT`; `cargo loom --without` sets it.

/// Asks a constant of a trait `Steps` whether a step is taken.
///
/// It is the constant and nothing else, unless the build is one for models.
///
/// ```
/// use support::taken;
///
/// trait Steps {
///     const WAKES: bool = true;
/// }
/// struct Sound;
/// impl Steps for Sound {}
///
/// fn unlock<S: Steps>() -> &'static str {
///     if taken!(S::WAKES) { "wake one" } else { "wake nobody" }
/// }
/// assert_eq!(unlock::<Sound>(), "wake one");
/// ```
#[cfg(not(any(loom, shuttle)))]
#[macro_export]
macro_rules! taken {
    ($steps:ident::$step:ident) => {
        $steps::$step
    };
}

/// Asks a constant of a trait `Steps`, and `MODEL_WITHOUT`, whether a step is
/// taken.
#[cfg(any(loom, shuttle))]
#[macro_export]
macro_rules! taken {
    ($steps:ident::$step:ident) => {
        $crate::steps::is_on(stringify!($step)) && $steps::$step
    };
}

/// Returns true unless `MODEL_WITHOUT` names the step.
#[cfg(any(loom, shuttle))]
pub fn is_on(step: &'static str) -> bool {
    use std::sync::OnceLock;

    static WITHOUT: OnceLock<Option<String>> = OnceLock::new();
    #[cfg(loom)]
    crate::observed::step(step);
    let without = WITHOUT.get_or_init(|| std::env::var("MODEL_WITHOUT").ok());
    without.as_deref() != Some(step)
}

/// Returns true: outside models every step is taken.
#[cfg(not(any(loom, shuttle)))]
#[inline(always)]
pub const fn is_on(_: &'static str) -> bool {
    true
}

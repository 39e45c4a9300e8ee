//! Which step a planted bug leaves out.
//!
//! The real code asks these constants; [`Sound`] answers as the algorithm
//! needs it, and each other type lies in one answer. The models in
//! `tests/loom` prove that each lie is found.

use support::sync::atomic::Ordering;

/// The steps that a concurrent algorithm must not leave out.
pub trait Plan: Default + Send + Sync + 'static {
    /// How the unlock publishes what the holder wrote.
    const UNLOCK: Ordering = Ordering::Release;
    /// Whether the unlock wakes a sleeper.
    const WAKE: bool = true;
}

macro_rules! plans {
    ($($(#[$doc:meta])* $name:ident { $($answer:item)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Default)]
        pub struct $name;
        impl Plan for $name { $($answer)* }
    )*};
}

plans! {
    /// Leaves out nothing.
    Sound {}
    /// Unlocks without publishing what the holder wrote.
    RelaxedUnlock { const UNLOCK: Ordering = Ordering::Relaxed; }
    /// Unlocks without waking the sleeper.
    LostWake { const WAKE: bool = false; }
}

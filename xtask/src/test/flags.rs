//! Flags for the compiler that a user has set.

/// Where they may be; the first that is set counts.
pub(super) const FLAGS: [&str; 3] =
    ["CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS"];

/// Says what becomes of them, if there are any.
pub(super) fn say() {
    let set = FLAGS.into_iter().find_map(|name| {
        let flags = std::env::var(name).ok()?;
        Some((name, flags)).filter(|(_, flags)| !flags.is_empty())
    });
    if let Some((name, flags)) = set {
        println!(
            "{name} is set ({flags:?}). It holds for the plain steps; loom, \
             shuttle, miri, asan, tsan and narrow have flags of their own."
        );
    }
}

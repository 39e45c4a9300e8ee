//! What each stage asks for.

use super::kernel::Settings;

/// The name that a container gets.
pub(super) const NAME: &str = "lab";

/// The code that the program ends with.
pub(super) const CODE: u8 = 7;

/// What a stage asks for; each asks for what those before it ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Maps,
    Name,
    Root,
    Init,
}

impl Stage {
    /// Returns what is started, with this root.
    pub(super) fn settings(self, root: &str) -> Settings {
        Settings {
            hostname: (self >= Self::Name).then(|| NAME.to_owned()),
            root: (self >= Self::Root).then(|| root.to_owned()),
            has_init: self >= Self::Init,
            program: "program".to_owned(),
        }
    }
}

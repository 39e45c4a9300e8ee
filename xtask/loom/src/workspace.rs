//! Where the workspace is, and where models are built.

pub(crate) use support::workspace::{relative, root, target};

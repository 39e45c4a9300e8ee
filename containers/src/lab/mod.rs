//! The wrong ways, each with what goes wrong.

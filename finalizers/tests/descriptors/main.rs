//! Everything that opens descriptors, each test alone in a process.

mod child;
mod file;
mod get_fd;

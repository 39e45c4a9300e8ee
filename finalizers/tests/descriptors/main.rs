//! Everything that opens descriptors, each test alone in a process.

#![cfg(unix)]

mod child;
mod close_errors;
mod collected_file;
mod file;
mod get_fd;
#[cfg(all(target_os = "linux", target_endian = "little"))]
mod interrupted;
mod leak;
mod owner;
#[cfg(target_os = "linux")]
mod polled_fd;

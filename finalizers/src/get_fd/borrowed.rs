//! A borrowed descriptor: the compiler refuses to return it.
//!
//! A `BorrowedFd` carries the lifetime of the file it was borrowed from, so
//! it cannot leave the function that owns the file:
//!
//! ```compile_fail,E0515
//! use finalizers::file::File;
//! use std::os::fd::{AsFd, BorrowedFd};
//!
//! fn get_fd(path: &str) -> std::io::Result<BorrowedFd<'_>> {
//!     let file = File::open(path)?;
//!     Ok(file.as_fd()) // error: returns a value that borrows from `file`
//! }
//! ```
//!
//! What compiles is a function that borrows the file of its caller:
//!
//! ```
//! use finalizers::file::File;
//! use std::os::fd::{AsFd, BorrowedFd};
//!
//! fn fd_of(file: &File) -> BorrowedFd<'_> {
//!     file.as_fd()
//! }
//!
//! let file = File::open("/dev/null")?;
//! let descriptor = fd_of(&file);
//! // From here on `file` cannot be closed while `descriptor` is in use.
//! # let _ = descriptor;
//! # Ok::<(), std::io::Error>(())
//! ```

//! Random programs that do nothing but defer, panic, recover, exit and call,
//! for a comparison with real Go.
//!
//! One program is run three ways: [`machine`] runs it on a generation of
//! [`defer`](crate::defer), [`go_source`] writes it as Go, and a recorded
//! trace of that Go says what is right. All numbers that a program says are
//! counted from what it has said before, so the text of a program is short:
//!
//! | text | statement |
//! |---|---|
//! | `s` | says something |
//! | `p`, `x` | panics; fails as an index out of range does |
//! | `r`, `R` | recovers; recovers and panics with what it got |
//! | `g` | ends the goroutine |
//! | `v`, `w` | returns; sets the named result |
//! | `c3`, `d3` | calls function 3; defers a call of it |
//! | `D(..)` | defers a closure |
//! | `I(..)(..)` | does the one or the other, as the count is even or odd |
//! | `L(..)` | does it nine times: more often than there is room for |
//!
//! A function's text follows `|`, with an `n` if its result has a name.
//!
//! ```
//! use queue_locks::defer::{OpenCoded, Rules};
//! use queue_locks::programs::{Program, machine};
//!
//! let program: Program = "|D(r)p".parse()?;
//! let trace = machine::run::<OpenCoded>(&program, Rules::Go1_27);
//! assert_eq!(trace, ["E 0 0", "D 1", "V 1001", "END 0"]);
//! # Ok::<(), queue_locks::programs::Malformed>(())
//! ```
//!
//! | file | what is there |
//! |---|---|
//! | `program` | what a program is |
//! | `text` | a program from its text, and back |
//! | [`random`] | a random program |
//! | [`machine`] | runs a program on a generation |
//! | [`go_source`] | writes programs as Go |

pub mod go_source;
pub mod machine;
mod program;
pub mod random;
mod text;

pub use program::{BUDGET, Function, Program, Statement, TURNS};
pub use text::Malformed;

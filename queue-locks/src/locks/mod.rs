//! The locks, one a file, all behind [`RawLock`](crate::RawLock).
//!
//! Any thread may lock or try to; the one that got through, and no other,
//! unlocks. A waiter either looks at the word again and again, or sleeps on
//! it until an unlock wakes it; which of the two is in the table. The word of
//! each lock is documented at its field, with who may change what.
//!
//! | lock | state | waits by | serves |
//! |---|---|---|---|
//! | [`TwoState`] | unlocked, locked | futex; a system call at each unlock | anyone |
//! | [`ThreeState`] | unlocked, locked, locked with waiters | futex | anyone |
//! | [`Spin`] | unlocked, locked | looking again | anyone |
//! | [`Ticket`] | next number, number served | looking again | in order |
//! | [`Mcs`] | a list of nodes, one a waiter | looking again, each at its own node | in order |
//! | [`Go`] | locked, woken, starving, waiters | semaphore | in order, once somebody starves |
//! | [`Std`] | the mutex of `std` | futex on Linux | anyone |
//! | [`ParkingLot`] | the mutex of `parking_lot` | a queue of parked threads | anyone |

mod go;
mod mcs;
mod parking_lot;
mod spin;
mod std;
mod three_state;
mod ticket;
mod two_state;

pub use self::go::Go;
pub use self::mcs::Mcs;
pub use self::parking_lot::ParkingLot;
pub use self::spin::Spin;
pub use self::std::Std;
pub use self::three_state::ThreeState;
pub use self::ticket::Ticket;
pub use self::two_state::TwoState;

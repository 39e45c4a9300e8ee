//! The locks, one a file, all behind [`RawLock`](crate::RawLock).
//!
//! | lock | word | waits by |
//! |---|---|---|
//! | [`ThreeState`] | 0 unlocked, 1 locked, 2 locked with waiters | futex |
//! | [`Std`] | the mutex of `std` | futex on Linux |
//! | [`ParkingLot`] | the mutex of `parking_lot` | a queue of parked threads |

mod parking_lot;
mod std;
mod three_state;

pub use self::parking_lot::ParkingLot;
pub use self::std::Std;
pub use self::three_state::ThreeState;

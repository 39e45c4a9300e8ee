//! A panic that is caught leaves all of these as usable as before.
//!
//! Every change is made under a lock that no callback runs under, so nobody
//! can see one that is half made. `std`'s locks and channels say the same.

use std::panic::{RefUnwindSafe, UnwindSafe};

use crate::builder::Builder;
use crate::channel::{ChannelTimer, Ticker};
use crate::fake_time::FakeTime;
use crate::legacy_channel::LegacyTimer;
use crate::sleep::Sleep;
use crate::timer::Timer;
use crate::timers::{Timers, WeakTimers};

macro_rules! unwind_safe {
    ($($name:ident)*) => {
        $(
            impl UnwindSafe for $name {}
            impl RefUnwindSafe for $name {}
        )*
    };
}

unwind_safe!(Builder ChannelTimer FakeTime LegacyTimer Sleep Ticker Timer Timers WeakTimers);

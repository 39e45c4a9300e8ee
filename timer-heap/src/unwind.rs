//! A panic that is caught leaves all of these as usable as before.
//!
//! Every change is made under a lock that no callback runs under, so nobody
//! can see one that is half made. `std`'s locks and channels say the same.

use std::panic::{RefUnwindSafe, UnwindSafe};

use crate::builder::Builder;
use crate::channel::{ChannelTimer, Ticker};
use crate::fake_time::FakeTime;
use crate::interval::Interval;
use crate::legacy_channel::LegacyTimer;
use crate::own_timer::{OwnTimer, SharedTimer};
use crate::periodic::Periodic;
use crate::recv_async::Recv;
use crate::sleep::Sleep;
use crate::ticks::{IntoTicks, Ticks};
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

unwind_safe!(Builder ChannelTimer FakeTime Interval IntoTicks LegacyTimer);
unwind_safe!(OwnTimer Periodic SharedTimer Sleep Ticker Timer Timers);
unwind_safe!(WeakTimers);

impl UnwindSafe for Recv<'_> {}
impl RefUnwindSafe for Recv<'_> {}
impl UnwindSafe for Ticks<'_> {}
impl RefUnwindSafe for Ticks<'_> {}

#[cfg(feature = "stream")]
impl UnwindSafe for crate::stream::TickerStream {}
#[cfg(feature = "stream")]
impl RefUnwindSafe for crate::stream::TickerStream {}

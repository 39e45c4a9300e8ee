//! The obviously right service: it looks at every timer to find the first.

use std::collections::BTreeMap;

use crate::program::{Act, MOST_CALLS, MOST_FIRED};
use crate::program::{Pass, Program, Seen, Whose};

/// The clock's far future, as `Instant` has one.
const FOREVER: i64 = i64::MAX - 1;

#[derive(Default)]
pub(crate) struct Model {
    now: i64,
    /// When the service ended.
    end: Option<i64>,
    timers: Vec<Timer>,
    /// Deadlines of those that are armed.
    armed: BTreeMap<usize, i64>,
    channels: Vec<Channel>,
    sleeps: Vec<Option<Sleep>>,
    seen: Vec<Seen>,
    fired: usize,
    has_ties: bool,
}

struct Timer {
    then: Vec<Act>,
    has_handle: bool,
    calls: usize,
}

struct Channel {
    next: Option<i64>,
    period: i64,
    /// When it was made or reset.
    set: i64,
}

struct Sleep {
    when: i64,
    is_waiting: bool,
}

/// Returns the place that a number names, and nothing where there is none.
pub(crate) fn turn(number: usize, of: usize) -> Option<usize> {
    number.checked_rem(of)
}

impl Model {
    /// Returns what is seen, or nothing for a program with ties or without end.
    pub(crate) fn run(program: &Program) -> Option<Vec<Seen>> {
        let mut model = Self::default();
        for (act, d) in &program.steps {
            model.act(act, Whose::Program);
            if let Some(d) = d {
                model.pass(program.pass, *d);
            }
            let pending = model.pending();
            model.seen.push(Seen::After { pending, now: model.now });
        }
        let is_clear = !model.has_ties && model.fired < MOST_FIRED;
        is_clear.then_some(model.seen)
    }

    fn after(&self, d: i64) -> i64 {
        self.now.saturating_add(d).min(FOREVER)
    }

    fn pending(&self) -> usize {
        self.armed.len() + self.waiting().count()
    }

    /// Returns the deadlines of futures that are waited for.
    fn waiting(&self) -> impl Iterator<Item = i64> {
        let sleeps = self.sleeps.iter().flatten();
        let waiting = sleeps.filter(|sleep| {
            sleep.is_waiting && sleep.when > self.now && self.end.is_none()
        });
        waiting.map(|sleep| sleep.when)
    }

    fn first(&self) -> Option<(usize, i64)> {
        let armed = self.armed.iter().map(|(&timer, &when)| (timer, when));
        armed.min_by_key(|&(_, when)| when)
    }

    fn pass(&mut self, pass: Pass, d: i64) {
        let end = match pass {
            Pass::Advance | Pass::Skip => self.after(d),
            Pass::Jump => {
                let first = self.first().map(|(_, when)| when);
                let next = first.into_iter().chain(self.waiting()).min();
                next.map_or(self.now, |next| next.max(self.now))
            }
        };
        if !matches!(pass, Pass::Advance) {
            self.now = end;
        }
        while let Some((timer, when)) = self.first() {
            if when > end || self.fired >= MOST_FIRED {
                break;
            }
            self.now = self.now.max(when);
            self.fire(timer);
        }
        self.now = end;
    }

    fn fire(&mut self, timer: usize) {
        self.armed.remove(&timer);
        self.seen.push(Seen::Fired { timer, now: self.now });
        self.fired += 1;
        self.timers[timer].calls += 1;
        if self.timers[timer].calls <= MOST_CALLS {
            for act in self.timers[timer].then.clone() {
                if matches!(act, Act::Panic) {
                    break;
                }
                self.act(&act, Whose::Callback);
            }
        }
    }

    /// Arms a timer. Returns true if it was armed.
    fn arm(&mut self, timer: usize, d: i64) -> bool {
        let was_armed = self.armed.remove(&timer).is_some();
        let when = self.after(d);
        if self.end.is_none() {
            self.has_ties |= self.armed.values().any(|&other| other == when);
            self.armed.insert(timer, when);
        }
        was_armed
    }

    fn act(&mut self, act: &Act, whose: Whose) {
        let seen = match *act {
            Act::Start { after, ref then } => {
                let then = then.clone();
                let new = Timer { then, has_handle: true, calls: 0 };
                self.timers.push(new);
                self.arm(self.timers.len() - 1, after);
                None
            }
            Act::Stop(it) | Act::Cancel(it) => self.handle(it).map(|timer| {
                self.timers[timer].has_handle &= matches!(act, Act::Stop(_));
                Seen::Was(self.armed.remove(&timer).is_some())
            }),
            Act::Reset(it, d) => {
                self.handle(it).map(|timer| Seen::Was(self.arm(timer, d)))
            }
            Act::Release(it) => {
                if let Some(timer) = self.handle(it) {
                    self.timers[timer].has_handle = false;
                }
                None
            }
            Act::Channel(d) => self.open(d, 0),
            Act::Ticker(d) => self.open(d, d),
            Act::Receive(it) => self.channel(it).map(|it| {
                let end = self.end.map(|end| end.max(self.channels[it].set));
                let now = end.map_or(self.now, |end| end.min(self.now));
                Seen::Received(self.channels[it].take(now))
            }),
            Act::StopChannel(it) => self.channel(it).map(|it| {
                let was = self.channels[it].has_value(self.end);
                self.channels[it].next = None;
                Seen::Was(was)
            }),
            Act::ResetChannel(it, d) => self.channel(it).map(|it| {
                let next = Some(self.after(d));
                let channel = &mut self.channels[it];
                let period = if channel.period > 0 { d } else { 0 };
                let new = Channel { next, period, set: self.now };
                let was = channel.has_value(self.end);
                *channel = new;
                Seen::Was(was)
            }),
            Act::Sleep(d) => {
                let when = self.after(d);
                self.sleeps.push(Some(Sleep { when, is_waiting: false }));
                None
            }
            Act::Poll(it) => self.poll(it, whose),
            Act::DropSleep(it) => {
                if let Some(it) = turn(it, self.sleeps.len()) {
                    self.sleeps[it] = None;
                }
                None
            }
            Act::Panic => None,
            Act::ShutDown => {
                self.end = self.end.or(Some(self.now));
                self.armed.clear();
                None
            }
        };
        self.seen.extend(seen);
    }

    fn handle(&self, number: usize) -> Option<usize> {
        let timer = turn(number, self.timers.len());
        timer.filter(|&timer| self.timers[timer].has_handle)
    }

    fn channel(&self, number: usize) -> Option<usize> {
        turn(number, self.channels.len())
    }

    fn open(&mut self, d: i64, period: i64) -> Option<Seen> {
        let next = Some(self.after(d));
        self.channels.push(Channel { next, period, set: self.now });
        None
    }

    /// A future that was shut down is not polled: it would panic.
    fn poll(&mut self, number: usize, whose: Whose) -> Option<Seen> {
        let it = turn(number, self.sleeps.len())?;
        let (now, end) = (self.now, self.end);
        let sleep = self.sleeps[it].as_mut()?;
        let is_ready = now >= sleep.when;
        if end.is_some() {
            return None;
        }
        let was_woken = whose.sees_wakes() && sleep.is_waiting && is_ready;
        sleep.is_waiting = !is_ready;
        Some(Seen::Ready { is_ready, was_woken })
    }
}

impl Channel {
    /// Returns true if a value is there, or comes before the service's end.
    fn has_value(&self, end: Option<i64>) -> bool {
        let is_too_late =
            |next| end.is_some_and(|end| next > end.max(self.set));
        self.next.is_some_and(|next| !is_too_late(next))
    }

    /// Returns the value that is due, and skips ticks that nobody took.
    fn take(&mut self, now: i64) -> Option<i64> {
        let due = self.next.filter(|&next| next <= now)?;
        self.next = None;
        if self.period > 0 {
            let missed = (now - due) / self.period;
            let last = due.saturating_add(missed.saturating_mul(self.period));
            self.next = Some(last.saturating_add(self.period).min(FOREVER));
        }
        Some(due)
    }
}

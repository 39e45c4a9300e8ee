//! A program on the crate's own service.

use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use timer_heap::{ChannelTimer, FakeTime, Generation};
use timer_heap::{Sleep, Ticker, Timer, Timers};

use crate::common::Task;
use crate::model::turn;
use crate::program::{Act, MOST_CALLS, MOST_FIRED};
use crate::program::{Pass, Program, Seen, Whose};

pub(crate) struct World {
    timers: Timers,
    time: FakeTime,
    origin: Instant,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    handles: Vec<Option<Arc<Timer>>>,
    calls: Vec<usize>,
    fired: usize,
    channels: Vec<Arc<Channel>>,
    sleeps: Vec<Option<Future>>,
    seen: Vec<Seen>,
}

enum Channel {
    Once(ChannelTimer),
    Ticks(Ticker),
}

struct Future {
    sleep: Sleep,
    task: Arc<Task>,
    /// How often the task had been woken at the last poll.
    woken: usize,
}

fn nanos(d: i64) -> Duration {
    Duration::from_nanos(d.unsigned_abs())
}

impl World {
    pub(crate) fn run(generation: Generation, program: &Program) -> Vec<Seen> {
        let (timers, time) =
            Timers::builder().generation(generation).build_fake();
        let (origin, state) = (timers.now(), Mutex::default());
        let world = Arc::new(Self { timers, time, origin, state });
        for (act, d) in &program.steps {
            world.act(act, Whose::Program);
            if let Some(d) = *d {
                world.pass(program.pass, d);
            }
            let (pending, now) = (world.timers.pending(), world.now());
            world.state().seen.push(Seen::After { pending, now });
        }
        std::mem::take(&mut world.state().seen)
    }

    /// No lock of the test is held during a call of the service.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn since(&self, instant: Instant) -> i64 {
        let since = instant.duration_since(self.origin).as_nanos();
        since.try_into().expect("it is within the clock's range")
    }

    fn now(&self) -> i64 {
        self.since(self.timers.now())
    }

    fn pass(&self, pass: Pass, d: i64) {
        match pass {
            Pass::Advance => self.time.advance(nanos(d)),
            Pass::Skip => drop(self.time.skip(nanos(d))),
            Pass::Jump => drop(self.time.jump()),
        }
    }

    fn act(self: &Arc<Self>, act: &Act, whose: Whose) {
        let seen = match *act {
            Act::Start { after, ref then } => {
                self.start(after, then.clone());
                None
            }
            Act::Stop(it) => self.handle(it).map(|it| Seen::Was(it.stop())),
            Act::Reset(it, d) => {
                self.handle(it).map(|it| Seen::Was(it.reset(nanos(d))))
            }
            Act::Cancel(it) => self.take_handle(it).map(|timer| {
                let timer = Arc::into_inner(timer);
                Seen::Was(timer.expect("it is nobody else's").cancel())
            }),
            Act::Release(it) => {
                drop(self.take_handle(it));
                None
            }
            Act::Channel(d) => {
                self.open(Channel::Once(self.timers.timer(nanos(d))))
            }
            Act::Ticker(d) => {
                self.open(Channel::Ticks(self.timers.ticker(nanos(d))))
            }
            Act::Receive(it) => self.channel(it).map(|channel| {
                let due = match &*channel {
                    Channel::Once(timer) => timer.try_recv(),
                    Channel::Ticks(ticker) => ticker.try_recv(),
                };
                Seen::Received(due.map(|due| self.since(due)))
            }),
            Act::StopChannel(it) => self.channel(it).map(|channel| {
                Seen::Was(match &*channel {
                    Channel::Once(timer) => timer.stop(),
                    Channel::Ticks(ticker) => ticker.stop(),
                })
            }),
            Act::ResetChannel(it, d) => self.channel(it).map(|channel| {
                Seen::Was(match &*channel {
                    Channel::Once(timer) => timer.reset(nanos(d)),
                    Channel::Ticks(ticker) => ticker.reset(nanos(d)),
                })
            }),
            Act::Sleep(d) => {
                let sleep = self.timers.sleep_async(nanos(d));
                let task = Arc::default();
                let new = Future { sleep, task, woken: 0 };
                self.state().sleeps.push(Some(new));
                None
            }
            Act::Poll(it) => self.poll(it, whose),
            Act::DropSleep(it) => {
                drop(self.take_sleep(it));
                None
            }
            Act::Panic => None,
            Act::ShutDown => {
                self.timers.shut_down();
                None
            }
        };
        self.state().seen.extend(seen);
    }

    fn start(self: &Arc<Self>, after: i64, then: Vec<Act>) {
        let mut state = self.state();
        let number = state.handles.len();
        state.handles.push(None);
        state.calls.push(0);
        drop(state);
        let world = Arc::downgrade(self);
        let call = move || Self::call(&world, number, &then);
        let timer = Arc::new(self.timers.after_func(nanos(after), call));
        self.state().handles[number] = Some(timer);
    }

    fn call(world: &Weak<Self>, timer: usize, then: &[Act]) {
        let world = world.upgrade().expect("the clock is moved by its owner");
        let now = world.now();
        let mut state = world.state();
        state.seen.push(Seen::Fired { timer, now });
        state.calls[timer] += 1;
        state.fired += 1;
        let is_over = state.fired >= MOST_FIRED;
        let does = state.calls[timer] <= MOST_CALLS && !is_over;
        drop(state);
        for act in then.iter().filter(|_| does) {
            if matches!(act, Act::Panic) {
                // Unlike `panic!` it prints nothing.
                resume_unwind(Box::new("the program says so"));
            }
            world.act(act, Whose::Callback);
        }
    }

    fn handle(&self, number: usize) -> Option<Arc<Timer>> {
        let state = self.state();
        let it = turn(number, state.handles.len())?;
        state.handles[it].clone()
    }

    fn take_handle(&self, number: usize) -> Option<Arc<Timer>> {
        let mut state = self.state();
        let it = turn(number, state.handles.len())?;
        state.handles[it].take()
    }

    fn open(&self, channel: Channel) -> Option<Seen> {
        self.state().channels.push(Arc::new(channel));
        None
    }

    fn channel(&self, number: usize) -> Option<Arc<Channel>> {
        let state = self.state();
        let it = turn(number, state.channels.len())?;
        Some(Arc::clone(&state.channels[it]))
    }

    fn take_sleep(&self, number: usize) -> Option<(usize, Future)> {
        let mut state = self.state();
        let it = turn(number, state.sleeps.len())?;
        Some((it, state.sleeps[it].take()?))
    }

    fn poll(&self, number: usize, whose: Whose) -> Option<Seen> {
        if self.timers.is_shut_down() {
            return None;
        }
        let (it, mut future) = self.take_sleep(number)?;
        let woken = future.task.woken();
        let was_woken = whose.sees_wakes() && woken > future.woken;
        future.woken = woken;
        let is_ready = future.task.poll(Pin::new(&mut future.sleep)).is_ready();
        self.state().sleeps[it] = Some(future);
        Some(Seen::Ready { is_ready, was_woken })
    }
}

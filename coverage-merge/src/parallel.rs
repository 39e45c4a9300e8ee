//! The union of many inputs, by one thread or by several.
//!
//! ```text
//! the caller     run -> several -> read_shares: starts the workers, reads the
//!                first share itself; calls `done` for its own inputs, and for
//!                those that came over the channel
//! each worker    share: reads its inputs one after the other into a union of
//!                its own; sends the place of each input that it has read
//! the caller     joins the workers; unite: the unions become one
//! ```
//!
//! There is no lock, because nothing is shared but the list of inputs: each
//! union belongs to one thread until that thread has ended.

use std::sync::mpsc::channel;
// Not modelled: loom lacks scoped threads, and these write nothing shared.
use std::thread;

use crate::error::Error;
use crate::input::Input;
use crate::profile::Profile;

/// Merges many inputs, in the way that its fields say.
#[derive(Clone, Copy, Debug)]
pub struct Merger {
    /// How many threads read; each has its own union until the end. More
    /// than there are inputs are not started; 0 is taken as 1.
    pub threads: usize,
    /// Whether every count becomes 0 or 1, so that all modes merge.
    pub as_set: bool,
}

/// The union of one thread's inputs, or its first error and the place of the
/// input that has it.
type Part = Result<Profile, (usize, Error)>;

impl Default for Merger {
    fn default() -> Self {
        Self { threads: 1, as_set: false }
    }
}

impl Merger {
    /// Reads and merges all `inputs`; calls `done` after each.
    ///
    /// The counts do not depend on the order of the inputs nor on the number
    /// of threads. Which input had a block first does: where blocks of one
    /// input overlap (`//line`) and another input has some of them, it decides
    /// whether [`Profile::resolve`] takes them for a conflict.
    ///
    /// # Errors
    ///
    /// As [`Profile::read`], for the first input that fails.
    pub fn run(
        self,
        inputs: &[Input],
        done: impl FnMut(&Input),
    ) -> Result<Profile, Error> {
        self.run_from(&Profile::new(), inputs, done)
    }

    /// As [`run`](Self::run), into profiles that read as `empty` does, which
    /// may be [lenient](Profile::lenient).
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn run_from(
        self,
        empty: &Profile,
        inputs: &[Input],
        mut done: impl FnMut(&Input),
    ) -> Result<Profile, Error> {
        let empty =
            Profile { as_set: self.as_set || empty.as_set, ..empty.clone() };
        let threads = self.threads.clamp(1, inputs.len().max(1));
        if threads > 1 {
            return several(&empty, inputs, threads, done);
        }
        let all: Vec<usize> = (0..inputs.len()).collect();
        let part = share(&empty, inputs, &all, |at| done(&inputs[at]));
        part.map_err(|(_, error)| error)
    }
}

fn several(
    empty: &Profile,
    inputs: &[Input],
    threads: usize,
    done: impl FnMut(&Input),
) -> Result<Profile, Error> {
    let shares = shares(inputs, threads);
    unite(read_shares(empty, inputs, &shares, done))
}

/// Reads each share by a thread, the first by this one.
fn read_shares(
    empty: &Profile,
    inputs: &[Input],
    shares: &[Vec<usize>],
    mut done: impl FnMut(&Input),
) -> Vec<Part> {
    let (first, others) = shares.split_first().expect("some threads");
    thread::scope(|scope| {
        let (sender, receiver) = channel();
        let mut workers = Vec::with_capacity(others.len());
        for places in others {
            let sender = sender.clone();
            workers.push(scope.spawn(move || {
                share(empty, inputs, places, |at| {
                    // It is taken, unless `done` has panicked.
                    let _ = sender.send(at);
                })
            }));
        }
        drop(sender);
        let here = share(empty, inputs, first, |at| {
            done(&inputs[at]);
            receiver.try_iter().for_each(|at| done(&inputs[at]));
        });
        receiver.iter().for_each(|at| done(&inputs[at]));
        let join = |worker: thread::ScopedJoinHandle<'_, Part>| {
            worker.join().expect("reading does not panic")
        };
        [here].into_iter().chain(workers.into_iter().map(join)).collect()
    })
}

/// Reads the inputs of one thread, whose places ascend.
fn share(
    empty: &Profile,
    inputs: &[Input],
    share: &[usize],
    mut done: impl FnMut(usize),
) -> Part {
    let mut union = empty.clone();
    for &at in share {
        inputs[at].read(&mut union).map_err(|error| (at, error))?;
        done(at);
    }
    Ok(union)
}

/// Returns the union of all parts, or the error that a single thread would
/// have met: each thread stops at its first, and of those it is the first.
fn unite(parts: Vec<Part>) -> Result<Profile, Error> {
    let (mut unions, mut errors) = (Vec::new(), Vec::new());
    for part in parts {
        match part {
            Ok(union) => unions.push(union),
            Err(error) => errors.push(error),
        }
    }
    if let Some((_, error)) = errors.into_iter().min_by_key(|(at, _)| *at) {
        return Err(error);
    }
    let mut unions = unions.into_iter();
    let mut all = unions.next().expect("one for each thread");
    unions.try_for_each(|union| all.absorb(union))?;
    Ok(all)
}

/// Returns the places of the inputs that each thread reads: the largest input
/// first, each to the thread that has least.
fn shares(inputs: &[Input], threads: usize) -> Vec<Vec<usize>> {
    let mut sizes: Vec<(u64, usize)> = inputs
        .iter()
        .enumerate()
        .map(|(at, input)| (input.size() + 1, at))
        .collect();
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    let mut shares = vec![(0, Vec::new()); threads];
    for (size, at) in sizes {
        let least = shares.iter_mut().min_by_key(|share| share.0);
        let share = least.expect("at least one thread");
        share.0 += size;
        share.1.push(at);
    }
    let ascending = |(_, mut share): (u64, Vec<usize>)| {
        share.sort_unstable();
        share
    };
    shares.into_iter().map(ascending).collect()
}

//! The union of many inputs, by one thread or by several.

use std::iter;
use std::sync::mpsc::channel;
use std::thread;

use crate::error::Error;
use crate::inputs::Input;
use crate::profile::Profile;

/// How to merge.
#[derive(Clone, Copy, Debug)]
pub struct Merger {
    /// How many threads read; each has its own union until the end. More
    /// than there are inputs are not started; 0 is taken as 1.
    pub threads: usize,
    /// Whether every count becomes 0 or 1, so that all modes merge.
    pub as_set: bool,
}

impl Default for Merger {
    fn default() -> Self {
        Self { threads: 1, as_set: false }
    }
}

impl Merger {
    /// Reads and merges all `inputs`; calls `done` after each.
    ///
    /// The result does not depend on the order of the inputs nor on the
    /// number of threads.
    ///
    /// # Errors
    ///
    /// As [`Profile::read`], for the first input that fails.
    pub fn run(
        self,
        inputs: &[Input],
        mut done: impl FnMut(&Input),
    ) -> Result<Profile, Error> {
        let threads = self.threads.clamp(1, inputs.len().max(1));
        if threads == 1 {
            let mut union = self.profile();
            for input in inputs {
                input.read(&mut union)?;
                done(input);
            }
            return Ok(union);
        }
        let shares = shares(inputs, threads);
        let (first, others) = shares.split_first().expect("some threads");
        let mut partial: Vec<_> = thread::scope(|scope| {
            let (sender, receiver) = channel();
            let mut workers = Vec::with_capacity(others.len());
            for share in others {
                let sender = sender.clone();
                workers.push(scope.spawn(move || {
                    // The receiver waits for all senders.
                    self.share(inputs, share, |at| {
                        let _ = sender.send(at);
                    })
                }));
            }
            drop(sender);
            let here = self.share(inputs, first, |at| {
                done(&inputs[at]);
                receiver.try_iter().for_each(|at| done(&inputs[at]));
            });
            receiver.iter().for_each(|at| done(&inputs[at]));
            let join = |worker: thread::ScopedJoinHandle<'_, _>| {
                worker.join().expect("reading does not panic")
            };
            iter::once(here).chain(workers.into_iter().map(join)).collect()
        });
        // Each thread stops at its first error; the first of those is the
        // one that a single thread would have met.
        if let Some(first) = partial
            .iter()
            .enumerate()
            .filter_map(|(at, part)| Some((part.as_ref().err()?.0, at)))
            .min()
        {
            let error = partial.swap_remove(first.1).err();
            return Err(error.expect("found by its being one").1);
        }
        let mut parts = partial.into_iter().flatten();
        let mut union = parts.next().unwrap_or_else(|| self.profile());
        parts.try_for_each(|part| union.absorb(part))?;
        Ok(union)
    }

    fn profile(self) -> Profile {
        match self.as_set {
            true => Profile::as_set(),
            false => Profile::new(),
        }
    }

    /// What one thread does: the inputs of its share, in ascending order.
    fn share(
        self,
        inputs: &[Input],
        share: &[usize],
        mut done: impl FnMut(usize),
    ) -> Result<Profile, (usize, Error)> {
        let mut union = self.profile();
        for &at in share {
            inputs[at].read(&mut union).map_err(|error| (at, error))?;
            done(at);
        }
        Ok(union)
    }
}

/// Which inputs each thread reads: the largest first, each to the thread
/// that has least.
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

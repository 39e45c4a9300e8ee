//! What passes between a queue and a worker while the worker holds its lock:
//! callbacks that were called go back, and what is due comes out.
//!
//! Each function is compiled for each type of queue: so which one it is is
//! asked once in a visit, and not for every step of it.
//!
//! Who calls what: a worker, under the lock of the queue's shard. What is left
//! to drop goes to the batch's garbage, and is dropped after unlocking.

use support::taken;

use crate::service::batch::{Batch, BatchSlot};
use crate::service::callback::{Callback, Task};
use crate::structures::steps::Steps;
use crate::structures::timer_queue::{Expired, HandleQueue};
use crate::time::clock::FOREVER;

/// What a visit of a worker left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rest {
    /// Nothing that is due.
    Nothing,
    /// Perhaps something that is due.
    More,
}

/// Takes the called callbacks back, then gives out what is due, unless there is
/// something to drop first: the drop may act on what is due.
#[inline(always)]
pub(crate) fn exchange<P: Steps>(
    queue: &mut impl HandleQueue<Task>,
    now: i64,
    batch: &mut Batch,
) -> Rest {
    take_back::<P>(queue, batch);
    if !batch.garbage.is_empty() {
        return Rest::More;
    }
    // ANCHOR: expire
    while !batch.is_full::<P>() {
        let take = |id, when, task: &mut _| batch.take(id, when, task);
        match queue.expire_with(now, take) {
            Expired::Nothing => return Rest::Nothing,
            Expired::Busy => break,
            Expired::Due { id, .. } if !taken!(P::DISARMS_FIRST) => {
                queue.arm(id, FOREVER);
            }
            Expired::Due { .. } => {}
        }
    }
    // ANCHOR_END: expire
    Rest::More
}

/// Puts every callback of a batch back into its timer.
#[inline(always)]
pub(crate) fn take_back<P: Steps>(
    queue: &mut impl HandleQueue<Task>,
    batch: &mut Batch,
) {
    batch.give_back(|call, garbage| give_back::<P>(queue, call, garbage));
}

/// Puts a callback back into its timer, or to the garbage.
#[inline(always)]
fn give_back<P: Steps>(
    queue: &mut impl HandleQueue<Task>,
    call: &mut BatchSlot,
    garbage: &mut Vec<Callback>,
) {
    let room = &mut call.task;
    match queue.change(call.id, |task| task.finish(room)) {
        Some((true, _)) if taken!(P::REMEMBERS_MISSED) => {
            queue.arm(call.id, call.when);
        }
        Some((_, true)) => {}
        Some((_, false)) => {
            let left = queue.discard(call.id.index(), Task::take_callback);
            garbage.extend(left.and_then(|(_, callback)| callback));
        }
        None => {
            garbage.extend(call.task.take_callback());
            call.task = Task::OUT;
        }
    }
}

//! Every interleaving of the concurrent parts, each with the bug it catches.

#![cfg(loom)]

mod cleanup_pool;
mod fd_mutex;
mod finalizer_queue;

//! How containers of one user reach each other, without a helper that has
//! more rights than the user.
//!
//! One *holder*, a process a user, owns a user namespace and in it a network
//! namespace with the bridge `unc0`, 10.100.42.1/24. Containers nest under
//! its user namespace, so the holder may push one end of a pair of links into
//! theirs: `eth0`. Nothing of it is in the network of the host, and nothing
//! leads out of it. The containers of one user can imitate each other's
//! addresses; those of two users are in two networks.
//!
//! What a start does, in this order:
//!
//! 1. [`join::Attachment::of_user`], in the parent, which may have threads:
//!    connects to the holder, or starts it, and receives descriptors of its
//!    two namespaces.
//! 2. [`join::Attachment::enter`], in a child with one thread, which setns(2)
//!    wants: joins the two. Only then does it make the container's own
//!    namespaces. Its user is number 0 there, so the map to write for the
//!    container is `0 0 1`, not `0 UID 1`.
//! 3. [`join::Attachment::plug`], in the parent again, while the child waits:
//!    the holder makes the links and answers with the address, which the
//!    container has for as long as its first process lives.
//! 4. [`join::configure`], in the container: `lo` and `eth0` up, the address,
//!    the default route.
//!
//! The program's `main` begins with
//! `if holder::is_asked() { return holder::main(); }`, because the holder is
//! the same program, executed anew.
//!
//! The holder ends when no container and no connection is left, and none has
//! come for a second. When it is killed, the kernel deletes the bridge and
//! all links of it; containers go on without a network. When a client is
//! killed, at any step, its container's pidfd says so, or there was none.
//!
//! - [`address`](mod@address): an address, and what is named after it.
//! - [`directory`]: where the socket and the lock are, checked.
//! - [`holder`]: the process that owns bridge and addresses.
//! - [`join`]: what a starting container calls.
//! - [`rtnetlink`]: the kernel's network, asked through one socket.
//! - `start`: the holder, found or started exactly once.
//! - `table`: which addresses are taken.
//! - `wire`: what the holder and its clients say.

pub mod address;
pub mod directory;
pub mod holder;
pub mod join;
pub mod rtnetlink;
mod start;
mod table;
mod wire;

//! How containers of one user reach each other.
//!
//! What the start of a container asks of this module (`net::join`):
//!
//! ```text
//! struct Attachment { userns: OwnedFd, netns: OwnedFd, .. }
//! Attachment::of_user(program: &Path) -> Result<Attachment, Error>
//!     // in the parent, which may have threads: connects to the holder of
//!     // this user, or starts it by `program holder` (a plain spawn of the
//!     // command `unc`), checks peer credentials both ways, receives the two
//!     // descriptors of the holder's namespaces
//! Attachment::plug(&self, child_netns: BorrowedFd, child: BorrowedFd)
//!     -> Result<Address, Error>
//!     // in the parent, once the child is cloned and waits: the holder pushes
//!     // the veth `eth0` into that namespace, and keeps the address for as
//!     // long as the process of the pidfd `child` lives
//! struct Address { ip: Ipv4Addr, prefix: u8, gateway: Ipv4Addr }  // serde
//! fn configure(address: Option<Address>) -> Result<(), Error>
//!     // in the child, single-threaded, in its own network namespace: `lo`
//!     // up; with an address, `eth0` gets it, is set up, default route
//! fn holder_main() -> !-like Result<(), Error>
//!     // what `unc holder` does; `state_dir()` below says where its socket is
//! ```
//!
//! The descriptors of the child's namespaces come from the parent, so that no
//! number of a process, which may be another's by then, decides anything.

pub mod directory;
pub mod join;

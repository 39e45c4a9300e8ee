//! What a starting container calls.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// A connection to the holder of this user.
#[derive(Debug)]
pub struct Attachment {
    user: OwnedFd,
    net: OwnedFd,
}

/// The address of a container in the network of its user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address;

impl Attachment {
    /// Connects to the holder of this user.
    ///
    /// # Errors
    ///
    /// Always: there is none yet.
    pub fn of_user(_program: &Path) -> Result<Self, Error> {
        Err(Error::refused("join the network holder"))
    }

    /// Returns the holder's user namespace.
    pub fn user(&self) -> BorrowedFd<'_> {
        self.user.as_fd()
    }

    /// Returns the holder's network namespace.
    pub fn net(&self) -> BorrowedFd<'_> {
        self.net.as_fd()
    }

    /// Gives the network namespace a link.
    ///
    /// # Errors
    ///
    /// Always: there is none yet.
    pub fn plug(
        &mut self,
        _namespace: BorrowedFd<'_>,
        _container: BorrowedFd<'_>,
    ) -> Result<Address, Error> {
        Err(Error::refused("plug"))
    }
}

/// Makes the network of the calling thread's namespace ready.
///
/// # Errors
///
/// Never.
pub fn configure(_address: Option<Address>) -> Result<(), Error> {
    Ok(())
}

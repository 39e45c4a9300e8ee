//! What the kernel refused, with its own explanation.

use std::fmt;

use rustix::io::Errno;

use crate::error::Error as StepError;
use crate::net::rtnetlink::parse::Malformed;

/// Why a request had no effect, or no answer.
///
/// Its text names the request and what the kernel said, in the kernel's own
/// words where it gives them (the extended acknowledgement).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    request: String,
    cause: Cause,
}

/// What went wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The kernel refused the request.
    Refused {
        /// What it says.
        errno: Errno,
        /// The explanation it adds to some errors.
        explanation: Option<String>,
    },
    /// A call on the socket failed.
    Call {
        /// The call.
        name: &'static str,
        /// What it says.
        errno: Errno,
    },
    /// The answer is not in the format.
    Malformed(Malformed),
    /// The list changed each time it was read.
    Unsteady,
    /// The name cannot be that of a link.
    Name,
}

impl Error {
    /// Returns the error that `request` failed for `cause`.
    pub fn new(request: impl fmt::Display, cause: Cause) -> Self {
        Self { request: request.to_string(), cause }
    }

    /// Returns what went wrong.
    pub fn cause(&self) -> &Cause {
        &self.cause
    }

    /// Returns what the kernel said, if it was asked.
    pub fn errno(&self) -> Option<Errno> {
        match self.cause {
            Cause::Refused { errno, .. } | Cause::Call { errno, .. } => {
                Some(errno)
            }
            Cause::Malformed(_) | Cause::Unsteady | Cause::Name => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.request, self.cause)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { errno, explanation: None } => write!(f, "{errno}"),
            Self::Refused { errno, explanation: Some(text) } => {
                write!(f, "{errno}: {text}")
            }
            Self::Call { name, errno } => write!(f, "{name}: {errno}"),
            Self::Malformed(malformed) => write!(f, "{malformed}"),
            Self::Unsteady => {
                f.write_str("the list changed each time it was read")
            }
            Self::Name => f.write_str(
                "a link's name has 1 to 15 bytes, no slash, no colon, no space",
            ),
        }
    }
}

impl std::error::Error for Error {}

impl From<Error> for StepError {
    fn from(error: Error) -> Self {
        let Error { request, cause } = error;
        match cause {
            Cause::Refused { errno, explanation: None } => {
                Self::of(request, errno)
            }
            Cause::Refused { errno, explanation: Some(text) } => {
                Self::of(request, errno).because(text)
            }
            Cause::Call { name, errno } => {
                Self::of(request, errno).because(format!("in {name}"))
            }
            other => Self::refused(request).because(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_names_the_request_and_the_kernels_words() {
        let explanation = Some("Unknown device type".to_owned());
        let cause = Cause::Refused { errno: Errno::OPNOTSUPP, explanation };
        let error = Error::new("make the bridge unc0", cause);
        let text = error.to_string();
        assert!(text.starts_with("make the bridge unc0: "), "{text}");
        assert!(text.ends_with(": Unknown device type"), "{text}");
        let step = StepError::from(error);
        assert_eq!(step.step(), "make the bridge unc0");
        assert_eq!(step.errno(), Some(Errno::OPNOTSUPP));
        assert!(step.to_string().ends_with("Unknown device type"), "{step}");
    }
}

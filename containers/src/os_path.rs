//! Paths in messages between processes: a path may have any bytes, and text
//! has not.
//!
//! For `#[serde(with = "crate::os_path")]`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub(crate) fn serialize<S: Serializer>(
    path: &Path,
    to: S,
) -> Result<S::Ok, S::Error> {
    path.as_os_str().serialize(to)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<PathBuf, D::Error> {
    OsString::deserialize(from).map(PathBuf::from)
}

/// The same, for a path that may not be there.
pub(crate) mod optional {
    use std::ffi::OsString;
    use std::path::PathBuf;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer>(
        path: &Option<PathBuf>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        path.as_ref().map(|it| it.as_os_str()).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<PathBuf>, D::Error> {
        let path = Option::<OsString>::deserialize(from)?;
        Ok(path.map(PathBuf::from))
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    use rustix::io::Errno;

    use crate::error::Error;
    use crate::plan::step::Step;

    #[test]
    fn what_is_no_text_arrives_as_it_was() {
        let path = OsStr::from_bytes(b"/a\xFF\nb");
        let error = Error::of("execute", Errno::NOENT).at(path);
        let sent = serde_json::to_vec(&error).expect("any path can be sent");
        let come = serde_json::from_slice::<Error>(&sent);
        assert_eq!(come.expect("it is what was sent"), error);
        let step = Step::Enter(path.into());
        let sent = serde_json::to_vec(&step).expect("any path can be sent");
        let come = serde_json::from_slice::<Step>(&sent);
        assert_eq!(come.expect("it is what was sent"), step);
    }
}

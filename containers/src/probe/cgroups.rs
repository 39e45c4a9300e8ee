//! Whether limits can be set: by control groups that are one's own.

use std::fs;
use std::path::{Path, PathBuf};

use rustix::process::geteuid;

use super::row::{Answer, Row, Who};
use crate::trial::inside::NOBODY;

const GROUP: &str = "cgroups";

pub(super) const ROWS: &[Row] = &[
    Row::reading(GROUP, "the hierarchy", |_| {
        let mounts = read("/proc/self/mountinfo");
        Answer::value(hierarchy(&mounts))
    }),
    Row::reading(GROUP, "the controllers of v2 here", |_| match own_group() {
        Some(group) => {
            let names = fs::read_to_string(group.join("cgroup.controllers"));
            let names = names.unwrap_or_default();
            match names.trim() {
                "" => Answer::value("none"),
                names => Answer::value(names),
            }
        }
        None => Answer::no("cgroup v2", "it is not mounted"),
    }),
    Row::reading(GROUP, "a group of v2 delegated to this user", delegated),
];

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// Returns the file system and where it is mounted, of each line.
fn mounts(mountinfo: &str) -> impl Iterator<Item = (&str, &str)> {
    mountinfo.lines().filter_map(|line| {
        let (before, after) = line.split_once(" - ")?;
        let place = before.split(' ').nth(4)?;
        Some((after.split(' ').next()?, place))
    })
}

fn hierarchy(mountinfo: &str) -> &'static str {
    let has = |kind| mounts(mountinfo).any(|(it, _)| it == kind);
    match (has("cgroup"), has("cgroup2")) {
        (false, false) => "not mounted",
        (false, true) => "v2",
        (true, false) => "v1",
        (true, true) => "v1 and v2 (hybrid)",
    }
}

/// Returns the folder of the own group of v2, if it is in sight.
fn own_group() -> Option<PathBuf> {
    let mountinfo = read("/proc/self/mountinfo");
    let (_, place) = mounts(&mountinfo).find(|(it, _)| *it == "cgroup2")?;
    let groups = read("/proc/self/cgroup");
    let own = groups.lines().find_map(|line| line.strip_prefix("0::"))?;
    let folder = Path::new(place).join(own.trim_start_matches('/'));
    folder.is_dir().then_some(folder)
}

/// A group is delegated to who may make groups below it, and move itself
/// there: the owner of its folder and of its `cgroup.procs`.
pub(super) fn delegated(who: Who) -> Answer {
    const STEP: &str = "cgroup v2";
    let uid = match who {
        Who::Caller => geteuid().as_raw(),
        Who::Nobody => NOBODY,
    };
    let Some(group) = own_group() else {
        return Answer::no(STEP, "it is not mounted");
    };
    for path in [group.clone(), group.join("cgroup.procs")] {
        use std::os::unix::fs::MetadataExt;
        match fs::metadata(&path) {
            Ok(data) if uid == 0 || data.uid() == uid => {}
            Ok(data) => {
                let owner = data.uid();
                return Answer::no(STEP, format!("user {owner} owns it"));
            }
            // The root group has no such file that another could own.
            Err(error) => return Answer::no(STEP, error.to_string()),
        }
    }
    Answer::Yes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hierarchies_are_told_apart() {
        let v1 = "30 24 0:26 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n";
        let v2 =
            "31 24 0:27 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw\n";
        assert_eq!(hierarchy(v1), "v1");
        assert_eq!(hierarchy(v2), "v2");
        assert_eq!(hierarchy(&format!("{v1}{v2}")), "v1 and v2 (hybrid)");
        assert_eq!(
            hierarchy("1 0 8:1 / / rw - ext4 /dev/sda rw\n"),
            "not mounted"
        );
        assert_eq!(mounts(v2).next(), Some(("cgroup2", "/sys/fs/cgroup")));
    }
}

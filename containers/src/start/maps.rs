//! Who is who: facts about the caller, and maps that others write.

use std::fs;
use std::path::Path;
use std::process::Command;

use rustix::process::Pid;

use crate::error::Error;
use crate::ids::{self, Caller, IdMap, Maps, Wanted, Writer};
use crate::real_root;

/// Returns who is asking. Files are read only where what is asked for depends
/// on them.
pub(super) fn caller(wanted: &Wanted) -> Caller {
    let user = rustix::process::geteuid().as_raw();
    let group = rustix::process::getegid().as_raw();
    let is_single = *wanted == Wanted::Single;
    let name = if is_single { None } else { name_of(user) };
    let lent = |file: &str| {
        if is_single {
            return Vec::new();
        }
        let text = fs::read_to_string(file).unwrap_or_default();
        ids::lent_by(&text, name.as_deref(), user)
    };
    let has_zero = !is_single || user == 0 || group == 0;
    Caller {
        user,
        group,
        zero_is_root: has_zero && real_root::is_zero(),
        lent_users: lent("/etc/subuid"),
        lent_groups: lent("/etc/subgid"),
    }
}

/// Returns the user's name, if the machine's own list has it.
fn name_of(user: u32) -> Option<String> {
    let list = fs::read_to_string("/etc/passwd").ok()?;
    list.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(user)).then(|| name.to_owned())
    })
}

/// Returns a map as the kernel reads it.
pub(super) fn text(maps: &[IdMap]) -> String {
    maps.iter()
        .map(|map| format!("{} {} {}\n", map.inside, map.outside, map.count))
        .collect()
}

/// Writes the maps of a process that waits for them.
pub(super) fn write(maps: &Maps, pid: Pid) -> Result<(), Error> {
    let kinds = [
        ("uid_map", "newuidmap", &maps.users),
        ("gid_map", "newgidmap", &maps.groups),
    ];
    for (file, helper, maps_of_kind) in kinds {
        match maps.writer {
            Writer::Itself => {}
            Writer::Caller => write_file(file, maps_of_kind, pid)?,
            Writer::Helpers => call(helper, maps_of_kind, pid)?,
        }
    }
    Ok(())
}

/// The process is a child that nobody has waited for: its number is its own.
fn write_file(file: &str, maps: &[IdMap], pid: Pid) -> Result<(), Error> {
    let path = format!("/proc/{}/{file}", pid.as_raw_pid());
    let opened = fs::File::options().write(true).open(&path);
    opened
        .and_then(|mut file| {
            std::io::Write::write_all(&mut file, text(maps).as_bytes())
        })
        .map_err(|error| Error::io("map users and groups", &error).at(path))
}

fn call(helper: &'static str, maps: &[IdMap], pid: Pid) -> Result<(), Error> {
    let numbers = maps.iter().flat_map(|map| {
        [map.inside, map.outside, map.count].map(|it| it.to_string())
    });
    let said = Command::new(helper)
        .arg(pid.as_raw_pid().to_string())
        .args(numbers)
        .output()
        .map_err(|error| {
            Error::io("map users and groups", &error)
                .at(Path::new(helper))
                .because("the package uidmap has it")
        })?;
    if said.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&said.stderr).trim().to_owned();
    Err(Error::refused("map users and groups").at(helper).because(said))
}

//! What must be true of a container in the model, and what is said if not.

use super::call::{Namespace, Status};
use super::kernel::Settings;
use super::machine::{HOST, Seen};
use super::mounts::{ROOT, Spread, What};
use super::process::Run;
use super::users::NOBODY;

/// Says what is wrong. The container must end with `code`, or not be started.
pub(super) fn judge(
    code: Option<u8>,
    settings: &Settings,
    run: &Run,
) -> Result<(), String> {
    let name = run.machine.hostname();
    if name != HOST {
        return Err(format!("the host itself is called {name} now"));
    }
    if let Some(hung) = &run.hung {
        return Err(hung.clone());
    }
    let Some(status) = run.status else {
        return Err("the start did not end".to_owned());
    };
    match (code, status) {
        (None, Ok(_)) => {
            return Err("start returned no error".to_owned());
        }
        (None, Err(_)) if !run.machine.seen.is_empty() => {
            return Err("the program ran, with no map of users".to_owned());
        }
        (None, Err(_)) => {}
        (Some(_), Err(errno)) => {
            return Err(format!("start returned {errno}{}", refusal(run)));
        }
        (Some(code), Ok(status)) => ended(code, status, settings, run)?,
    }
    match run.machine.processes.left().next() {
        None => Ok(()),
        Some((pid, true)) => {
            Err(format!("process {pid} has ended, and nobody waits for it"))
        }
        Some((pid, false)) => {
            let waiting = &run.waiting;
            Err(format!("process {pid} is left behind: {waiting}"))
        }
    }
}

fn ended(
    code: u8,
    status: Status,
    settings: &Settings,
    run: &Run,
) -> Result<(), String> {
    let Some(seen) = run.machine.seen.first() else {
        let refusal = refusal(run);
        return Err(format!("the program was never executed{refusal}"));
    };
    who(seen)?;
    where_it_is(seen, settings)?;
    if let Some(zombie) = seen.zombies.first() {
        return Err(format!(
            "process {zombie} has ended, and process 1 of the container does \
             not wait for it: it stays as a zombie"
        ));
    }
    if status != Status::Exited(code.into()) {
        return Err(format!(
            "the container ended with {status:?}, and its program asks for \
             code {code}"
        ));
    }
    Ok(())
}

/// Who the program is.
fn who(seen: &Seen) -> Result<(), String> {
    if let Some(kind) = seen.of_host.first() {
        let kind = match kind {
            Namespace::User => "users",
            Namespace::Pid => "process numbers",
            Namespace::Mount => "mounts",
            Namespace::Uts => "name",
        };
        return Err(format!("the program has the {kind} of the host"));
    }
    for (map, what) in
        [(seen.users.users, "user"), (seen.users.groups, "group")]
    {
        match map {
            None => {
                return Err(format!(
                    "the program is {what} {NOBODY}, nobody: it was executed \
                     before the map was written"
                ));
            }
            Some(map) if map.inside != 0 => {
                let inside = map.inside;
                return Err(format!("it is {what} {inside} inside, not root"));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Where it is.
fn where_it_is(seen: &Seen, settings: &Settings) -> Result<(), String> {
    let name = &seen.hostname;
    if settings.hostname.as_ref().is_some_and(|it| it != name) {
        return Err(format!("the container is called {name}, as the host is"));
    }
    if settings.root.is_none() {
        return Ok(());
    }
    let tree = &seen.tree;
    if let Some(at) = tree.old_root() {
        let place = if at == "/" { "on top of the new one" } else { at };
        return Err(format!("the old root is still mounted, {place}"));
    }
    let is_new = |what: &What| *what == What::Disk(ROOT.to_owned());
    if !tree.at("/").is_some_and(|it| is_new(&it.what)) {
        return Err("the root is still that of the host".to_owned());
    }
    if let Some(mount) = tree.mounts().find(|it| it.spread != Spread::Private) {
        return Err(format!(
            "the mount at {} is not private: what the host mounts there \
             appears in the container",
            mount.at
        ));
    }
    let is_own = |what: &What| *what == What::Proc(seen.pids);
    if !tree.at("/proc").is_some_and(|it| is_own(&it.what)) {
        return Err("there is no /proc of the container's own".to_owned());
    }
    Ok(())
}

/// Returns the last call that the kernel refused, as the end of a sentence.
fn refusal(run: &Run) -> String {
    let is_refused = |value: &str| value.starts_with("-> E");
    let last = run.log.iter().rev().find(|it| is_refused(&it.value));
    last.map_or_else(String::new, |it| {
        let errno = it.value.trim_start_matches("-> ");
        format!("; {} in {} was told {errno}", it.thread, it.operation)
    })
}

//! What the probe says is what this machine does.

#![cfg(target_os = "linux")]

mod command;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use command::{Output, unc, without_user_namespaces};
use containers::probe::{Answer, Need, require, table};
use rustix::process::geteuid;
use serde_json::Value;
use support::skipped;

const NOBODY: u32 = 65_534;

/// Returns the table of the command, as JSON.
fn probe(command: &mut Command) -> Value {
    let output = Output::of(command.arg("--json"));
    output.succeeds();
    serde_json::from_str(&output.stdout).expect("it is JSON")
}

/// Returns the last answer of a row: that of a user who owns nothing, unless
/// the caller is another.
fn answer<'a>(table: &'a Value, group: &str, name: &str) -> &'a Value {
    let rows = table["rows"].as_array().expect("there are rows");
    let row =
        rows.iter().find(|row| row["group"] == group && row["name"] == name);
    let row = row.unwrap_or_else(|| panic!("no row {name} of {group}"));
    row["answers"].as_array().and_then(|it| it.last()).expect("an answer")
}

fn is_yes(answer: &Value) -> bool {
    answer["answer"] == "yes"
}

#[track_caller]
fn assert_no(answer: &Value, step: &str, why: &str) {
    assert_eq!(answer["answer"], "no", "{answer}");
    assert_eq!((&answer["step"], &answer["why"]), (&step.into(), &why.into()));
}

/// `unshare` of util-linux asks the kernel the same.
#[test]
fn a_user_namespace_is_there_if_unshare_gets_one() {
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "true"]);
    command.stderr(Stdio::null());
    let Ok(status) = command.status() else {
        skipped::say("there is no unshare to compare with");
        return;
    };
    let table = table().unwrap();
    let answer = table.answer("namespaces", "user").unwrap();
    assert_eq!(answer.is_yes(), status.success(), "{answer}");
}

/// What the kernel refuses whoever asks, and what it grants.
#[test]
fn what_every_kernel_answers_is_answered() {
    if !require(Need::Container) {
        return;
    }
    let table = probe(&mut unc("probe"));
    let of = |group: &str, name: &str| answer(&table, group, name);
    for (group, name) in [
        ("namespaces", "all seven of a container"),
        ("id maps", "setgroups denied, then one id each"),
        ("mounts", "proc, with a pid namespace"),
        ("openat2", "NO_SYMLINKS refuses a symlink"),
        ("openat2", "BENEATH refuses to leave"),
        ("openat2", "IN_ROOT stays in the root"),
        ("capabilities", "no_new_privs"),
        ("capabilities", "without any, a mount is refused"),
        ("rules", "clone3 (Linux 5.3)"),
    ] {
        assert!(is_yes(of(group, name)), "{name}: {}", of(group, name));
    }
    assert_no(of("namespaces", "pid without user"), "unshare", "EPERM");
    assert_no(of("id maps", "a map of two users"), "uid_map", "EPERM");
    let name = "a range that a process outside writes";
    assert_no(of("id maps", name), "uid_map", "EPERM");
    assert_no(of("id maps", "a second map"), "uid_map, again", "EPERM");
    assert_no(
        of("id maps", "setgroups allowed again"),
        "setgroups=allow",
        "EPERM",
    );
    assert_no(of("mounts", "proc, without"), "mount", "EPERM");
    assert_no(of("mounts", "a device file (mknod)"), "mknod", "EPERM");
    assert_no(
        of("mounts", "unmounting what was there before"),
        "umount",
        "EINVAL",
    );
}

/// A filter without no_new_privs is for the privileged.
#[test]
fn the_rows_of_root_and_of_nobody_differ() {
    if !require(Need::Root) {
        return;
    }
    let table = probe(&mut unc("probe"));
    assert_eq!(table["asked_as"], serde_json::json!(["root", "nobody"]));
    let rows = table["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["name"] == "a filter without");
    let answers = &row.unwrap()["answers"];
    assert!(is_yes(&answers[0]), "{answers}");
    assert_no(&answers[1], "seccomp", "EACCES");
}

/// As root asks for nobody, so nobody asks.
#[test]
fn nobody_gets_the_answers_that_root_was_told() {
    if !require(Need::Root) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("unc");
    // By another process: what this one has open for writing may be open in a
    // child of another test, and is not executed then.
    let mut copy = Command::new("cp");
    copy.arg(env!("CARGO_BIN_EXE_unc")).arg(&program);
    assert!(copy.status().unwrap().success());
    let mode = fs::Permissions::from_mode(0o755);
    fs::set_permissions(folder.path(), mode).unwrap();
    let mut command = Command::new(program);
    command.arg("probe").uid(NOBODY).gid(NOBODY).current_dir("/");
    let theirs = probe(&mut command);
    assert_eq!(theirs["asked_as"], serde_json::json!(["user 65534"]));
    let ours = probe(&mut unc("probe"));
    for row in theirs["rows"].as_array().unwrap() {
        let name = row["name"].as_str().unwrap();
        let group = row["group"].as_str().unwrap();
        let told = answer(&ours, group, name);
        assert_eq!(told, &row["answers"][0], "{group}: {name}");
    }
}

/// The limit of the machine is read, and one of 0 is noticed.
#[test]
fn without_user_namespaces_the_rows_say_so() {
    if !require(Need::UserNamespace) {
        return;
    }
    let mut command = unc("probe");
    without_user_namespaces(&mut command);
    let table = probe(&mut command);
    let rows = table["rows"].as_array().unwrap();
    let first = |name: &str| {
        let row = rows.iter().find(|row| row["name"] == name);
        row.unwrap()["answers"][0].clone()
    };
    assert_no(&first("user"), "unshare", "ENOSPC");
    assert_no(&first("tmpfs"), "unshare", "ENOSPC");
    assert_eq!(first("user/max_user_namespaces")["value"], "0");
}

#[test]
fn settings_are_those_of_the_machine() {
    let table = table().unwrap();
    let path = "user/max_user_namespaces";
    let limit = fs::read_to_string(format!("/proc/sys/{path}")).unwrap();
    let value = Answer::Value { value: limit.trim().to_owned() };
    assert_eq!(table.answer("limits", path), Some(&value));
}

#[test]
fn the_table_has_the_rows_of_the_json() {
    let output = Output::of(&mut unc("probe"));
    output.succeeds();
    let table = probe(&mut unc("probe"));
    for row in table["rows"].as_array().unwrap() {
        let name = row["name"].as_str().unwrap();
        let start = format!("  {name}");
        let mut lines = output.stdout.lines();
        assert!(lines.any(|line| line.starts_with(&start)), "{name}");
    }
    let who = if geteuid().is_root() { "root, then as nobody" } else { "user" };
    assert!(output.stdout.lines().next().unwrap().contains(who));
}

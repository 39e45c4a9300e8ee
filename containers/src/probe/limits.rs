//! What the administrator has set, which explains a refusal.

use std::fs;

use super::row::{Answer, Row};
use crate::trial::inside::{Tried, in_child};

const LIMITS: &str = "limits";
const RULES: &str = "rules";

/// Returns what a file of /proc/sys says.
fn setting(path: &str) -> Answer {
    match fs::read_to_string(format!("/proc/sys/{path}")) {
        Ok(text) => Answer::value(text.trim()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Answer::value("not in this kernel")
        }
        Err(error) => Answer::no(path, error.to_string()),
    }
}

macro_rules! settings {
    ($($group:ident $path:literal)*) => {
        &[$(Row::reading($group, $path, |_| setting($path)),)*]
    };
}

pub(super) const SETTINGS: &[Row] = settings![
    LIMITS "user/max_user_namespaces"
    LIMITS "user/max_pid_namespaces"
    LIMITS "user/max_mnt_namespaces"
    LIMITS "user/max_uts_namespaces"
    LIMITS "user/max_ipc_namespaces"
    LIMITS "user/max_net_namespaces"
    LIMITS "user/max_cgroup_namespaces"
    RULES "kernel/unprivileged_userns_clone"
    RULES "kernel/apparmor_restrict_unprivileged_userns"
    RULES "kernel/yama/ptrace_scope"
    RULES "dev/tty/legacy_tiocsti"
];

pub(super) const ROWS: &[Row] =
    &[Row::steps(RULES, "clone3 (Linux 5.3)", clone3)];

fn clone3() -> Tried {
    in_child("the child", || Ok(()))
}

/// Returns why there are no user namespaces, as far as the machine says.
pub(super) fn cause() -> Option<String> {
    let says = |path: &str, value: &str| {
        let text = fs::read_to_string(format!("/proc/sys/{path}"));
        text.is_ok_and(|text| text.trim() == value)
    };
    let set = |path: &str, value: &str, right: &str| {
        let name = path.replace('/', ".");
        says(path, value)
            .then(|| format!("{name} is {value}: sysctl -w {name}={right}"))
    };
    set("user/max_user_namespaces", "0", "10000")
        .or_else(|| set("kernel/unprivileged_userns_clone", "0", "1"))
        .or_else(|| {
            set("kernel/apparmor_restrict_unprivileged_userns", "1", "0")
        })
}

//! Two users: each refuses the other. Only root can play both.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketAddrUnix, SocketType, bind,
    connect, listen, recv, send, socket,
};

/// The user and the group that have no rights on a usual system.
pub(crate) const NOBODY: u32 = 65534;

/// Runs both tests, as root.
pub(crate) fn refuse_each_other() {
    the_holder_refuses_another_user();
    println!("test the_holder_refuses_another_user ... ok");
    another_users_holder_is_refused();
    println!("test another_users_holder_is_refused ... ok");
}

/// Returns a directory of the other user.
fn theirs() -> tempfile::TempDir {
    let parent = tempfile::tempdir().expect("a directory for the test");
    let directory = parent.path().join("unc");
    fs::create_dir(&directory).expect("it is new");
    fs::set_permissions(&directory, Permissions::from_mode(0o700))
        .expect("it is ours");
    fs::set_permissions(parent.path(), Permissions::from_mode(0o755))
        .expect("it is ours");
    chown(&directory, Some(NOBODY), Some(NOBODY)).expect("root may");
    parent
}

/// Returns a container of the other user.
fn container(directory: &Path) -> Command {
    let mut container = Command::new("/proc/self/exe");
    container.arg("container").arg(directory).uid(NOBODY).gid(NOBODY);
    container.current_dir("/").stdin(Stdio::piped()).stdout(Stdio::piped());
    container
}

fn holders_socket(directory: &Path) -> (OwnedFd, SocketAddrUnix) {
    let ours = socket(AddressFamily::UNIX, SocketType::SEQPACKET, None);
    let address = SocketAddrUnix::new(directory.join("holder.socket"));
    (ours.expect("a socket"), address.expect("it is short"))
}

fn the_holder_refuses_another_user() {
    let parent = theirs();
    let directory = parent.path().join("unc");
    let mut stays = container(&directory).spawn().expect("this program");
    let mut said = BufReader::new(stays.stdout.take().expect("it is piped"));
    said.read_line(&mut String::new()).expect("it has its address");
    let (ours, address) = holders_socket(&directory);
    connect(&ours, &address).expect("root may open any socket");
    let sent = send(&ours, br#"[2,"Join"]"#, SendFlags::NOSIGNAL);
    let mut answer = [0; 100];
    let received = recv(&ours, &mut answer, RecvFlags::empty());
    let is_closed =
        matches!(received, Ok((0, _)) | Err(Errno::CONNRESET | Errno::PIPE));
    assert!(is_closed, "{sent:?} {received:?}");
    drop(stays.stdin.take());
    assert!(stays.wait().expect("a child").success());
}

fn another_users_holder_is_refused() {
    let parent = theirs();
    let directory = parent.path().join("unc");
    let (ours, address) = holders_socket(&directory);
    bind(&ours, &address).expect("root may");
    listen(&ours, 1).expect("it is bound");
    let anybody = Permissions::from_mode(0o777);
    fs::set_permissions(directory.join("holder.socket"), anybody)
        .expect("it is ours");
    let refused = container(&directory).stderr(Stdio::piped()).output();
    let refused = refused.expect("this program");
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success());
    assert!(said.contains("user 0 has started it"), "{said}");
}

//! What the holder refuses, and in which words.

use std::fs::File;
use std::net::Ipv4Addr;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::process::{Command, Stdio};

use containers::error::Error;
use containers::net::join::Attachment;
use containers::net::rtnetlink::error::Cause;
use containers::net::rtnetlink::socket::Socket;
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, SendFlags, SocketAddrUnix, SocketType, connect, recv, send,
    socket,
};
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use rustix::thread::{UnshareFlags, unshare_unsafe};

use crate::container::{nest, own_namespace, own_process, separate, settings};
use crate::field::Field;

pub(crate) fn the_table_is_full() {
    let field = Field::new();
    plays(field.part("fill"));
    // All 253 are given back with the one process that had them.
    field.awaits_links("lo unc0");
    field.leave();
}

pub(crate) fn what_is_no_container() {
    let field = Field::new();
    plays(field.part("strangers"));
    field.leave();
}

/// The kernel's own words are part of an error, which is an option of the
/// socket.
pub(crate) fn the_kernel_explains() {
    plays(Field::new().part("explain"));
}

/// Asks for a route to a gateway that no network has.
pub(crate) fn explain() {
    separate();
    let mut socket = Socket::open().expect("a socket");
    socket.set_up("lo").expect("it is root here");
    let link = socket.link("lo").expect("it is there").index;
    let error = socket
        .add_default_route(Ipv4Addr::new(192, 0, 2, 1), link)
        .expect_err("nobody has that address");
    let Cause::Refused { errno, explanation: Some(said) } = error.cause()
    else {
        panic!("{error} has no explanation");
    };
    assert_eq!(*errno, Errno::NETUNREACH);
    assert!(!said.is_empty() && error.to_string().ends_with(said), "{error}");
}

fn plays(mut part: Command) {
    let ended = part.status().expect("this program again");
    assert!(ended.success(), "{part:?}");
}

/// Takes all addresses, and one more; then again that of one which ends.
pub(crate) fn fill(directory: &str) {
    let mut attachment = open(directory);
    nest(&attachment);
    let mut plug = |process: &OwnedFd| {
        // SAFETY: descriptors stay shared: FILES is not among the flags.
        let unshared = unsafe { unshare_unsafe(UnshareFlags::NEWNET) };
        unshared.expect("it is root here");
        attachment.plug(own_namespace().as_fd(), process.as_fd())
    };
    let process = own_process();
    for number in 2..=253 {
        let address = plug(&process).expect("an address is free");
        assert_eq!(address.ip.octets(), [10, 100, 42, number]);
    }
    for _ in 0..5 {
        let mut last = Command::new("cat");
        let mut last = last.stdin(Stdio::piped()).spawn().expect("a program");
        let pid = Pid::from_child(&last);
        let pidfd = pidfd_open(pid, PidfdFlags::empty()).expect("it lives");
        let address = plug(&pidfd).expect("an address is free");
        assert_eq!(address.ip.octets(), [10, 100, 42, 254]);
        let error = plug(&process).expect_err("there are 253");
        assert_eq!(error.step(), "take an address");
        assert!(error.to_string().contains("all 253"), "{error}");
        last.kill().expect("it is our child");
        last.wait().expect("it is our child");
    }
}

fn open(directory: &str) -> Attachment {
    Attachment::open(&settings(directory)).expect("there is a holder")
}

/// Asks for what is not to be had.
pub(crate) fn strangers(directory: &str) {
    let mut attachment = open(directory);
    let process = own_process();
    let host = own_namespace();
    let null: OwnedFd = File::open("/dev/null").expect("it is there").into();
    let mut plug = |namespace: BorrowedFd<'_>, process: BorrowedFd<'_>| {
        attachment.plug(namespace, process).expect_err("it is no container")
    };
    let is = |error: Error, errno: Option<Errno>, words: &str| {
        assert_eq!(error.errno(), errno, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    };
    let error = plug(host.as_fd(), process.as_fd());
    is(error, Some(Errno::PERM), "below the one");
    let error = plug(null.as_fd(), process.as_fd());
    is(error, Some(Errno::INVAL), "no network namespace");
    let error = plug(host.as_fd(), null.as_fd());
    is(error, Some(Errno::BADF), "watch the container");
    let error = plug(host.as_fd(), ended().as_fd());
    is(error, Some(Errno::SRCH), "ended already");
    nest(&attachment);
    let (namespace, process) = (own_namespace(), own_process());
    let mut plug = || attachment.plug(namespace.as_fd(), process.as_fd());
    plug().expect("it is a container");
    is(plug().expect_err("it has one"), Some(Errno::EXIST), "eth0 already");
    let mut attachment = open(directory);
    let own = attachment.net().try_clone_to_owned().expect("a number is free");
    let error = attachment.plug(own.as_fd(), process.as_fd());
    is(error.expect_err("it is the holder's"), None, "none of its own");
}

/// Returns the pidfd of a process that has ended.
fn ended() -> OwnedFd {
    let mut process = Command::new("/proc/self/exe")
        .args(["--list"])
        .stdout(Stdio::null())
        .spawn()
        .expect("this program again");
    let number = process.id().cast_signed();
    let number = Pid::from_raw(number).expect("it is none of ours");
    let pidfd = pidfd_open(number, PidfdFlags::empty()).expect("a child");
    process.wait().expect("it ends");
    pidfd
}

/// Bytes that are no message are answered with an error, and harm nobody.
pub(crate) fn strangers_bytes() {
    let field = Field::new();
    let stays = field.container();
    let address =
        SocketAddrUnix::new(format!("{}/holder.socket", field.directory()))
            .expect("it is short");
    for bytes in [b"".as_slice(), b"{}", b"[2,\"None\"]", &[255; 20_000]] {
        let stranger = socket(AddressFamily::UNIX, SocketType::SEQPACKET, None)
            .expect("a socket");
        connect(&stranger, &address).expect("it listens");
        send(&stranger, bytes, SendFlags::empty()).expect("sent");
        let mut answer = vec![0; 4096];
        let flags = rustix::net::RecvFlags::empty();
        let (length, _) = recv(&stranger, &mut answer, flags).expect("heard");
        let answer = String::from_utf8_lossy(&answer[..length]).into_owned();
        assert_eq!(answer.is_empty(), bytes.is_empty(), "{answer}");
        assert!(bytes.is_empty() || answer.contains("Failed"), "{answer}");
    }
    drop(field.container());
    assert_eq!(field.holders().len(), 1);
    drop(stays);
    field.leave();
}

//! A container of the plainest sort, and what else has one thread and changes
//! its namespaces.

use std::env;
use std::fs::{self, File};
use std::io::{self, BufRead, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use containers::net::address::{Address, CONTAINER_LINK};
use containers::net::join::{self, Attachment, Settings};
use containers::net::rtnetlink::socket::Socket;
use containers::probe::need::Need;
use containers::probe::row::Who;
use rustix::io::Errno;
use rustix::process::{PidfdFlags, Signal, getpid, kill_process, pidfd_open};
use rustix::thread::{UnshareFlags, unshare_unsafe};

/// Where the containers of these tests listen.
pub(crate) const PORT: u16 = 4200;

/// The steps after which a container can be killed.
pub(crate) const STEPS: u32 = 5;

/// Returns why containers cannot be connected here, if they cannot.
pub(crate) fn not_allowed() -> Option<String> {
    let answer = Need::Network.ask(Who::Caller);
    let answer = answer.expect("a child process can be made");
    (!answer.is_yes()).then(|| format!("{}: {answer}", Need::Network))
}

/// Moves this process into a user and a network namespace of its own.
pub(crate) fn separate() {
    unshare().expect("user namespaces are allowed");
}

fn unshare() -> Result<(), Errno> {
    let flags = UnshareFlags::NEWUSER | UnshareFlags::NEWNET;
    // SAFETY: descriptors stay shared: FILES is not among the flags.
    unsafe { unshare_unsafe(flags) }
}

/// The variable that says how many milliseconds the holder lingers.
pub(crate) const LINGER: &str = "TEST_LINGER";

pub(crate) fn settings(directory: &str) -> Settings {
    let linger = env::var(LINGER).ok().and_then(|it| it.parse().ok());
    Settings {
        program: "/proc/self/exe".into(),
        directory: directory.into(),
        linger: Duration::from_millis(linger.unwrap_or(200)),
    }
}

/// Enters the holder's namespaces, and makes its own below them.
pub(crate) fn nest(attachment: &Attachment) {
    attachment.enter().expect("the holder is ours");
    separate();
    fs::write("/proc/self/setgroups", "deny").expect("before the map");
    fs::write("/proc/self/uid_map", "0 0 1").expect("the holder's root");
    fs::write("/proc/self/gid_map", "0 0 1").expect("the holder's root");
}

pub(crate) fn own_namespace() -> OwnedFd {
    File::open("/proc/self/ns/net").expect("its own").into()
}

pub(crate) fn own_process() -> OwnedFd {
    pidfd_open(getpid(), PidfdFlags::empty()).expect("it lives")
}

/// Dies as by `kill -9` if the step is the one.
fn dies_at(step: u32, dies: Option<u32>) {
    if dies == Some(step) {
        kill_process(getpid(), Signal::KILL).expect("it is itself");
    }
}

/// Is a container: says its address and the times, then obeys.
pub(crate) fn serve(directory: &str, dies: Option<u32>) {
    let mut times = vec![Instant::now()];
    let mut attachment =
        Attachment::open(&settings(directory)).expect("there is a holder");
    times.push(Instant::now());
    dies_at(0, dies);
    attachment.enter().expect("the holder is ours");
    dies_at(1, dies);
    separate();
    fs::write("/proc/self/setgroups", "deny").expect("before the map");
    fs::write("/proc/self/uid_map", "0 0 1").expect("the holder's root");
    dies_at(2, dies);
    times.push(Instant::now());
    let (namespace, process) = (own_namespace(), own_process());
    let address = attachment
        .plug(namespace.as_fd(), process.as_fd())
        .expect("an address is free");
    times.push(Instant::now());
    dies_at(3, dies);
    join::configure(Some(address)).expect("the link is there");
    times.push(Instant::now());
    dies_at(4, dies);
    say(&address, &times);
    drop(attachment);
    // Bound before anybody asks, so that nobody is refused.
    let listener = TcpListener::bind((address.ip, PORT)).expect("it is ours");
    println!("ready");
    for line in io::stdin().lines() {
        println!("{}", obey(&line.expect("a line"), &listener));
    }
}

fn say(address: &Address, times: &[Instant]) {
    let mut line = address.ip.to_string();
    for pair in times.windows(2) {
        line += &format!(" {}", (pair[1] - pair[0]).as_micros());
    }
    println!("{line}");
    io::stdout().flush().expect("the test listens");
}

/// Does what the test says; returns one line.
fn obey(line: &str, listener: &TcpListener) -> String {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    match word {
        "links" => links(),
        "mac" => mac(),
        "greet" => greet(rest.parse().expect("an address")),
        "listen" => {
            let (mut stream, from) = listener.accept().expect("a guest");
            stream.write_all(b"hello\n").expect("it listens");
            from.ip().to_string()
        }
        "run" => run(rest),
        _ => panic!("no such order: {line}"),
    }
}

/// Returns the first line that another container says.
fn greet(ip: Ipv4Addr) -> String {
    let stream = TcpStream::connect((ip, PORT)).expect("it listens");
    let mut line = String::new();
    io::BufReader::new(stream).read_line(&mut line).expect("it speaks");
    line.trim().to_owned()
}

/// Returns the output of a program, without the line breaks.
fn run(line: &str) -> String {
    let mut words = line.split(' ');
    let program = words.next().expect("a program");
    let ran = Command::new(program).args(words).output().expect("it is there");
    let said = [ran.stdout, ran.stderr].concat();
    let said = String::from_utf8_lossy(&said).replace('\n', "|");
    format!("{} {said}", ran.status.code().unwrap_or(-1))
}

/// Returns the names of all links that this process sees, sorted.
fn links() -> String {
    let mut socket = Socket::open().expect("a socket");
    let links = socket.links().expect("the list");
    let mut names: Vec<String> = links.into_iter().map(|it| it.name).collect();
    names.sort();
    names.join(" ")
}

/// Returns the hardware address that its neighbours remember.
fn mac() -> String {
    let mut socket = Socket::open().expect("a socket");
    let link = socket.link(CONTAINER_LINK).expect("it has one");
    format!("{:?}", link.mac)
}

/// Waits until the holder has these links and no others.
pub(crate) fn look(directory: &str, names: &str) {
    let attachment =
        Attachment::open(&settings(directory)).expect("there is a holder");
    attachment.enter().expect("the holder is ours");
    while links() != names {
        std::thread::yield_now();
    }
}

/// Returns whether there is such a program.
pub(crate) fn found(program: &str) -> bool {
    Path::new(program).exists()
}

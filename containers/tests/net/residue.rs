//! Whoever dies, at whatever step: no link, process or file is left, and
//! there is one holder.

use std::collections::BTreeSet;
use std::fs;
use std::net::Ipv4Addr;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Stdio;

use rustix::fs::fstat;
use rustix::pipe::pipe;
use rustix::process::{Signal, kill_process};

use crate::container::STEPS;
use crate::field::{Container, Field, await_end, few_or_all};

/// What the holder has when no container is there.
const EMPTY: &str = "lo unc0";

pub(crate) fn one_holder_for_64_starters() {
    let field = Field::new();
    let mut containers: Vec<Container> =
        (0..64).map(|_| field.container_to_be()).collect();
    containers.iter_mut().for_each(Container::hear_address);
    let addresses: BTreeSet<Ipv4Addr> =
        containers.iter().map(|it| it.ip).collect();
    let lowest = (2..66).map(|it| Ipv4Addr::new(10, 100, 42, it));
    assert_eq!(addresses, lowest.collect());
    assert_eq!(field.holders().len(), 1);
    let (first, rest) = containers.split_at_mut(1);
    for other in rest.iter_mut().step_by(9) {
        other.order("listen");
        let said = first[0].ask(&format!("greet {}", other.ip));
        assert_eq!(
            (said.as_str(), other.hear()),
            ("hello", first[0].ip.to_string())
        );
    }
    drop(containers);
    field.awaits_links(EMPTY);
    field.leave();
}

/// A start that is cut off is finished by the next, or done anew.
pub(crate) fn starters_that_are_killed() {
    for killed in (0..8).step_by(few_or_all(3, 1)) {
        let field = Field::new();
        let mut starters: Vec<Container> =
            (0..8).map(|_| field.container_to_be()).collect();
        for starter in &mut starters[..killed] {
            starter.process.kill().expect("it is ours");
        }
        starters[killed..].iter_mut().for_each(Container::hear_address);
        assert_eq!(field.holders().len(), 1, "{killed} were killed");
        drop(starters);
        field.awaits_links(EMPTY);
        field.leave();
    }
}

/// A holder that ends at once ends while others come: they are in one network
/// all the same.
pub(crate) fn a_holder_that_ends_while_others_come() {
    let field = Field::lingering(0);
    for _ in 0..few_or_all(8, 60) {
        let mut containers: Vec<Container> =
            (0..3).map(|_| field.container_to_be()).collect();
        containers.iter_mut().for_each(Container::hear_address);
        let addresses: BTreeSet<Ipv4Addr> =
            containers.iter().map(|it| it.ip).collect();
        assert_eq!(addresses.len(), containers.len());
        let (host, guests) = containers.split_at_mut(1);
        for guest in guests {
            host[0].order("listen");
            let said = guest.ask(&format!("greet {}", host[0].ip));
            assert_eq!(said, "hello");
            assert_eq!(host[0].hear(), guest.ip.to_string());
        }
    }
    field.leave();
}

pub(crate) fn no_link_is_left() {
    let field = Field::new();
    let mut stays = field.container();
    for _ in 0..few_or_all(30, 1000) {
        let goes = field.container();
        assert_ne!(goes.ip, stays.ip);
    }
    field.awaits_links("lo unc0 uv2");
    assert_eq!(stays.ask("links"), "eth0 lo");
    drop(stays);
    field.awaits_links(EMPTY);
    field.leave();
}

pub(crate) fn a_client_killed_at_each_step() {
    let field = Field::new();
    let stays = field.container();
    for step in 0..STEPS {
        let mut part = field.part("container");
        let ended = part
            .arg(step.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()
            .expect("this program again");
        assert_eq!(ended.signal(), Some(9), "after step {step}");
        field.awaits_links("lo unc0 uv2");
        drop(field.container_at(Ipv4Addr::new(10, 100, 42, 3)));
    }
    drop(stays);
    field.leave();
}

/// Its links go with it, and the next container has a new one.
pub(crate) fn a_holder_that_is_killed() {
    let field = Field::new();
    let mut containers = vec![field.container()];
    for _ in 0..3 {
        let holders = field.holders();
        assert_eq!(holders.len(), 1);
        kill_process(holders[0], Signal::KILL).expect("it is ours");
        await_end(holders[0]);
        let next = field.container();
        assert_eq!(next.ip, Ipv4Addr::new(10, 100, 42, 2));
        field.awaits_links("lo unc0 uv2");
        containers.push(next);
    }
    let last = containers.pop();
    for mut orphan in containers {
        // The kernel deletes the links of a namespace in the background.
        while orphan.ask("links") != "lo" {}
    }
    drop(last);
    field.awaits_links(EMPTY);
    field.leave();
}

/// Nobody can find it any more, so it does not wait for anybody.
pub(crate) fn a_holder_whose_directory_is_deleted() {
    let field = Field::new();
    let stays = field.container();
    let holders = field.holders();
    drop(field);
    drop(stays);
    holders.into_iter().for_each(await_end);
}

/// Whoever reads from a pipe that the starter had open would wait for the end
/// of the holder too.
pub(crate) fn a_holder_keeps_nothing_open() {
    let (ours, _inherited) = pipe().expect("two numbers are free");
    let name = format!("pipe:[{}]", fstat(&ours).expect("it is open").st_ino);
    let field = Field::new();
    let _stays = field.container();
    for holder in field.holders() {
        let holder = format!("/proc/{}", holder.as_raw_nonzero());
        let open = fs::read_dir(format!("{holder}/fd")).expect("it is ours");
        for descriptor in open.flatten() {
            let target = fs::read_link(descriptor.path()).expect("it stays");
            assert_ne!(target, Path::new(&name));
        }
        for standard in 0..3 {
            let target = fs::read_link(format!("{holder}/fd/{standard}"));
            assert_eq!(target.expect("it is open"), Path::new("/dev/null"));
        }
        let folder =
            fs::read_link(format!("{holder}/cwd")).expect("it is ours");
        assert_eq!(folder, Path::new("/"));
        let environment = fs::read(format!("{holder}/environ"));
        assert_eq!(environment.expect("it is ours"), b"");
    }
}

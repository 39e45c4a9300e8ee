//! Two containers talk, and each has an address of its own.

use std::net::Ipv4Addr;

use crate::container::found;
use crate::field::Field;

pub(crate) fn two_containers_talk() {
    let field = Field::new();
    let (mut host, mut guest) = (field.container(), field.container());
    host.order("listen");
    assert_eq!(guest.ask(&format!("greet {}", host.ip)), "hello");
    assert_eq!(host.hear(), guest.ip.to_string());
    assert_eq!(guest.ask("links"), "eth0 lo");
    field.awaits_links("lo unc0 uv2 uv3");
    drop((host, guest));
    field.leave();
}

pub(crate) fn a_container_pings() {
    let places = ["/bin/busybox", "/usr/bin/busybox"];
    let Some(ping) = places.into_iter().find(|it| found(it)) else {
        println!("SKIPPED: a_container_pings: there is no {places:?}");
        return;
    };
    let field = Field::new();
    let (mut one, other) = (field.container(), field.container());
    let gateway = Ipv4Addr::new(10, 100, 42, 1);
    for ip in [gateway, other.ip, one.ip, Ipv4Addr::LOCALHOST] {
        let said = one.ask(&format!("run {ping} ping -c 1 -W 5 {ip}"));
        assert!(said.starts_with("0 "), "{ip}: {said}");
        assert!(said.contains(" 0% packet loss"), "{ip}: {said}");
    }
    let routes = one.ask(&format!("run {ping} ip route"));
    assert!(routes.contains("default via 10.100.42.1 dev eth0"), "{routes}");
}

/// A neighbour remembers who had an address: the next one there is reached
/// all the same.
pub(crate) fn an_address_is_the_lowest_free() {
    let field = Field::new();
    let mut one = field.container();
    let mut other = field.container();
    let third = field.container();
    let last_bytes = [one.ip, other.ip, third.ip].map(|it| it.octets()[3]);
    assert_eq!(last_bytes, [2, 3, 4]);
    let (free, mac) = (other.ip, other.ask("mac"));
    assert_ne!(mac, one.ask("mac"));
    for _ in 0..3 {
        other.order("listen");
        assert_eq!(one.ask(&format!("greet {free}")), "hello");
        assert_eq!(other.hear(), one.ip.to_string());
        drop(other);
        other = field.container_at(free);
        assert_eq!(other.ask("mac"), mac);
    }
}

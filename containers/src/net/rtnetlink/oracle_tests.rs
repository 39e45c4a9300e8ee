//! Our requests are byte for byte those of another program, and what it
//! writes, we read; and bytes of nobody are read or refused.

use std::net::{IpAddr, Ipv4Addr};
use std::os::fd::AsFd;

use netlink_packet_core::{NetlinkHeader, NetlinkMessage, NetlinkPayload};
use netlink_packet_route::address::{AddressAttribute, AddressMessage};
use netlink_packet_route::link::{
    InfoData, InfoKind, InfoVeth, LinkAttribute, LinkFlags, LinkInfo,
    LinkMessage,
};
use netlink_packet_route::route::{
    RouteAddress, RouteAttribute, RouteMessage, RouteProtocol, RouteType,
};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
use proptest::prelude::*;
use rustix::process::getpid;

use super::inet::{LinkAddress, address_message, read_address, route_message};
use super::link::{
    Link, Mac, Namespace, NewVeth, SET, UP, bridge_message, named_message,
    read_link, veth_message,
};
use super::parse::{Attributes, Malformed, Messages, Received, Verdict};

const HERE: Mac = [2, 1, 1, 1, 1, 1];
const THERE: Mac = [2, 2, 2, 2, 2, 2];
/// `NLM_F_REQUEST` and `NLM_F_ACK`.
const CHANGE: u16 = 0x5;
/// The same with `NLM_F_CREATE` and `NLM_F_EXCL`.
const MAKE: u16 = 0x605;

/// Returns the bytes that the oracle makes of a message.
fn oracle(flags: u16, message: RouteNetlinkMessage) -> Vec<u8> {
    let mut header = NetlinkHeader::default();
    header.flags = flags;
    header.sequence_number = 7;
    let payload = NetlinkPayload::InnerMessage(message);
    let mut message = NetlinkMessage::new(header, payload);
    message.finalize();
    let mut bytes = vec![0; message.buffer_len()];
    message.serialize(&mut bytes);
    bytes
}

fn link(up: bool, attributes: Vec<LinkAttribute>) -> LinkMessage {
    let mut message = LinkMessage::default();
    if up {
        message.header.flags = LinkFlags::Up;
        message.header.change_mask = LinkFlags::Up;
    }
    message.attributes = attributes;
    message
}

fn name(name: &str) -> LinkAttribute {
    LinkAttribute::IfName(name.into())
}

fn new_veth(peer_namespace: Namespace<'_>) -> Vec<u8> {
    let veth = NewVeth {
        name: "uv2",
        mac: HERE,
        bridge: 3,
        peer_name: "eth0",
        peer_mac: THERE,
        peer_namespace,
    };
    veth_message(&veth).finish(7)
}

fn oracles_veth(namespace: LinkAttribute) -> Vec<u8> {
    let there = LinkAttribute::Address(THERE.into());
    let peer = link(false, vec![name("eth0"), there, namespace]);
    let data = InfoData::Veth(InfoVeth::Peer(peer));
    let info = vec![LinkInfo::Kind(InfoKind::Veth), LinkInfo::Data(data)];
    let here = LinkAttribute::Address(HERE.into());
    let attributes = vec![
        name("uv2"),
        here,
        LinkAttribute::Controller(3),
        LinkAttribute::LinkInfo(info),
    ];
    oracle(MAKE, RouteNetlinkMessage::NewLink(link(true, attributes)))
}

#[test]
fn a_pair_of_links() {
    let descriptor = std::io::stdin();
    let ours = new_veth(Namespace::Descriptor(descriptor.as_fd()));
    assert_eq!(ours, oracles_veth(LinkAttribute::NetNsFd(0)));
    let ours = new_veth(Namespace::Process(getpid()));
    let process = std::process::id();
    assert_eq!(ours, oracles_veth(LinkAttribute::NetNsPid(process)));
}

#[test]
fn a_bridge_and_a_link_that_is_set_up() {
    let info = vec![LinkInfo::Kind(InfoKind::Bridge)];
    let here = LinkAttribute::Address(HERE.into());
    let attributes = vec![name("unc0"), here, LinkAttribute::LinkInfo(info)];
    let message = RouteNetlinkMessage::NewLink(link(true, attributes));
    assert_eq!(bridge_message("unc0", HERE).finish(7), oracle(MAKE, message));
    let message = RouteNetlinkMessage::SetLink(link(true, vec![name("lo")]));
    let ours = named_message(SET, UP, "lo").finish(7);
    assert_eq!(ours, oracle(CHANGE, message));
}

#[test]
fn an_address_and_a_route() {
    let ip = Ipv4Addr::new(10, 100, 42, 2);
    let mut address = AddressMessage::default();
    address.header.family = AddressFamily::Inet;
    address.header.prefix_len = 24;
    address.header.index = 9;
    address.attributes = vec![
        AddressAttribute::Local(IpAddr::V4(ip)),
        AddressAttribute::Address(IpAddr::V4(ip)),
    ];
    let ours = address_message(LinkAddress { link: 9, ip, prefix: 24 });
    let message = RouteNetlinkMessage::NewAddress(address);
    assert_eq!(ours.finish(7), oracle(MAKE, message));
    let mut route = RouteMessage::default();
    route.header.address_family = AddressFamily::Inet;
    route.header.table = 254;
    route.header.protocol = RouteProtocol::Boot;
    route.header.kind = RouteType::Unicast;
    route.attributes = vec![
        RouteAttribute::Gateway(RouteAddress::Inet(ip)),
        RouteAttribute::Oif(9),
    ];
    let message = RouteNetlinkMessage::NewRoute(route);
    assert_eq!(route_message(ip, 9).finish(7), oracle(MAKE, message));
}

/// The bytes as the kernel's headers name them, written down by hand.
#[cfg(target_endian = "little")]
#[test]
fn the_bytes_of_a_pair_of_links() {
    let descriptor = std::io::stdin();
    let expected = [
        // nlmsghdr: length 132, RTM_NEWLINK, flags, number, port
        &[132, 0, 0, 0, 16, 0, 0x05, 0x06, 7, 0, 0, 0, 0, 0, 0, 0][..],
        // ifinfomsg: family, type, index; flags and change: IFF_UP
        &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0],
        // IFLA_IFNAME, IFLA_ADDRESS, IFLA_MASTER
        &[8, 0, 3, 0, b'u', b'v', b'2', 0],
        &[10, 0, 1, 0, 2, 1, 1, 1, 1, 1, 0, 0],
        &[8, 0, 10, 0, 3, 0, 0, 0],
        // IFLA_LINKINFO { IFLA_INFO_KIND, IFLA_INFO_DATA { VETH_INFO_PEER
        &[72, 0, 18, 0, 9, 0, 1, 0, b'v', b'e', b't', b'h', 0, 0, 0, 0],
        &[56, 0, 2, 0, 52, 0, 1, 0],
        // { ifinfomsg, IFLA_IFNAME, IFLA_ADDRESS, IFLA_NET_NS_FD
        &[0; 16],
        &[9, 0, 3, 0, b'e', b't', b'h', b'0', 0, 0, 0, 0],
        &[10, 0, 1, 0, 2, 2, 2, 2, 2, 2, 0, 0],
        &[8, 0, 28, 0, 0, 0, 0, 0],
    ]
    .concat();
    let ours = new_veth(Namespace::Descriptor(descriptor.as_fd()));
    assert_eq!(ours, expected);
}

fn only(bytes: &[u8]) -> Received<'_> {
    let mut messages = Messages::new(bytes);
    let message = messages.next().expect("there is one");
    assert_eq!(messages.next(), None);
    message.expect("it is whole")
}

/// An error -17 that repeats the header of the request, or all 24 bytes of
/// it, and then explains.
#[test]
fn the_kernels_explanation_is_found_behind_the_request() {
    for (capped, repeated) in [(0x100, 16), (0, 24)] {
        let mut payload = (-17_i32).to_ne_bytes().to_vec();
        payload.extend_from_slice(&24_u32.to_ne_bytes());
        payload.resize(4 + repeated, 0);
        payload.extend_from_slice(&10_u16.to_ne_bytes());
        payload.extend_from_slice(&1_u16.to_ne_bytes());
        payload.extend_from_slice(b"taken\0");
        let flags = 0x200 | capped;
        let received =
            Received { kind: 2, flags, sequence: 1, payload: &payload };
        let verdict = Verdict::read(&received).expect("it is whole");
        assert_eq!(verdict.errno, 17);
        assert_eq!(verdict.explanation.as_deref(), Some("taken"));
    }
}

#[test]
fn an_error_that_is_cut_off_is_no_success() {
    let received =
        Received { kind: 2, flags: 0, sequence: 1, payload: &[0, 0] };
    let cut_off = Malformed("an error is cut off");
    assert_eq!(Verdict::read(&received), Err(cut_off));
}

/// Names of links, as the kernel allows them.
fn names() -> impl Strategy<Value = String> {
    "[a-z0-9._-]{3,15}"
}

/// Bytes that look like messages: their lengths are near the truth.
fn nearly_messages() -> impl Strategy<Value = Vec<u8>> {
    let attribute =
        (0..12_u16, 0..40_u16, prop::collection::vec(any::<u8>(), 0..9));
    let attributes = prop::collection::vec(attribute, 0..8);
    (0..80_u32, 0..32_u16, any::<u16>(), attributes).prop_map(
        |(length, kind, flags, attributes)| {
            let mut bytes = length.to_ne_bytes().to_vec();
            bytes.extend_from_slice(&kind.to_ne_bytes());
            bytes.extend_from_slice(&flags.to_ne_bytes());
            bytes.resize(32, 0);
            for (length, kind, value) in attributes {
                bytes.extend_from_slice(&length.to_ne_bytes());
                bytes.extend_from_slice(&kind.to_ne_bytes());
                bytes.extend_from_slice(&value);
            }
            bytes
        },
    )
}

/// Reads bytes in each way there is; none may panic or go on for ever.
fn read_in_each_way(bytes: &[u8]) {
    assert!(Messages::new(bytes).count() <= bytes.len() / 16 + 1);
    for message in Messages::new(bytes).flatten() {
        let _ = read_link(&message);
        let _ = read_address(&message);
        if let Ok(verdict) = Verdict::read(&message) {
            assert!((0..4096).contains(&verdict.errno));
        }
    }
    assert!(Attributes::new(bytes).count() <= bytes.len() / 4 + 1);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
        read_in_each_way(&bytes);
    }

    #[test]
    fn bytes_that_look_like_messages_are_too(bytes in nearly_messages()) {
        read_in_each_way(&bytes);
    }

    #[test]
    fn a_list_that_is_cut_off_is_refused(at in 1..48_usize) {
        let attributes = vec![name("lo"), LinkAttribute::Controller(3)];
        let message = RouteNetlinkMessage::NewLink(link(true, attributes));
        let bytes = oracle(0, message);
        prop_assert_eq!(bytes.len(), 48);
        prop_assert!(Messages::new(&bytes[..at]).any(|it| it.is_err()));
    }

    #[test]
    fn we_read_the_links_that_the_oracle_writes(
        name in names(),
        index: u32,
        mac: Mac,
        bridge: u32,
        is_up: bool,
    ) {
        let info = vec![LinkInfo::Kind(InfoKind::Veth)];
        let mut message = link(is_up, vec![
            LinkAttribute::IfName(name.clone()),
            LinkAttribute::Address(mac.into()),
            LinkAttribute::Controller(bridge),
            LinkAttribute::LinkInfo(info),
        ]);
        message.header.index = index;
        let bytes = oracle(0, RouteNetlinkMessage::NewLink(message));
        let expected = Link {
            index,
            name,
            is_up,
            mac: Some(mac),
            bridge: Some(bridge),
            kind: Some("veth".into()),
        };
        prop_assert_eq!(read_link(&only(&bytes)), Ok(expected));
    }

    #[test]
    fn we_read_the_addresses_that_the_oracle_writes(
        ip: Ipv4Addr,
        link: u32,
        prefix in 0..=32_u8,
    ) {
        let mut message = AddressMessage::default();
        message.header.family = AddressFamily::Inet;
        message.header.prefix_len = prefix;
        message.header.index = link;
        message.attributes = vec![AddressAttribute::Address(IpAddr::V4(ip))];
        let bytes = oracle(0, RouteNetlinkMessage::NewAddress(message));
        let expected = LinkAddress { link, ip, prefix };
        prop_assert_eq!(read_address(&only(&bytes)), Ok(expected));
    }
}

//! Any bytes are read as the kernel's answers, or refused.
#![no_main]

use containers::net::rtnetlink::inet::read_address;
use containers::net::rtnetlink::link::read_link;
use containers::net::rtnetlink::parse::{Messages, Verdict};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    assert!(Messages::new(data).count() <= data.len() / 16 + 1);
    for message in Messages::new(data).flatten() {
        let _ = read_link(&message);
        let _ = read_address(&message);
        if let Ok(verdict) = Verdict::read(&message) {
            assert!((0..4096).contains(&verdict.errno));
        }
    }
});

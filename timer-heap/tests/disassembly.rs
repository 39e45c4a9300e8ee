//! A probe that is off costs nothing: the sift through it is that of the tree
//! alone, instruction for instruction.
//!
//! For x86-64 Linux alone.
#![cfg(all(not(loom), target_os = "linux", target_arch = "x86_64"))]

use support::disassembly::Program;

#[test]
// ANCHOR: probe-off
fn a_probe_that_is_off_adds_no_instruction() {
    let program = Program::of_example("timer-heap", "hot_paths");
    for sift in ["up", "down"] {
        let code = |way| program.instructions(&format!("{sift}_{way}"));
        let alone = code("alone");
        assert!(alone.len() > 10, "it sifts: {alone:#?}");
        assert_eq!(code("no_probe"), alone, "{sift}");
        assert!(code("recorded").len() > alone.len(), "{sift}");
    }
}
// ANCHOR_END: probe-off

//! The hot path of the guard is that of the explicit unlock, instruction for
//! instruction; an open-coded defer has a larger frame, and nothing else.
//!
//! For x86-64 Linux alone.
#![cfg(all(
    not(any(loom, shuttle)),
    target_os = "linux",
    target_arch = "x86_64"
))]

use support::disassembly::Program;

fn program() -> Program {
    Program::of_example("queue-locks", "hot_paths")
}

/// How often the path locks the bus: `lock cmpxchg` and `xchg`.
fn atomics(path: &[String]) -> usize {
    let is_atomic =
        |line: &&String| line.starts_with("lock") || line.starts_with("xchg");
    path.iter().filter(is_atomic).count()
}

#[test]
// ANCHOR: no-instruction
fn a_guard_adds_no_instruction() {
    let program = program();
    for operation in ["put", "get"] {
        let path =
            |way: &str| program.up_to_return(&format!("{operation}_{way}"));
        let explicit = path("explicit");
        assert!(atomics(&explicit) >= 2, "it locks and unlocks: {explicit:#?}");
        assert_eq!(path("guard"), explicit, "{operation}");
    }
}
// ANCHOR_END: no-instruction

#[test]
// ANCHOR: landing-pad
fn the_guard_alone_unlocks_on_a_panic_too() {
    let program = program();
    // The unlock swaps; what stands behind the return is for a panic.
    let unlocks = |function| {
        let all = program.instructions(function);
        let swaps =
            |line: &&String| line.starts_with("xchg") && line.ends_with(')');
        all.iter().filter(swaps).count()
    };
    assert_eq!(unlocks("put_explicit"), 1);
    assert_eq!(unlocks("put_guard"), 2);
}
// ANCHOR_END: landing-pad

#[test]
fn an_open_coded_defer_neither_stores_nor_calls_more() {
    let program = program();
    // The path that is taken when the lock is free and there is room.
    let work = |function| {
        let path = program.up_to_return(function);
        let stores = |line: &&String| line.ends_with(')');
        let calls = |line: &&String| line.starts_with("call");
        (
            atomics(&path),
            path.iter().filter(stores).count(),
            path.iter().filter(calls).count(),
        )
    };
    let (atomics, stores, calls) = work("put_explicit");
    let deferred = work("put_open_coded");
    assert_eq!(deferred.0, atomics);
    assert!(deferred.1 <= stores, "{deferred:?}, explicit stores {stores}");
    // Waking a sleeper is a jump out of the one, and a call in the other.
    assert!(deferred.2 <= calls + 1, "{deferred:?}, explicit calls {calls}");
}

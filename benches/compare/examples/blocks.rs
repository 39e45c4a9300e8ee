//! Two ways to add numbers, compared in blocks that take turns inside one
//! program.
//!
//! `cargo run --release -p bench-compare --example blocks -- --bench`

use std::process::ExitCode;

use bench_compare::blocks;

fn main() -> ExitCode {
    blocks::main(|program| {
        // ANCHOR: rows
        program.row("sum/1000", |variants| {
            let numbers: Vec<u64> = (0..1_000).collect();
            let (first, second) = (numbers.clone(), numbers);
            variants.add("loop", move || {
                let mut sum = 0_u64;
                for number in &first {
                    sum = sum.wrapping_add(*number);
                }
                sum
            });
            variants.add("iterator", move || second.iter().sum::<u64>());
        });
        // ANCHOR_END: rows
        program.row("reverse/1000", |variants| {
            let mut numbers: Vec<u64> = (0..1_000).collect();
            let mut same = numbers.clone();
            variants.add("in-place", move || numbers.reverse());
            variants.add("by-copy", move || {
                same = same.iter().rev().copied().collect();
            });
        });
    })
}

//! `cargo xtask peers coverage --consumers`: programs that read what we write.
//!
//! Each is given the union of two shards of a real program, and must count
//! what our own report counts. Those that are not installed are named.
//!
//! - `work`: the union, and our totals of it.
//! - `programs`: one function a program.

mod programs;
mod work;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;

use crate::tools::is_installed;
use programs::CONSUMERS;
use work::Work;

/// Returns the names of all of them.
pub(crate) fn programs() -> Vec<&'static str> {
    CONSUMERS.iter().map(|consumer| consumer.program).collect()
}

/// Runs all consumers with what `ours` writes.
pub(super) fn run(ours: &Path) -> Result<ExitCode> {
    let work = Work::new(ours)?;
    let mut differ = false;
    for consumer in &CONSUMERS {
        let program = consumer.program;
        if !is_installed(program.as_ref()) {
            println!("NOT TESTED: {program} is not on the PATH");
            continue;
        }
        match (consumer.check)(&work) {
            Ok(counted) => println!("{program:<12} agrees: {counted}"),
            Err(error) => {
                differ = true;
                println!("{program:<12} differs: {error:#}");
            }
        }
    }
    Ok(if differ { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

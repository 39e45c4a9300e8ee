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

/// Runs all consumers with what `ours` writes.
pub(super) fn run(ours: &Path) -> Result<ExitCode> {
    let work = Work::new(ours)?;
    let mut differ = false;
    for consumer in &CONSUMERS {
        let program = consumer.program;
        if !is_installed(program.as_ref()) {
            println!("{program:<12} is not on the PATH");
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

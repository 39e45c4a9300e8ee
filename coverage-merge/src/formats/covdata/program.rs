//! One instrumented program: its blocks, and the sums of its counters.

use support::probe::NoProbe;

use super::meta::Meta;
use crate::error::Error;
use crate::profile::Profile;
use crate::profile::union::{Cursor, Seen};

/// A program's blocks with the sums of its counters.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) meta: Meta,
    /// By package and function, where their counters start.
    starts: Vec<Vec<usize>>,
    counts: Vec<u64>,
}

impl Program {
    pub(crate) fn new(meta: Meta) -> Self {
        let mut end = 0;
        let mut starts = Vec::with_capacity(meta.packages.len());
        for package in &meta.packages {
            let mut here = Vec::with_capacity(package.len() + 1);
            here.push(end);
            for function in package {
                let one = meta.per_function;
                end += if one { 1 } else { function.blocks.len() };
                here.push(end);
            }
            starts.push(here);
        }
        Self { meta, starts, counts: vec![0; end] }
    }

    /// Returns the counters of one function.
    #[inline]
    pub(crate) fn counters(
        &mut self,
        package: u32,
        function: u32,
    ) -> Option<&mut [u64]> {
        let starts = self.starts.get(package as usize)?;
        let start = *starts.get(function as usize)?;
        let end = *starts.get(function as usize + 1)?;
        self.counts.get_mut(start..end)
    }

    /// Adds all blocks to `profile`.
    pub(crate) fn add_to(
        &self,
        profile: &mut Profile,
        name: &str,
    ) -> Result<(), Error> {
        let mode = self.meta.mode;
        profile.join_mode(mode, name)?;
        let add = profile.add();
        profile.union.provenance.begin(name);
        let mut cursor = Cursor::new(NoProbe);
        let mut starts = self.starts.iter();
        for package in &self.meta.packages {
            let starts = starts.next().expect("as many as packages");
            for (function, start) in package.iter().zip(starts) {
                for (at, &block) in function.blocks.iter().enumerate() {
                    let at = if self.meta.per_function { 0 } else { at };
                    let count = self.counts[start + at];
                    let seen = Seen { block, count, line: 0 };
                    let key = &function.key;
                    profile.union.add(&mut cursor, key, seen, add);
                }
            }
        }
        profile.union.leave(&mut cursor);
        Ok(())
    }
}

//! Where a block was first seen: which input, which line.
//!
//! The message about a conflict is only useful with both places. One entry a
//! *run* is enough to know the place of each block, because in a run the
//! blocks and the lines go up together.

/// A run of new blocks.
#[derive(Clone, Copy, Debug)]
struct Run {
    file: u32,
    first: u32,
    input: u32,
    /// The line of the first block; 0 where the input has no lines.
    line: u64,
}

/// All runs, in the order in which the blocks came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Provenance {
    inputs: Vec<Box<str>>,
    runs: Vec<Run>,
}

impl Provenance {
    /// Begins an input: the next blocks come from it.
    pub(crate) fn begin(&mut self, input: &str) {
        if self.inputs.last().is_none_or(|last| **last != *input) {
            self.inputs.push(input.into());
        }
    }

    /// Notes that the `position`-th block of `file` is new, and stands in this
    /// line of the input that began last.
    pub(crate) fn note(&mut self, file: usize, position: usize, line: u64) {
        let run = Run {
            file: file as u32,
            first: position as u32,
            input: self.inputs.len().saturating_sub(1) as u32,
            line,
        };
        if self.runs.last().is_none_or(|last| !last.reaches(&run)) {
            self.runs.push(run);
        }
    }

    /// Returns the input and the line of a block.
    pub(crate) fn of(&self, file: usize, position: usize) -> (&str, u64) {
        let (file, position) = (file as u32, position as u32);
        let before = |run: &&Run| run.file == file && run.first <= position;
        let Some(run) =
            self.runs.iter().filter(before).max_by_key(|run| run.first)
        else {
            return ("a profile", 0);
        };
        let input = self.inputs.get(run.input as usize);
        let line = match run.line {
            0 => 0,
            first => first + u64::from(position - run.first),
        };
        (input.map_or("a profile", |name| name), line)
    }

    /// Returns whether the blocks of a file first stood in several inputs.
    pub(crate) fn has_several(&self, file: usize) -> bool {
        let runs = self.runs.iter().filter(|run| run.file as usize == file);
        let mut inputs = runs.map(|run| &self.inputs[run.input as usize]);
        let first = inputs.next();
        inputs.any(|input| Some(input) != first)
    }

    /// Moves the places of the files for which `moved` gives a new place out of
    /// `other`.
    pub(crate) fn take(
        &mut self,
        other: &mut Self,
        moved: impl Fn(usize) -> Option<usize>,
    ) {
        let inputs = self.inputs.len() as u32;
        self.inputs.extend_from_slice(&other.inputs);
        other.runs.retain(|run| {
            let Some(file) = moved(run.file as usize) else {
                return true;
            };
            let (file, input) = (file as u32, run.input + inputs);
            self.runs.push(Run { file, input, ..*run });
            false
        });
    }

    /// Returns all places of `other`, by file and position.
    pub(crate) fn sorted(&self) -> Vec<(usize, usize, &str, u64)> {
        let mut runs: Vec<_> = self.runs.iter().collect();
        runs.sort_unstable_by_key(|run| (run.file, run.first));
        let place = |run: &&Run| {
            let input = &self.inputs[run.input as usize];
            (run.file as usize, run.first as usize, &**input, run.line)
        };
        runs.iter().map(place).collect()
    }
}

impl Run {
    /// Returns whether the block that begins `next` is only one more of this
    /// run.
    fn reaches(&self, next: &Self) -> bool {
        let blocks = u64::from(next.first.wrapping_sub(self.first));
        let lines = match self.line {
            0 => next.line == 0,
            line => next.line.wrapping_sub(line) == blocks,
        };
        self.file == next.file && self.input == next.input && lines
    }
}

//! All that a profile knows of one path, whatever its inputs counted.

use crate::profile::Profile;
use crate::profile::file_blocks::FileBlocks;
use crate::profile::file_lines::{FileLines, of_blocks};
use crate::profile::line_file::LineFile;
use crate::profile::path::normal;
use crate::profile::total::Total;

/// A source file. Go's profiles and tracefiles may both know it.
#[derive(Clone, Debug, Default)]
pub(crate) struct KnownFile<'a> {
    pub(crate) path: String,
    /// What Go's profiles count; more than one where they spell a path in
    /// several ways.
    pub(crate) blocks: Vec<&'a FileBlocks>,
    /// What formats count that know lines.
    pub(crate) lines: Option<&'a LineFile>,
}

impl KnownFile<'_> {
    /// Returns the lines.
    pub(crate) fn lines(&self) -> FileLines {
        let of_blocks = self.blocks.iter().map(|file| of_blocks(file));
        let of_lines = self.lines.iter().map(|file| file.to_lines());
        let mut all = of_blocks.chain(of_lines);
        let mut lines = all.next().unwrap_or_default();
        all.for_each(|more| lines.add(&more));
        lines.path.clone_from(&self.path);
        lines
    }

    /// Returns how many statements there are (in inputs that know only lines:
    /// lines), and how many ran.
    pub(crate) fn total(&self) -> Total {
        let mut total = Total::default();
        for (block, count) in self.blocks.iter().flat_map(|it| it.blocks.iter())
        {
            total.add(block.statements.into(), count);
        }
        for (_, count) in self.lines.iter().flat_map(|it| it.lines.iter()) {
            total.add(1, count);
        }
        total
    }

    /// Returns how many branches there are, and how many were taken.
    pub(crate) fn branch_total(&self) -> Total {
        self.lines.map(LineFile::branch_total).unwrap_or_default()
    }
}

impl Profile {
    /// Returns all files, by path.
    pub(crate) fn known_files(&self) -> Vec<KnownFile<'_>> {
        let blocks = self.union.files().iter().map(|file| KnownFile {
            path: normal(file.path()).into_owned(),
            blocks: vec![file],
            lines: None,
        });
        let lines = self.lines.files().iter().map(|file| KnownFile {
            path: file.path.to_string(),
            blocks: Vec::new(),
            lines: Some(file),
        });
        let mut files: Vec<KnownFile<'_>> = blocks.chain(lines).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files.dedup_by(|next, kept| {
            let same = next.path == kept.path;
            if same {
                kept.blocks.append(&mut next.blocks);
                kept.lines = kept.lines.or(next.lines);
            }
            same
        });
        files
    }
}

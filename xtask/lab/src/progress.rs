//! How far the reader is: a file in the folder of the reader's labs, which
//! goes nowhere.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use support::atomic_file;

use crate::judgement::Judgement;

/// Of each lab, by name.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Progress {
    pub(crate) labs: BTreeMap<String, Of>,
}

/// Of one lab.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Of {
    /// How many stages the last check passed, and the best one.
    pub(crate) passed: usize,
    pub(crate) best: usize,
    /// How many hints of each stage were shown.
    pub(crate) hints: BTreeMap<usize, usize>,
}

fn file(folder: &Path) -> PathBuf {
    folder.join("progress.json")
}

impl Progress {
    /// Reads it; nothing was done yet where there is none.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let file = file(folder);
        let Ok(text) = fs::read_to_string(&file) else {
            return Ok(Self::default());
        };
        serde_json::from_str(&text).with_context(|| {
            format!("{} is damaged; remove it to begin anew", file.display())
        })
    }

    /// Writes it.
    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        fs::create_dir_all(folder)?;
        let text = serde_json::to_string_pretty(self)? + "\n";
        Ok(atomic_file::write(&file(folder), text.as_bytes())?)
    }

    /// Keeps what a check found.
    pub(crate) fn keep(
        mut self,
        judgement: &Judgement,
        folder: &Path,
    ) -> Result<()> {
        let of = self.labs.entry(judgement.lab.clone()).or_default();
        of.passed = judgement.passed;
        of.best = of.best.max(judgement.passed);
        self.write(folder)
    }
}

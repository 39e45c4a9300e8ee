//! The labs: one file of metadata each, `labs/NAME/lab.json`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use support::near::unknown;
use support::workspace::root;

/// A lab.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lab {
    pub(crate) name: String,
    pub(crate) title: String,
    /// Its page and its chapter, below `book/chapters`, without `.md`.
    pub(crate) page: String,
    pub(crate) chapter: String,
    pub(crate) minutes: u32,
    /// The packages of the workspace that its code uses.
    pub(crate) dependencies: Vec<String>,
    pub(crate) stages: Vec<Stage>,
    /// What the reader's own tests must catch.
    pub(crate) mutants: Vec<Mutant>,
    pub(crate) solution: Vec<Region>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stage {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) gates: Vec<Gate>,
    pub(crate) hints: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Gate {
    /// What the lab's `check` calls it.
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

/// How a gate is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// Compared with an oracle.
    Right,
    /// Counted through a probe.
    Counts,
    /// Modelled by loom, in a build of its own.
    Loom,
    /// In turns with ours.
    Fast,
    /// The reader's own tests, on sound code and on each mutant.
    Tested,
    /// The reader's own models, likewise, in a build for loom.
    Model,
}

impl Kind {
    /// Returns the question that it answers.
    pub(crate) fn question(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Counts => "how",
            Self::Loom => "sound",
            Self::Fast => "fast",
            Self::Tested | Self::Model => "tested",
        }
    }

    /// Returns whether it is built for loom.
    pub(crate) fn is_for_loom(self) -> bool {
        matches!(self, Self::Loom | Self::Model)
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mutant {
    /// The gate that runs it.
    pub(crate) gate: String,
    pub(crate) name: String,
    pub(crate) hint: String,
}

/// A piece of our solution: functions of a file of the workspace.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Region {
    /// The lines of the starter that it replaces.
    pub(crate) region: String,
    /// The stage that asks for it, counted from 1.
    pub(crate) stage: usize,
    pub(crate) file: String,
    /// The functions stand behind this text.
    pub(crate) after: String,
    pub(crate) functions: Vec<String>,
    /// What is different in the lab: each text must be there.
    pub(crate) replace: Vec<(String, String)>,
}

impl Lab {
    /// Returns its folder.
    pub(crate) fn folder(&self) -> PathBuf {
        root().join("labs").join(&self.name)
    }

    /// Returns whether the time that the reader's code takes is measured.
    pub(crate) fn is_measured(&self) -> bool {
        let mut gates = self.stages.iter().flat_map(|stage| &stage.gates);
        gates.any(|gate| gate.kind == Kind::Fast)
    }

    /// Returns the text of its starter.
    pub(crate) fn starter(&self) -> Result<String> {
        let file = self.folder().join("starter/lib.rs");
        fs::read_to_string(&file)
            .with_context(|| format!("cannot read {}", file.display()))
    }
}

/// Returns all labs, by name.
pub(crate) fn all() -> Result<Vec<Lab>> {
    let folder = root().join("labs");
    let mut labs = Vec::new();
    let entries = fs::read_dir(&folder)
        .with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let file = entry?.path().join("lab.json");
        let Ok(text) = fs::read_to_string(&file) else { continue };
        let lab: Lab = serde_json::from_str(&text)
            .with_context(|| format!("in {}", file.display()))?;
        labs.push(lab);
    }
    labs.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(labs)
}

/// Returns the lab of a name.
pub(crate) fn find(name: &str) -> Result<Lab> {
    let labs = all()?;
    let names: Vec<String> = labs.iter().map(|it| it.name.clone()).collect();
    match labs.into_iter().find(|it| it.name == name) {
        Some(lab) => Ok(lab),
        None => {
            let known = names.iter().map(String::as_str);
            bail!(unknown("lab", name, known, &names.join(", ")))
        }
    }
}

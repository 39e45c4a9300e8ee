//! Judging: stage by stage, gate by gate, up to the first that fails.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use lab_judge::report::Report;

use crate::desk::{Built, Desk};
use crate::judgement::{GateReport, Judgement, StageReport};
use crate::progress::Progress;
use crate::registry::{Gate, Kind, Lab};
use crate::{gate, show, speed, tested};

/// Judges, keeps how far the reader is, and prints.
pub(crate) fn run(desk: &Desk, as_json: bool) -> Result<ExitCode> {
    let judgement = judged(desk)?;
    if as_json {
        anstream::println!("{}", serde_json::to_string_pretty(&judgement)?);
    } else {
        show::print(desk, &judgement);
    }
    let is_passed = judgement.is_passed();
    Ok(ExitCode::from(u8::from(!is_passed)))
}

/// Judges, and keeps how far the reader is.
pub(crate) fn judged(desk: &Desk) -> Result<Judgement> {
    // Says so first if there is nothing to judge.
    desk.text()?;
    let start = Instant::now();
    let mut programs = Programs { desk, plain: None, loom: None };
    let lab = &desk.lab;
    let mut judgement = Judgement {
        lab: lab.name.clone(),
        passed: 0,
        of: lab.stages.len(),
        stages: Vec::new(),
        warnings: Vec::new(),
        seconds: 0.0,
    };
    for stage in &lab.stages {
        let mut gates = Vec::new();
        for gate in &stage.gates {
            let report = programs.judge(gate, &mut judgement.warnings)?;
            let (name, kind) = (gate.name.clone(), gate.kind);
            let is_passed = report.is_passed();
            gates.push(GateReport { name, kind, report });
            if !is_passed {
                break;
            }
        }
        let (name, title) = (stage.name.clone(), stage.title.clone());
        judgement.stages.push(StageReport { name, title, gates });
        if judgement.failed().is_some() {
            break;
        }
        judgement.passed += 1;
    }
    judgement.seconds = start.elapsed().as_secs_f64();
    Progress::read(&desk.all)?.keep(&judgement, &desk.all)?;
    Ok(judgement)
}

/// The programs, each built when the first gate asks for it.
struct Programs<'a> {
    desk: &'a Desk,
    plain: Option<PathBuf>,
    loom: Option<PathBuf>,
}

impl Programs<'_> {
    fn judge(
        &mut self,
        gate: &Gate,
        warnings: &mut Vec<String>,
    ) -> Result<Report> {
        let for_loom = gate.kind.is_for_loom();
        let known = if for_loom { &self.loom } else { &self.plain };
        let program = match known {
            Some(program) => program.clone(),
            None => match self.desk.build(for_loom)? {
                Built::Failed(report) => return Ok(report),
                Built::Program(program, said) => {
                    warnings.extend(said);
                    program
                }
            },
        };
        let report = one(&program, gate, &self.desk.lab)?;
        let known = if for_loom { &mut self.loom } else { &mut self.plain };
        *known = Some(program);
        Ok(report)
    }
}

fn one(program: &Path, gate: &Gate, lab: &Lab) -> Result<Report> {
    match gate.kind {
        Kind::Fast => speed::run(program, &gate.name),
        Kind::Tested | Kind::Model => tested::run(program, gate, &lab.mutants),
        kind => gate::run(program, &gate.name, "", kind),
    }
}

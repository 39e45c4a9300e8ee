//! One line of a report.

use quick_xml::events::BytesStart;
use std::collections::{BTreeMap, BTreeSet};

use crate::formats::xml_report::{attribute, optional};
use crate::profile::block::MAX_COUNT;
use crate::profile::decision::Decision;

/// A line of a class or method.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) number: u32,
    pub(super) hits: u64,
    pub(super) decision: Option<Decision>,
}

/// What a list of branches that were not taken is called as a condition; see
/// [`write`](super::write).
pub(super) const MISSING: &str = "missing";

impl Line {
    /// Reads `<line number= hits= branch= condition-coverage=>`; odd hits are
    /// mended if that is allowed, and told.
    pub(super) fn parse(
        tag: &BytesStart<'_>,
        lenient: bool,
    ) -> Result<(Self, Option<String>), String> {
        let number = attribute(tag, "number")?;
        let number: u32 = number
            .parse()
            .map_err(|_| format!("number={number:?} is no line"))?;
        let text = attribute(tag, "hits")?;
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let mut odd = None;
        let hits = if text.is_empty() || !digits {
            let what = format!("hits={text:?} is no count");
            if !lenient {
                return Err(what);
            }
            odd = Some(what);
            text.parse::<f64>().map_or(0, |hits| hits.max(0.0) as u64)
        } else {
            text.parse().unwrap_or(MAX_COUNT)
        };
        let hits = hits.min(MAX_COUNT);
        let decision = decision(tag)?;
        Ok((Self { number, hits, decision }, odd))
    }

    /// Takes `<condition number= coverage=>` of this line.
    pub(super) fn condition(
        &mut self,
        tag: &BytesStart<'_>,
    ) -> Result<(), String> {
        let Some(decision) = &mut self.decision else { return Ok(()) };
        let number = attribute(tag, "number")?.into();
        if optional(tag, "type")?.as_deref() == Some(MISSING) {
            decision.missing.get_or_insert_default().insert(number);
            return Ok(());
        }
        let text = attribute(tag, "coverage")?;
        let percent = text.trim_end_matches('%').parse::<f64>();
        let percent = percent.unwrap_or(0.0).clamp(0.0, 100.0);
        decision.conditions.insert(number, percent.round() as u32);
        Ok(())
    }

    /// Adds the same line as it stands a second time.
    pub(super) fn add(&mut self, other: &Self) {
        self.hits = self.hits.max(other.hits);
        match (&mut self.decision, &other.decision) {
            (Some(here), Some(there)) => here.add(there),
            (here @ None, there) => *here = there.clone(),
            _ => {}
        }
    }
}

/// Reads `branch="true" condition-coverage="50% (1/2)"
/// missing-branches="3,exit"`, the last as coverage.py writes it.
fn decision(tag: &BytesStart<'_>) -> Result<Option<Decision>, String> {
    let branch = optional(tag, "branch")?.unwrap_or_default();
    let Some(coverage) = optional(tag, "condition-coverage")? else {
        return Ok(None);
    };
    if !branch.eq_ignore_ascii_case("true") {
        return Ok(None);
    }
    let numbers = coverage.split_once('(').and_then(|(_, rest)| {
        let (covered, valid) = rest.split_once(')')?.0.split_once('/')?;
        let number = |text: &str| text.trim().parse::<u32>().ok();
        Some((number(covered)?, number(valid)?))
    });
    let Some((covered, valid)) = numbers else { return Ok(None) };
    let missing = match optional(tag, "missing-branches")? {
        Some(names) => {
            let names = names.split(',').map(|name| name.trim().into());
            Some(names.collect())
        }
        // All were taken: none is missing.
        None if covered == valid => Some(BTreeSet::new()),
        None => None,
    };
    // None was taken: which those are that could be, is not said by all.
    let missing = missing.filter(|_| covered > 0);
    let conditions = BTreeMap::new();
    Ok(Some(Decision { valid, covered, conditions, missing }))
}

//! Instructions and allocations beside the times of `git` and `run`.

use std::sync::atomic::Ordering;

use bench_compare::Error;
use bench_compare::counting::{Tool, count};
use bench_compare::input::side::Side;
use bench_compare::interleave::rows::Rows;
use bench_compare::interleave::{Ended, Session};
use support::visible::visible;

use super::comparison::is_wanted;
use super::filter::Filter;
use super::output::say;
use super::progress::Progress;

/// Counts each row of each side once, and puts the counts into all of the
/// side's runs: they are the same in each.
pub(crate) fn add(
    session: &Session,
    rows: &Rows,
    filters: &[Filter],
    sides: &mut [Side],
) -> Result<Ended, Error> {
    let tool = Tool::find()?;
    let wanted = |id: &str| is_wanted(id, filters);
    let all = (0..sides.len()).flat_map(|side| {
        let of_side = rows.of_variant(side).filter(|(_, id)| wanted(id));
        of_side.map(move |(place, id)| (side, place, id))
    });
    let all: Vec<_> = all.collect();
    let progress = Progress::counting(all.len());
    for (side, place, id) in all {
        let variant = &session.variants[side];
        progress.says(&format!("counting {}: {id}", variant.label));
        let counted = count(tool, &variant.binaries[place], id, session)?;
        if session.stopped.load(Ordering::Relaxed) {
            return Ok(Ended::Interrupted);
        }
        progress.step();
        let counts = match counted {
            Ok(counts) => counts,
            Err(why) => {
                let (label, id) = (visible(&variant.label), visible(id));
                say(format_args!("note: not counted: {id} of {label}: {why}"));
                continue;
            }
        };
        let mut is_known = false;
        for run in &mut sides[side].runs {
            if let Some(it) = run.benchmarks.get_mut(id) {
                is_known = true;
                it.instructions = counts.instructions;
                // Who counts itself knows better what is its own.
                if it.allocations.is_none() {
                    it.allocations = counts.allocations;
                    it.bytes = counts.bytes;
                    it.means = true;
                }
            }
        }
        if !is_known {
            let (label, id) = (visible(&variant.label), visible(id));
            say(format_args!(
                "note: not counted: {id} of {label}: several bench targets \
                 have one of that name; choose one with `-- --bench NAME`"
            ));
        }
    }
    progress.finish();
    Ok(Ended::Finished)
}

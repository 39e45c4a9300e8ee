//! The records of a tracefile that count something.

use crate::profile::block::MAX_COUNT;
use crate::profile::count_table::Add;
use crate::profile::line_union::{Branch, Condition, Function, LineFile};

/// Where in its tables the file's next entry probably stands.
#[derive(Debug, Default)]
pub(super) struct Next {
    pub(super) line: usize,
    pub(super) function: usize,
    pub(super) call: usize,
    pub(super) branch: usize,
    pub(super) condition: usize,
}

/// What is wrong with a record.
pub(super) type RecordError = &'static str;

fn number(text: &str) -> Option<u32> {
    text.parse().ok()
}

/// Reads a count of any size; one above [`MAX_COUNT`] becomes that.
fn count(text: &str) -> Option<u64> {
    let all_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if text.is_empty() || !all_digits {
        return None;
    }
    Some(text.parse().map_or(MAX_COUNT, |n: u64| n.min(MAX_COUNT)))
}

pub(super) fn line(
    file: &mut LineFile,
    next: &mut Next,
    rest: &str,
    add: Add,
) -> Result<(), RecordError> {
    let mut fields = rest.splitn(3, ',');
    let line = fields.next().and_then(number);
    let hits = fields.next().and_then(count);
    let (Some(line), Some(hits)) = (line, hits) else {
        return Err("expected DA:LINE,COUNT");
    };
    let found = file.lines.add(next.line, line, hits, add);
    next.line = found.position + 1;
    match fields.next() {
        None => Ok(()),
        Some(checksum) => file.check(line, checksum).map_err(|_| {
            "the line's checksum is another than in an input before: \
             the inputs are of different sources"
        }),
    }
}

/// `FN:LINE,NAME` or `FN:LINE,END,NAME`; a name may have commas.
pub(super) fn function(
    file: &mut LineFile,
    next: &mut Next,
    rest: &str,
    add: Add,
) -> Result<(), RecordError> {
    let what = "expected FN:LINE,NAME or FN:LINE,END,NAME";
    let (line, rest) = rest.split_once(',').ok_or(what)?;
    let line = number(line).ok_or(what)?;
    let (end, name) = match rest.split_once(',') {
        Some((end, name)) if number(end).is_some() => {
            (number(end).unwrap_or(0), name)
        }
        _ => (0, rest),
    };
    let name = name.into();
    let function = Function { line, end, name };
    let found = file.functions.add(next.function, function, 0, add);
    next.function = found.position + 1;
    Ok(())
}

/// `FNDA:COUNT,NAME`; the function stands earlier in the same record.
pub(super) fn call(
    file: &mut LineFile,
    next: &mut Next,
    rest: &str,
    add: Add,
) -> Result<(), RecordError> {
    let what = "expected FNDA:COUNT,NAME";
    let (hits, name) = rest.split_once(',').ok_or(what)?;
    let hits = count(hits).ok_or(what)?;
    let keys = file.functions.keys();
    let same = |at: &usize| keys.get(*at).is_some_and(|f| *f.name == *name);
    let at = Some(next.call)
        .filter(same)
        .or_else(|| (0..keys.len()).rev().find(same));
    let position = match at {
        Some(at) => {
            let total = &mut file.functions.counts[at];
            *total = add.apply(*total, hits);
            at
        }
        None => {
            let (line, end, name) = (0, 0, name.into());
            let function = Function { line, end, name };
            file.functions.add(next.call, function, hits, add).position
        }
    };
    next.call = position + 1;
    Ok(())
}

/// `FNL:INDEX,LINE` or `FNL:INDEX,LINE,END`.
pub(super) fn indexed(rest: &str) -> Result<(u32, u32, u32), RecordError> {
    let mut fields = rest.split(',').map(number);
    match (fields.next(), fields.next(), fields.next()) {
        (Some(Some(index)), Some(Some(line)), None) => Ok((index, line, 0)),
        (Some(Some(index)), Some(Some(line)), Some(Some(end))) => {
            Ok((index, line, end))
        }
        _ => Err("expected FNL:INDEX,LINE,END"),
    }
}

/// `FNA:INDEX,COUNT,NAME`.
pub(super) fn alias(
    file: &mut LineFile,
    next: &mut Next,
    indexed: &[(u32, u32, u32)],
    rest: &str,
    add: Add,
) -> Result<(), RecordError> {
    let mut fields = rest.splitn(3, ',');
    let index = fields.next().and_then(number);
    let hits = fields.next().and_then(count);
    let (Some(index), Some(hits), Some(name)) = (index, hits, fields.next())
    else {
        return Err("expected FNA:INDEX,COUNT,NAME");
    };
    let place = indexed.iter().rev().find(|place| place.0 == index);
    let (_, line, end) =
        *place.ok_or("an FNA whose index has no FNL before it")?;
    let name = name.into();
    let function = Function { line, end, name };
    let found = file.functions.add(next.function, function, hits, add);
    next.function = found.position + 1;
    Ok(())
}

/// `BRDA:LINE,BLOCK,BRANCH,TAKEN`; a branch may be text with commas.
pub(super) fn branch(
    file: &mut LineFile,
    next: &mut Next,
    rest: &str,
    add: Add,
) -> Result<(), RecordError> {
    let what = "expected BRDA:LINE,BLOCK,BRANCH,TAKEN";
    let (line, rest) = rest.split_once(',').ok_or(what)?;
    let (name, taken) = rest.rsplit_once(',').ok_or(what)?;
    let line = number(line).ok_or(what)?;
    if !name.contains(',') {
        return Err(what);
    }
    let reached = taken != "-";
    let hits = if reached { count(taken).ok_or(what)? } else { 0 };
    let name = name.into();
    let branch = Branch { line, name, reached };
    let found = file.branches.add(next.branch, branch, hits, add);
    next.branch = found.position + 1;
    Ok(())
}

/// `MCDC:LINE,SIZE,SENSE,TAKEN,INDEX,EXPRESSION`.
pub(super) fn condition(
    file: &mut LineFile,
    next: &mut Next,
    rest: &str,
    add: Add,
) -> Result<(), RecordError> {
    let what = "expected MCDC:LINE,SIZE,t or f,TAKEN,INDEX,EXPRESSION";
    let mut fields = rest.splitn(5, ',');
    let mut field = || fields.next().ok_or(what);
    let line = number(field()?).ok_or(what)?;
    let (size, sense) = (field()?, field()?);
    let hits = count(field()?).ok_or(what)?;
    let expression = field()?.into();
    if !matches!(sense, "t" | "f") {
        return Err(what);
    }
    let group = format!("{size},{sense}").into();
    let condition = Condition { line, group, expression };
    let found = file.conditions.add(next.condition, condition, hits, add);
    next.condition = found.position + 1;
    Ok(())
}

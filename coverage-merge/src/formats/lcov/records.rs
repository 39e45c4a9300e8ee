//! The records of a tracefile that count something.

use std::borrow::Cow;
use std::mem::take;

use crate::profile::block::MAX_COUNT;
use crate::profile::count_table::Add;
use crate::profile::line_file::{
    Branch, BranchFlags, Condition, Function, LineFile,
};

/// Where in its tables the file's next entry probably stands.
#[derive(Debug, Default)]
pub(super) struct Next {
    pub(super) line: usize,
    pub(super) function: usize,
    /// The place in `declared` of the function that is called next.
    pub(super) call: usize,
    /// The functions of this record, by their places in the file.
    pub(super) declared: Vec<usize>,
    /// Calls whose function has not come yet.
    pub(super) pending: Vec<(Box<str>, u64)>,
    /// The last line with a `BA`, and which of its branches that was.
    pub(super) bazel: (u32, u32),
    pub(super) branch: usize,
    pub(super) condition: usize,
}

impl Next {
    /// Begins a file; the memory stays for what the file has.
    pub(super) fn begin(&mut self) {
        let (mut declared, mut pending) =
            (take(&mut self.declared), take(&mut self.pending));
        declared.clear();
        pending.clear();
        *self = Self { declared, pending, ..Self::default() };
    }
}

/// What is wrong with a record.
pub(super) type RecordError = Cow<'static, str>;

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
    input: &str,
) -> Result<(), RecordError> {
    let mut fields = rest.splitn(3, ',');
    let line = fields.next().and_then(number);
    let hits = fields.next().and_then(count);
    let (Some(line), Some(hits)) = (line, hits) else {
        return Err("expected DA:LINE,COUNT".into());
    };
    let found = file.lines.add(next.line, line, hits, add);
    next.line = found.position + 1;
    match fields.next() {
        None => Ok(()),
        Some(checksum) => Ok(file.check(line, checksum, input)?),
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
    let function = Function { line, name };
    let found = file.function(next.function, function, end, 0, add);
    next.declared.push(found);
    next.function = found + 1;
    Ok(())
}

/// `FNDA:COUNT,NAME`; of several functions with this name, it is the next
/// that the same record declares.
pub(super) fn call(
    file: &mut LineFile,
    next: &mut Next,
    rest: &str,
    add: Add,
) -> Result<(), RecordError> {
    let what = "expected FNDA:COUNT,NAME";
    let (hits, name) = rest.split_once(',').ok_or(what)?;
    let hits = count(hits).ok_or(what)?;
    if !called(file, next, name, hits, add) {
        next.pending.push((name.into(), hits));
    }
    Ok(())
}

fn called(
    file: &mut LineFile,
    next: &mut Next,
    name: &str,
    hits: u64,
    add: Add,
) -> bool {
    let keys = file.functions.keys();
    let same = |at: &usize| *keys[next.declared[*at]].name == *name;
    let many = next.declared.len();
    let Some(at) = (next.call..many).chain(0..next.call.min(many)).find(same)
    else {
        return false;
    };
    let total = &mut file.functions.counts[next.declared[at]];
    *total = add.apply(*total, hits);
    next.call = at + 1;
    true
}

/// Counts the calls that came before their functions, or without any.
pub(super) fn pending(file: &mut LineFile, next: &mut Next, add: Add) {
    next.call = 0;
    for (name, hits) in std::mem::take(&mut next.pending) {
        if !called(file, next, &name, hits, add) {
            let function = Function { line: 0, name };
            file.function(usize::MAX, function, 0, hits, add);
        }
    }
}

/// `FNL:INDEX,LINE` or `FNL:INDEX,LINE,END`.
pub(super) fn indexed(rest: &str) -> Result<(u32, u32, u32), RecordError> {
    let mut fields = rest.split(',').map(number);
    match (fields.next(), fields.next(), fields.next()) {
        (Some(Some(index)), Some(Some(line)), None) => Ok((index, line, 0)),
        (Some(Some(index)), Some(Some(line)), Some(Some(end))) => {
            Ok((index, line, end))
        }
        _ => Err("expected FNL:INDEX,LINE,END".into()),
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
        return Err("expected FNA:INDEX,COUNT,NAME".into());
    };
    let place = indexed.iter().rev().find(|place| place.0 == index);
    let (_, line, end) =
        *place.ok_or("an FNA whose index has no FNL before it")?;
    let function = Function { line, name: name.into() };
    next.function = file.function(next.function, function, end, hits, add) + 1;
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
        return Err(what.into());
    }
    let reached = taken != "-";
    let hits = if reached { count(taken).ok_or(what)? } else { 0 };
    let (name, flags) = flags(name);
    let flags = BranchFlags { reached, ..flags };
    let branch = Branch { line, name: name.into() };
    next.branch = file.branch(next.branch, branch, flags, hits, add) + 1;
    Ok(())
}

/// Takes the letters off a block: `e0,1` is the branch `0,1`, for exceptions.
fn flags(name: &str) -> (&str, BranchFlags) {
    let rest = name.trim_start_matches(['e', 'f', 'U']);
    let mut flags = BranchFlags::default();
    if !rest.starts_with(|c: char| c.is_ascii_digit()) {
        return (name, flags);
    }
    for letter in name[..name.len() - rest.len()].chars() {
        match letter {
            'e' => flags.exception = true,
            'f' => flags.fallthrough = true,
            _ => flags.unreachable = true,
        }
    }
    (rest, flags)
}

/// `BA:LINE,TAKEN`, as Bazel writes: 0 was not reached, 1 was not taken, 2
/// was. The branches of a line have no names, and are numbered.
pub(super) fn bazel_branch(
    file: &mut LineFile,
    next: &mut Next,
    rest: &str,
    add: Add,
) -> Result<(), RecordError> {
    let what = "expected BA:LINE,0 or 1 or 2";
    let (line, taken) = rest.split_once(',').ok_or(what)?;
    let line = number(line).ok_or(what)?;
    let (reached, hits) = match taken {
        "0" => (false, 0),
        "1" => (true, 0),
        "2" => (true, 1),
        _ => return Err(what.into()),
    };
    let at = match next.bazel {
        (same, at) if same == line => at + 1,
        _ => 0,
    };
    next.bazel = (line, at);
    let branch = Branch { line, name: format!("0,{at}").into() };
    let flags = BranchFlags { reached, ..BranchFlags::default() };
    next.branch = file.branch(next.branch, branch, flags, hits, add) + 1;
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
        return Err(what.into());
    }
    let group = format!("{size},{sense}").into();
    let condition = Condition { line, group, expression };
    let found = file.conditions.add(next.condition, condition, hits, add);
    next.condition = found.position + 1;
    Ok(())
}

//! How the pieces of the crate are put together in the lab *coverage*, for
//! profiles that are texts in memory.

/// Returns what the first line of a profile says.
fn mode(line: &str) -> Result<Mode, LineError> {
    let wrong = |column, what| LineError { column, what };
    let name = line.strip_prefix("mode: ");
    let name = name.ok_or(wrong(1, "expected a mode, as \"mode: set\""))?;
    let column = 1 + line.len() - name.len();
    Mode::named(name).ok_or(wrong(column, "expected set, count or atomic"))
}

/// Returns the mode of a profile and its lines; what is wrong has the number of
/// its line.
fn read(text: &str) -> Result<Profile<'_>, Malformed> {
    let wrong = |number: usize, error: LineError| {
        let LineError { column, what } = error;
        Malformed { line: number + 1, column, what }
    };
    let mut rows = text.lines().enumerate();
    let (_, first) = rows.next().unwrap_or_default();
    let mode = mode(first).map_err(|error| wrong(0, error))?;
    let mut lines = Vec::new();
    for (number, line) in rows.filter(|it| !it.1.is_empty()) {
        let parsed = parse(line.as_bytes());
        lines.push(parsed.map_err(|error| wrong(number, error))?);
    }
    Ok(Profile { mode, lines })
}

/// Returns the mode of what was read before and of one profile more.
fn joined(before: Option<Mode>, here: Mode) -> Result<Mode, Problem> {
    let Some(before) = before else { return Ok(here) };
    union(before, here).ok_or(Problem::Modes(before, here))
}

/// Refuses lines of which two are blocks that share a byte. They are in order.
fn refused(lines: &[Line<'_>]) -> Result<(), Problem> {
    for file in lines.chunk_by(|a, b| a.0 == b.0) {
        let blocks: Vec<Block> = file.iter().map(|it| it.1).collect();
        if overlaps(&blocks) {
            return Err(Problem::Overlap(file[0].0.to_owned()));
        }
    }
    Ok(())
}

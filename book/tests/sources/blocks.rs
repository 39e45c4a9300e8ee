//! The fenced blocks of a chapter.

/// What stands between two fences.
pub(crate) struct Block {
    /// What follows the first fence.
    pub(crate) language: String,
    /// The number of its first line, counted from 1.
    pub(crate) line: usize,
    pub(crate) lines: Vec<String>,
}

/// Returns all fenced blocks of a text; the last may be unclosed.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, Block)> = None;
    for (number, line) in text.lines().enumerate() {
        let trimmed = line.trim_start();
        let after = trimmed.trim_start_matches('`');
        let fence = &trimmed[..trimmed.len() - after.len()];
        open = match open.take() {
            Some((end, block)) if fence.len() >= end.len() => {
                blocks.push(block);
                None
            }
            Some((end, mut block)) => {
                block.lines.push(line.to_owned());
                Some((end, block))
            }
            None if fence.len() >= 3 => {
                let block = Block {
                    language: after.trim().to_owned(),
                    line: number + 2,
                    lines: Vec::new(),
                };
                Some((fence.to_owned(), block))
            }
            None => None,
        };
    }
    blocks.extend(open.map(|(_, block)| block));
    blocks
}

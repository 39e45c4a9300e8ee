//! What versions of Go are known to count wrongly.
//!
//! Go 1.27.0 and 1.27.1 give each piece of a block that they split the
//! statements of the whole block (golang/go#80974). One such profile alone does
//! not show it. Beside one of another version it does: the same pieces have
//! other numbers there, whose sum is the number that is repeated here.

use hashbrown::HashMap;

use crate::profile::block::{Block, Position};
use crate::profile::count_table::Add;
use crate::profile::file_blocks::FileBlocks;

/// Returns whether the blocks inside `whole` each have its statements.
pub(crate) fn is_repeated(
    whole: &Block,
    pieces: impl Iterator<Item = Block>,
) -> bool {
    let mut many = 0;
    let mut pieces = pieces.inspect(|_| many += 1);
    let all = pieces.all(|piece| piece.statements == whole.statements);
    drop(pieces);
    all && many > 1
}

/// Returns the blocks of a file with the right numbers; `None` if there is
/// nothing to put right, or something else is wrong.
pub(crate) fn mend(file: &FileBlocks, add: Add) -> Option<Vec<(Block, u64)>> {
    let mut by_span: HashMap<(Position, Position), Vec<(u32, u64)>> =
        HashMap::new();
    for (block, count) in file.blocks.iter() {
        let span = (block.start, block.end);
        by_span.entry(span).or_default().push((block.statements, count));
    }
    if by_span.len() == file.blocks.keys().len() {
        return None;
    }
    let mut spans: Vec<_> = by_span.into_iter().collect();
    spans.sort_unstable();
    spans.iter_mut().for_each(|(_, numbers)| numbers.sort_unstable());
    let twice = spans.iter().filter(|(_, numbers)| numbers.len() > 1);
    let pairs = twice.map(|(_, numbers)| match numbers[..] {
        [(right, _), (wrong, _)] => Some((right, wrong)),
        _ => None,
    });
    let pairs: Vec<(u32, u32)> = pairs.collect::<Option<_>>()?;
    if !all_repeat(&pairs) {
        return None;
    }
    let blocks = spans.into_iter().map(|((start, end), numbers)| {
        let statements = numbers[0].0;
        let count = numbers.iter().fold(0, |sum, it| add.apply(sum, it.1));
        (Block { start, end, statements }, count)
    });
    Some(blocks.collect())
}

/// Returns whether the pieces fall into groups, each with one wrong number
/// that is the sum of its right ones.
fn all_repeat(pairs: &[(u32, u32)]) -> bool {
    let (mut whole, mut sum) = (0, 0_u64);
    for &(right, wrong) in pairs {
        if sum == 0 {
            whole = wrong;
        }
        sum += u64::from(right);
        if wrong != whole || right == 0 || sum > u64::from(whole) {
            return false;
        }
        if sum == u64::from(whole) {
            sum = 0;
        }
    }
    sum == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_repeat_the_whole_or_the_source_changed() {
        assert!(all_repeat(&[(2, 5), (1, 5), (2, 5), (1, 2), (1, 2)]));
        assert!(!all_repeat(&[(2, 5), (1, 5)]));
        assert!(!all_repeat(&[(2, 5), (4, 5)]));
        assert!(!all_repeat(&[(5, 6)]));
    }
}

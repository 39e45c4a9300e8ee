//! Whether order and grouping matter, and whether the union is right.

use super::asked::Merge;
use super::listing::difference;
use super::pieces::{Profiles, is_alike};
use super::profile::Problem;

/// What went wrong, and the texts that show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// In a sentence.
    pub says: String,
    /// Texts, each with what it is.
    pub texts: Vec<(&'static str, String)>,
}

/// What a merge comes to.
type Outcome = Result<String, Problem>;

/// How profiles are merged, in words and as a tree.
enum Tree {
    Leaf(usize),
    Merge(Vec<Self>),
}

impl Tree {
    /// Merges from the leaves up: each part is written and read again.
    fn run<M: Merge>(&self, texts: &[String]) -> Outcome {
        match self {
            Self::Leaf(at) => Ok(texts[*at].clone()),
            Self::Merge(parts) => {
                let parts = parts.iter().map(|it| it.run::<M>(texts));
                let parts = parts.collect::<Result<Vec<_>, _>>()?;
                let parts: Vec<&str> = parts.iter().map(|it| &**it).collect();
                M::merge(&parts)
            }
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Leaf(at) => (at + 1).to_string(),
            Self::Merge(parts) => {
                let parts: Vec<String> =
                    parts.iter().map(Self::words).collect();
                format!("({})", parts.join(" "))
            }
        }
    }
}

/// Returns all ways to merge so many profiles, the plain one first.
fn trees(count: usize, are_sets: bool) -> Vec<Tree> {
    let flat = |it: &[usize]| {
        Tree::Merge(it.iter().map(|at| Tree::Leaf(*at)).collect())
    };
    let mut trees = match count {
        1 => vec![flat(&[0])],
        2 => vec![flat(&[0, 1]), flat(&[1, 0])],
        _ => [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
            .iter()
            .map(|it| flat(it))
            .collect(),
    };
    let all: Vec<usize> = (0..count).collect();
    trees.push(Tree::Merge(vec![flat(&all)]));
    if count == 3 {
        for [a, b, c] in [[0, 1, 2], [1, 2, 0], [2, 0, 1]] {
            trees.push(Tree::Merge(vec![flat(&[a, b]), Tree::Leaf(c)]));
            trees.push(Tree::Merge(vec![Tree::Leaf(c), flat(&[a, b])]));
        }
    }
    if are_sets {
        let twice: Vec<usize> = all.iter().chain(&all).copied().collect();
        trees.push(flat(&twice));
    }
    trees
}

/// Merges in each order and by each tree: all must give the same bytes, or
/// all must refuse.
///
/// # Errors
///
/// Returns the first tree that does not.
pub fn laws<M: Merge>(profiles: &Profiles) -> Result<(), Found> {
    let texts = &profiles.texts;
    let trees = trees(texts.len(), profiles.are_sets);
    let Some((plain, others)) = trees.split_first() else { return Ok(()) };
    let first = plain.run::<M>(texts);
    for tree in others {
        let other = tree.run::<M>(texts);
        let is_same = match (&first, &other) {
            (Ok(one), Ok(other)) => one == other,
            (one, other) => one.is_err() && other.is_err(),
        };
        if !is_same {
            return Err(Found {
                says: format!(
                    "merged as {} they give {}, and as {} they give {}",
                    plain.words(),
                    in_short(&first),
                    tree.words(),
                    if first.is_ok() && other.is_ok() {
                        "other bytes"
                    } else {
                        in_short(&other)
                    }
                ),
                texts: vec![
                    ("Merged as they are", in_words(&first)),
                    ("Merged the other way", in_words(&other)),
                ],
            });
        }
    }
    Ok(())
}

/// Compares with the oracle.
///
/// # Errors
///
/// Returns the difference.
pub fn right<M: Merge>(profiles: &Profiles) -> Result<(), Found> {
    let texts: Vec<&str> = profiles.texts.iter().map(|it| &**it).collect();
    let yours = M::merge(&texts);
    let (says, right) = match (&yours, &profiles.union) {
        (Ok(yours), Ok(right)) if yours == right => return Ok(()),
        (Err(yours), Err(right))
            if right.iter().any(|it| is_alike(yours, it)) =>
        {
            return Ok(());
        }
        (Ok(yours), Ok(right)) => (difference(yours, right), right.clone()),
        (Err(yours), Ok(right)) => {
            (format!("refused ({yours}), and they fit together"), right.clone())
        }
        (yours, Err(right)) => {
            let says = match yours {
                Ok(_) => "merged".to_owned(),
                Err(yours) => format!("refused because of {yours}"),
            };
            let right: Vec<String> =
                right.iter().map(ToString::to_string).collect();
            let right = right.join(", or ");
            let says = format!("{says}, and the problem is: {right}");
            (says, format!("(refused: {right})"))
        }
    };
    let texts = vec![("Yours", in_words(&yours)), ("Right", right)];
    Err(Found { says, texts })
}

fn in_short(outcome: &Outcome) -> &str {
    match outcome {
        Ok(_) => "a profile",
        Err(_) => "an error",
    }
}

fn in_words(outcome: &Outcome) -> String {
    match outcome {
        Ok(text) => text.clone(),
        Err(problem) => format!("(refused: {problem})"),
    }
}

//! Submodules of a tree.
//!
//! The user's work tree has most of them already: their repositories give a
//! worktree of the commit that is wanted, without a network and without a
//! clone. What is missing there git fetches by the user's own rules, which
//! say from where (`protocol.*.allow`); they are not overruled here.

use std::path::Path;

use bench_compare::Error;

use super::call::git_in;

/// Checks out the submodules of `tree`, whose repository is that of `top`.
pub(super) fn check_out(top: &Path, tree: &Path) -> Result<(), Error> {
    for (path, commit) in of(tree)? {
        let (own, place) = (top.join(&path), tree.join(&path));
        if has(&own, &commit) {
            let place = place.to_string_lossy().into_owned();
            let add = ["worktree", "add", "--quiet", "--detach", "--force"];
            git_in(&own, &[&add[..], &[&place, &commit]].concat(), || {
                format!("{place}: cannot check out the submodule")
            })?;
            check_out(&own, Path::new(&place))?;
        } else {
            let update = ["submodule", "update", "--init", "--recursive"];
            let update = [&update[..], &["--", &path]].concat();
            git_in(tree, &update, || {
                format!(
                    "{path}: the work tree does not have commit {commit} of \
                     this submodule, and git does not fetch it; `git \
                     submodule update --init --recursive` there first, or \
                     allow it in git's configuration. git says:"
                )
            })?;
        }
    }
    Ok(())
}

/// Returns path and commit of each submodule.
fn of(tree: &Path) -> Result<Vec<(String, String)>, Error> {
    if !tree.join(".gitmodules").exists() {
        return Ok(Vec::new());
    }
    let what = || format!("{}: git lists no files", tree.display());
    let listed = git_in(tree, &["ls-tree", "-r", "-z", "HEAD"], what)?;
    let submodule = |entry: &str| {
        // `160000 commit ID<tab>PATH`
        let (kind, path) = entry.split_once('\t')?;
        let id = kind.strip_prefix("160000 commit ")?;
        Some((path.to_owned(), id.to_owned()))
    };
    Ok(listed.split('\0').filter_map(submodule).collect())
}

/// Returns true if a folder is a repository of its own that has the commit.
fn has(folder: &Path, commit: &str) -> bool {
    let wanted = format!("{commit}^{{commit}}");
    folder.join(".git").exists()
        && git_in(folder, &["cat-file", "-e", &wanted], String::new).is_ok()
}

/// Lets the submodules' repositories forget worktrees that are gone.
pub(super) fn prune(top: &Path) -> Result<(), Error> {
    for (path, _) in of(top)? {
        let own = top.join(path);
        if own.join(".git").exists() {
            let what = || format!("{}: cannot prune", own.display());
            git_in(&own, &["worktree", "prune"], what)?;
            prune(&own)?;
        }
    }
    Ok(())
}

//! Mount namespaces of the model: what is mounted where.

use super::call::Errno;

/// The folder that becomes the root of a container, on the host's disk.
pub(super) const ROOT: &str = "/srv/box";

/// The folders of the host's disk that code may name.
const FOLDERS: [&str; 5] =
    ["/", "/proc", ROOT, "/srv/box/proc", "/srv/box/old"];

/// What a mount shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// A folder of the host's disk.
    Disk(String),
    /// The processes of a PID namespace.
    Proc(usize),
}

/// Where mounts that are made below it appear too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spread {
    /// In all that share it, and theirs here.
    Shared,
    /// Nowhere; but the host's appear here.
    Slave,
    /// Nowhere, nor do others' here.
    Private,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mount {
    pub(super) at: String,
    pub(super) what: What,
    pub(super) spread: Spread,
    /// Whether it belongs to a root that was left.
    is_old: bool,
}

/// A mount namespace; of two mounts at one place, the later is on top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tree {
    /// The user namespace that it belongs to.
    pub(super) owner: usize,
    mounts: Vec<Mount>,
    /// Where the old root is, as long as it is mounted.
    old_at: Option<String>,
}

impl Tree {
    /// Returns that of the host.
    pub(super) fn of_host() -> Self {
        let mount = |at: &str, what| Mount {
            at: at.to_owned(),
            what,
            spread: Spread::Shared,
            is_old: false,
        };
        let mounts = vec![
            mount("/", What::Disk("/".to_owned())),
            mount("/proc", What::Proc(0)),
        ];
        Self { owner: 0, mounts, old_at: None }
    }

    /// Returns a copy, as a new namespace begins.
    pub(super) fn copied(&self, owner: usize) -> Self {
        let mut tree = Self { owner, ..self.clone() };
        if owner != self.owner {
            for mount in &mut tree.mounts {
                mount.spread = Spread::Slave;
            }
        }
        tree
    }

    /// Returns where the old root is still mounted.
    pub(super) fn old_root(&self) -> Option<&str> {
        self.old_at.as_deref()
    }

    /// Returns the mounts that are left, and not of the old root.
    pub(super) fn mounts(&self) -> impl Iterator<Item = &Mount> {
        self.mounts.iter().filter(|mount| !mount.is_old)
    }

    /// Returns what is mounted right at a place.
    pub(super) fn at(&self, path: &str) -> Option<&Mount> {
        self.position(path).map(|at| &self.mounts[at])
    }

    pub(super) fn make_private(&mut self, path: &str) -> Result<(), Errno> {
        self.position(path).ok_or(Errno::INVAL)?;
        let below = self.mounts.iter_mut().filter(|it| below(&it.at, path));
        below.for_each(|mount| mount.spread = Spread::Private);
        Ok(())
    }

    pub(super) fn bind(&mut self, from: &str, to: &str) -> Result<(), Errno> {
        let (what, spread) = self.shown(from)?;
        self.shown(to)?;
        self.add(to, what, spread);
        Ok(())
    }

    pub(super) fn mount_proc(
        &mut self,
        at: &str,
        namespace: usize,
    ) -> Result<(), Errno> {
        self.shown(at)?;
        let is_proc = |mount: &Mount| matches!(mount.what, What::Proc(_));
        if !self.mounts.iter().any(is_proc) {
            return Err(Errno::PERM);
        }
        let spread = self.shown(at)?.1;
        self.add(at, What::Proc(namespace), spread);
        Ok(())
    }

    /// Makes `new` the root, and puts the old one at `old`.
    pub(super) fn pivot(&mut self, new: &str, old: &str) -> Result<(), Errno> {
        if new == "/" {
            return Err(Errno::BUSY);
        }
        let root = self.position(new).ok_or(Errno::INVAL)?;
        self.shown(old)?;
        let shared = |mount: &Mount| mount.spread == Spread::Shared;
        let is_shared =
            shared(&self.mounts[root]) || self.at("/").is_some_and(shared);
        if !below(old, new) || is_shared || self.old_at.is_some() {
            return Err(Errno::INVAL);
        }
        let old = inside(old, new);
        for mount in &mut self.mounts {
            mount.is_old = !below(&mount.at, new);
            mount.at = moved(&mount.at, new, &old);
        }
        self.old_at = Some(old);
        Ok(())
    }

    pub(super) fn unmount(&mut self, path: &str) -> Result<(), Errno> {
        if self.old_at.as_deref() == Some(path) {
            self.old_at = None;
            self.mounts.retain(|mount| !mount.is_old);
            return Ok(());
        }
        let at = self.position(path).ok_or(Errno::INVAL)?;
        if path == "/" {
            return Err(Errno::INVAL);
        }
        let mut index = 0;
        self.mounts.retain(|mount| {
            index += 1;
            index <= at || mount.is_old || !below(&mount.at, path)
        });
        Ok(())
    }

    /// Returns an error if there is no such folder.
    pub(super) fn find(&self, path: &str) -> Result<(), Errno> {
        self.shown(path).map(drop)
    }

    fn add(&mut self, at: &str, what: What, spread: Spread) {
        let at = at.to_owned();
        self.mounts.push(Mount { at, what, spread, is_old: false });
    }

    /// Whether a path leads to it. What is on top of the root itself is not
    /// on the way of any path.
    fn is_in_sight(&self, mount: &Mount) -> bool {
        !mount.is_old || self.old_at.as_deref() != Some("/")
    }

    fn position(&self, path: &str) -> Option<usize> {
        self.mounts.iter().rposition(|it| it.at == path && self.is_in_sight(it))
    }

    /// Returns what is to be seen at a place.
    fn shown(&self, path: &str) -> Result<(What, Spread), Errno> {
        let above = self.mounts.iter().filter(|it| self.is_in_sight(it));
        let above = above.filter(|it| below(path, &it.at));
        // Of the longest, the last.
        let mount = above.max_by_key(|it| it.at.len()).ok_or(Errno::NOENT)?;
        let rest = inside(path, &mount.at);
        let what = match &mount.what {
            What::Disk(folder) => What::Disk(joined(folder, &rest)),
            other if rest == "/" => other.clone(),
            What::Proc(_) => return Err(Errno::NOENT),
        };
        match &what {
            What::Disk(at) if !FOLDERS.contains(&at.as_str()) => {
                Err(Errno::NOENT)
            }
            _ => Ok((what, mount.spread)),
        }
    }
}

/// Returns the place that a path means, from a folder.
pub(super) fn place(folder: &str, path: &str) -> String {
    let whole = match path.strip_prefix('/') {
        Some(_) => path.to_owned(),
        None => format!("{folder}/{path}"),
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

fn below(place: &str, above: &str) -> bool {
    let rest = place.strip_prefix(above);
    above == "/"
        || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns a place below another, as seen from there.
fn inside(place: &str, above: &str) -> String {
    match above {
        "/" => place.to_owned(),
        above => joined("/", place.strip_prefix(above).unwrap_or(place)),
    }
}

fn joined(folder: &str, rest: &str) -> String {
    place(folder, rest.trim_start_matches('/'))
}

/// Returns where a mount is, as seen from a new root.
fn moved(place: &str, new: &str, old: &str) -> String {
    if below(place, new) { inside(place, new) } else { joined(old, place) }
}

/// Returns where a process is after a pivot that it was in `folder` at. Who
/// was at the old root is at the new one.
pub(super) fn after_pivot(folder: &str, new: &str, old: &str) -> String {
    match folder {
        "/" => "/".to_owned(),
        folder => moved(folder, new, &inside(old, new)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Tree {
        let mut tree = Tree::of_host().copied(1);
        tree.make_private("/").unwrap();
        tree
    }

    #[test]
    fn a_path_is_walked_from_its_folder() {
        assert_eq!(place("/srv/box", "."), "/srv/box");
        assert_eq!(place("/srv/box", "../x//y"), "/srv/x/y");
        assert_eq!(place("/srv", "/proc/"), "/proc");
        assert_eq!(place("/", ".."), "/");
    }

    #[test]
    fn a_root_must_be_a_mount_and_the_old_one_goes_from_on_top() {
        let mut tree = tree();
        assert_eq!(tree.pivot(ROOT, ROOT).err(), Some(Errno::INVAL));
        tree.bind(ROOT, ROOT).unwrap();
        tree.mount_proc("/srv/box/proc", 1).unwrap();
        tree.pivot(ROOT, ROOT).unwrap();
        assert_eq!(tree.old_root(), Some("/"));
        assert_eq!(tree.at("/").unwrap().what, What::Disk(ROOT.into()));
        tree.unmount("/").unwrap();
        assert_eq!(tree.old_root(), None);
        let left: Vec<_> = tree.mounts().map(|it| it.at.as_str()).collect();
        assert_eq!(left, ["/", "/proc"]);
        assert_eq!(tree.at("/proc").unwrap().what, What::Proc(1));
    }

    #[test]
    fn an_old_root_in_a_folder_is_seen_there() {
        let mut tree = tree();
        tree.bind(ROOT, ROOT).unwrap();
        let old = "/srv/box/old";
        tree.pivot(ROOT, old).unwrap();
        assert_eq!(after_pivot(ROOT, ROOT, old), "/");
        assert_eq!(after_pivot("/proc", ROOT, old), "/old/proc");
        assert_eq!(tree.find("/old/proc"), Ok(()));
        tree.unmount("/old").unwrap();
        assert_eq!(tree.find("/old/proc"), Err(Errno::NOENT));
        // There is none to be seen any more.
        assert_eq!(tree.mount_proc("/proc", 1), Err(Errno::PERM));
    }

    #[test]
    fn what_is_shared_is_no_root() {
        let mut tree = Tree::of_host();
        tree.bind(ROOT, ROOT).unwrap();
        assert_eq!(tree.pivot(ROOT, ROOT).err(), Some(Errno::INVAL));
    }
}

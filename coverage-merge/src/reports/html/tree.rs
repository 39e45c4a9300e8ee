//! The folders of a report, as far as they tell files apart.

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Node<'a> {
    /// The whole path; that of a folder ends with `/`.
    pub(super) path: &'a str,
    /// What stands before its name in the path: the folder around it.
    pub(super) around: usize,
    /// How many folders are around it.
    pub(super) depth: usize,
    /// The first file that belongs to it, and the one behind its last.
    pub(super) files: (usize, usize),
    pub(super) is_folder: bool,
}

impl<'a> Node<'a> {
    /// Returns its name in the folder around it.
    pub(super) fn name(&self) -> &'a str {
        let name = &self.path[self.around..];
        match name.trim_end_matches('/') {
            "" => name,
            trimmed => trimmed,
        }
    }
}

/// Returns all folders and files, each folder before what is in it. `paths`
/// ascend. A folder that holds one folder and nothing else has no row.
pub(super) fn nodes<'a>(paths: &[&'a str]) -> Vec<Node<'a>> {
    let mut folders: Vec<&str> = paths.iter().map(|it| folder(it)).collect();
    let pairs = paths.iter().zip(paths.iter().skip(1));
    folders.extend(pairs.map(|(a, b)| common(a, b)));
    folders.retain(|folder| !folder.is_empty());
    folders.sort_unstable();
    folders.dedup();
    let mut folders = folders.into_iter().peekable();
    let mut nodes: Vec<Node<'a>> = Vec::new();
    // The folders around, by their places in `nodes`.
    let mut open: Vec<usize> = Vec::new();
    for (at, path) in paths.iter().enumerate() {
        while let Some(folder) = folders.next_if(|folder| folder < path) {
            close(&mut nodes, &mut open, folder, at);
            let node = child(&nodes, &open, folder, (at, at));
            open.push(nodes.len());
            nodes.push(Node { is_folder: true, ..node });
        }
        close(&mut nodes, &mut open, path, at);
        nodes.push(child(&nodes, &open, path, (at, at + 1)));
    }
    close(&mut nodes, &mut open, "", paths.len());
    nodes
}

fn child<'a>(
    nodes: &[Node<'a>],
    open: &[usize],
    path: &'a str,
    files: (usize, usize),
) -> Node<'a> {
    let around = open.last().map_or(0, |at| nodes[*at].path.len());
    Node { path, around, depth: open.len(), files, is_folder: false }
}

/// Ends the folders that `path` is not in.
fn close(
    nodes: &mut [Node<'_>],
    open: &mut Vec<usize>,
    path: &str,
    files: usize,
) {
    while let Some(at) = open.pop_if(|at| !path.starts_with(nodes[*at].path)) {
        nodes[at].files.1 = files;
    }
}

/// Returns the folder of a path with its `/`.
fn folder(path: &str) -> &str {
    path.rfind('/').map_or("", |at| &path[..=at])
}

/// Returns the folder that two paths are in.
fn common<'a>(a: &'a str, b: &str) -> &'a str {
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let slash = a.as_bytes()[..same].iter().rposition(|byte| *byte == b'/');
    slash.map_or("", |at| &a[..=at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_have_rows_where_they_tell_files_apart() {
        let paths = [
            "m-x/a.go",
            "m/a.go",
            "m/cmd/deep/b.go",
            "m/cmd/deep/c.go",
            "z.go",
        ];
        let shown: Vec<_> = nodes(&paths)
            .iter()
            .map(|it| (it.depth, it.name(), it.is_folder, it.files))
            .collect();
        let expected = [
            (0, "m-x", true, (0, 1)),
            (1, "a.go", false, (0, 1)),
            (0, "m", true, (1, 4)),
            (1, "a.go", false, (1, 2)),
            (1, "cmd/deep", true, (2, 4)),
            (2, "b.go", false, (2, 3)),
            (2, "c.go", false, (3, 4)),
            (0, "z.go", false, (4, 5)),
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn paths_from_the_root_and_with_any_letters_have_folders_too() {
        let paths = ["/a/é/x.c", "/a/ê/y.c", "/b.c"];
        let names: Vec<_> = nodes(&paths).iter().map(Node::name).collect();
        assert_eq!(names, ["/", "a", "é", "x.c", "ê", "y.c", "b.c"]);
        let long = "a/".repeat(100_000) + "b";
        assert_eq!(nodes(&[&long]).len(), 2);
    }
}

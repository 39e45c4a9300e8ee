//! A root made of a static busybox, which one file is.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::io::Errno;

use crate::error::Error;

const STEP: &str = "make a root";

/// The directories of a root.
const FOLDERS: [&str; 8] =
    ["bin", "dev", "etc", "proc", "root", "sys", "tmp", "usr"];

/// `mount` of busybox reads `/proc/mounts`, which a `/proc` of processes only
/// does not have. What it would print is told by the process's own list.
const MOUNT: &str = "\
#!/bin/sh
[ $# = 0 ] || exec busybox mount \"$@\"
while read -r source target kind options rest; do
  echo \"$source on $target type $kind ($options)\"
done < /proc/self/mounts
";

const FILES: [(&str, &str); 6] = [
    ("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n"),
    ("etc/group", "root:x:0:\n"),
    ("etc/hosts", "127.0.0.1 localhost unc\n"),
    (
        "etc/os-release",
        "NAME=\"busybox of the host\"\nID=busybox\n\
         PRETTY_NAME=\"A root made by unc of the host's busybox\"\n",
    ),
    ("etc/resolv.conf", ""),
    ("bin/mount", MOUNT),
];

/// Makes a root in the directory `path`, which is made, or is empty, of the
/// busybox `busybox` or of the first one in `PATH`. Returns how many commands
/// it has.
///
/// # Errors
///
/// If the directory holds anything; if there is no busybox, or it is not
/// static and would find no library inside; or if it cannot be written. What
/// was made until then is removed.
pub fn make(path: &Path, busybox: Option<&Path>) -> Result<usize, Error> {
    let busybox = match busybox {
        Some(busybox) => busybox.to_owned(),
        None => find()?,
    };
    check_static(&busybox)?;
    let applets = applets(&busybox)?;
    let mut made = Vec::new();
    let fail = |error: io::Error| {
        let named = Error::io(STEP, &error).at(path);
        match Errno::from_io_error(&error) {
            Some(Errno::NOSPC | Errno::DQUOT) => {
                named.because("the disk is full")
            }
            Some(Errno::FBIG) => named.because(
                "a file may not become that large; `ulimit -f` says how large",
            ),
            _ => named,
        }
    };
    let begun = make_folder(path, &mut made).and_then(|()| begin(path));
    match begun {
        Ok(true) => {}
        Ok(false) => {
            return Err(Error::refused(STEP)
                .at(path)
                .because("the directory is not empty"));
        }
        Err(error) => {
            remove_folders(&made);
            return Err(fail(error));
        }
    }
    match fill(path, &busybox, &applets) {
        Ok(()) => Ok(applets.len()),
        Err(error) => {
            remove(path);
            remove_folders(&made);
            Err(fail(error))
        }
    }
}

/// Makes a directory, and those above it that are missing, and notes them.
fn make_folder(path: &Path, made: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(above) = path.parent().filter(|it| *it != Path::new("")) {
        make_folder(above, made)?;
    }
    fs::create_dir(path)?;
    made.push(path.to_owned());
    // Ours, whatever the umask says.
    let found = fs::metadata(path)?.permissions().mode();
    set_mode(path, found | 0o700)
}

fn remove_folders(made: &[PathBuf]) {
    for folder in made.iter().rev() {
        let _ = fs::remove_dir(folder);
    }
}

/// Makes the first directory in a root that is empty. Of two that begin at
/// once one does, and only that removes anything.
fn begin(root: &Path) -> io::Result<bool> {
    if fs::read_dir(root)?.next().is_some() {
        return Ok(false);
    }
    match fs::create_dir(root.join(FOLDERS[0])) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        made => made.map(|()| true),
    }
}

fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

fn fill(root: &Path, busybox: &Path, applets: &[String]) -> io::Result<()> {
    set_mode(&root.join(FOLDERS[0]), 0o755)?;
    for folder in &FOLDERS[1..] {
        fs::create_dir(root.join(folder))?;
        set_mode(&root.join(folder), 0o755)?;
    }
    set_mode(&root.join("tmp"), 0o1777)?;
    symlink("../bin", root.join("usr/bin"))?;
    symlink("../bin", root.join("usr/sbin"))?;
    symlink("bin", root.join("sbin"))?;
    fs::copy(busybox, root.join("bin/busybox"))?;
    set_mode(&root.join("bin/busybox"), 0o755)?;
    for (file, text) in FILES {
        fs::write(root.join(file), text)?;
        set_mode(&root.join(file), 0o644)?;
    }
    set_mode(&root.join("bin/mount"), 0o755)?;
    for applet in applets {
        let link = root.join("bin").join(applet);
        if !link.exists() {
            symlink("busybox", link)?;
        }
    }
    set_mode(root, 0o755)
}

/// Removes what was made, and no more.
fn remove(root: &Path) {
    for folder in FOLDERS {
        let _ = fs::remove_dir_all(root.join(folder));
    }
    let _ = fs::remove_file(root.join("sbin"));
}

fn find() -> Result<PathBuf, Error> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).map(|it| it.join("busybox"));
    let usual = ["/bin/busybox", "/usr/bin/busybox"].map(PathBuf::from);
    folders.chain(usual).find(|it| it.is_file()).ok_or_else(|| {
        Error::refused(STEP).because(
            "there is no busybox on this machine; the package \
             busybox-static has one",
        )
    })
}

/// Refuses a program that asks for an interpreter: inside there is none.
fn check_static(busybox: &Path) -> Result<(), Error> {
    let fail = |error: io::Error| Error::io(STEP, &error).at(busybox);
    let mut bytes = Vec::new();
    File::open(busybox)
        .and_then(|mut file| file.read_to_end(&mut bytes))
        .map_err(fail)?;
    match wants_interpreter(&bytes) {
        Some(false) => Ok(()),
        Some(true) => Err(Error::refused(STEP).at(busybox).because(
            "it is not static, so it would find no library inside; the \
             package busybox-static has one that is",
        )),
        None => {
            Err(Error::refused(STEP).at(busybox).because("it is no program"))
        }
    }
}

/// Returns whether a program in ELF names an interpreter, which loads its
/// libraries; `None` if it is no such program.
fn wants_interpreter(bytes: &[u8]) -> Option<bool> {
    const INTERPRETER: u64 = 3;
    let wide = match bytes.get(..5)? {
        [0x7F, b'E', b'L', b'F', 1] => false,
        [0x7F, b'E', b'L', b'F', 2] => true,
        _ => return None,
    };
    let big = *bytes.get(5)? == 2;
    let number = |at: usize, len: usize| -> Option<u64> {
        let field = bytes.get(at..at.checked_add(len)?)?;
        let join = |all: u64, byte: &u8| all << 8 | u64::from(*byte);
        Some(if big {
            field.iter().fold(0, join)
        } else {
            field.iter().rev().fold(0, join)
        })
    };
    let (table, size, count) = if wide {
        (number(32, 8)?, number(54, 2)?, number(56, 2)?)
    } else {
        (number(28, 4)?, number(42, 2)?, number(44, 2)?)
    };
    let mut found = false;
    for index in 0..count {
        let at = table.checked_add(size.checked_mul(index)?)?;
        found |= number(usize::try_from(at).ok()?, 4)? == INTERPRETER;
    }
    Some(found)
}

fn applets(busybox: &Path) -> Result<Vec<String>, Error> {
    let fail = |error: io::Error| Error::io(STEP, &error).at(busybox);
    let said = Command::new(busybox).arg("--list").output().map_err(fail)?;
    let list = String::from_utf8_lossy(&said.stdout);
    let names = list.lines().filter(|name| !name.contains('/'));
    let names: Vec<String> =
        names.filter(|it| !it.is_empty()).map(str::to_owned).collect();
    if said.status.success() && !names.is_empty() {
        return Ok(names);
    }
    Err(Error::refused(STEP).at(busybox).because("it lists no commands"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a program of one entry of this kind.
    fn elf(kind: u8) -> Vec<u8> {
        let mut bytes = vec![0; 128];
        bytes[..6].copy_from_slice(&[0x7F, b'E', b'L', b'F', 2, 1]);
        bytes[32] = 64;
        bytes[54] = 56;
        bytes[56] = 1;
        bytes[64] = kind;
        bytes
    }

    #[test]
    fn a_static_program_names_no_interpreter() {
        assert_eq!(wants_interpreter(&elf(1)), Some(false));
        assert_eq!(wants_interpreter(&elf(3)), Some(true));
        assert_eq!(wants_interpreter(b"#!/bin/sh\n"), None);
        assert_eq!(wants_interpreter(&elf(1)[..60]), None);
        let mut far = elf(1);
        far[32..40].fill(0xFF);
        assert_eq!(wants_interpreter(&far), None);
    }

    #[test]
    fn directories_that_were_made_are_removed_again() {
        let folder = tempfile::tempdir().expect("a directory");
        let path = folder.path().join("a/b/c");
        let mut made = Vec::new();
        make_folder(&path, &mut made).expect("it is ours");
        assert_eq!(made.len(), 3);
        assert!(begin(&path).expect("it is empty"));
        assert!(!begin(&path).expect("somebody has begun"));
        remove(&path);
        remove_folders(&made);
        let left = fs::read_dir(folder.path()).expect("it is there").count();
        assert_eq!(left, 0);
    }

    #[test]
    fn a_directory_that_holds_something_stays_as_it_is() {
        let folder = tempfile::tempdir().expect("a directory");
        fs::write(folder.path().join("mine"), "x").expect("it is ours");
        let own = std::env::current_exe().expect("this test");
        let error = make(folder.path(), Some(&own));
        error.expect_err("it is no busybox, and the directory is not empty");
        let left = fs::read_dir(folder.path()).expect("it is there").count();
        assert_eq!(left, 1);
    }
}

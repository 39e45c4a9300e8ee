//! What starts a container: ours, the posts' and the programs of others.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use cargo_metadata::Message;

use crate::tools::is_installed;
use crate::workspace::cargo;

/// What starts a container.
pub(super) struct Starter {
    /// What stands in the table.
    pub(super) label: &'static str,
    /// The way of the host.
    pub(super) way: &'static str,
    /// Whether the caller has a heap.
    pub(super) has_heap: bool,
    /// Whether the container is connected.
    pub(super) has_network: bool,
    /// What the way `command` runs.
    pub(super) command: Vec<String>,
}

/// Builds unc, and returns a copy that any user can execute.
pub(super) fn build_unc(folder: &Path) -> Result<PathBuf> {
    let mut command = cargo(["build", "--profile", "bench", "--workspace"]);
    command.args(["--bin", "unc", "--message-format=json-render-diagnostics"]);
    let output = command.stderr(Stdio::inherit()).output()?;
    ensure!(output.status.success(), "unc does not build");
    let messages = Message::parse_stream(&*output.stdout);
    let program = messages.filter_map(Result::ok).find_map(|message| {
        let Message::CompilerArtifact(artifact) = message else {
            return None;
        };
        artifact.executable
    });
    let copy = folder.join("unc");
    // In place: the folder is new, and nobody else's.
    fs::copy(program.context("cargo built no unc")?, &copy)?;
    Ok(copy)
}

/// Returns the start by our library, with no heap and no network.
pub(super) fn ours(label: &'static str) -> Starter {
    let (has_heap, has_network) = (false, false);
    Starter { label, way: "ours", has_heap, has_network, command: vec![] }
}

/// Returns all but the first, those that are not installed left out.
pub(super) fn starters(
    unc: &Path,
    bundle: &Path,
    state: &Path,
) -> Result<Vec<Starter>> {
    let text = |path: &Path| path.to_str().map(str::to_owned);
    let unc = text(unc).context("the folder's path is not text")?;
    let bundle = text(bundle).context("the folder's path is not text")?;
    let crun_state = format!("--root={}/crun", state.display());
    let commands: [(&str, &[&str]); 4] = [
        ("unc run", &[&unc, "run", "--rootfs", "{root}", "true"]),
        ("bubblewrap", &BWRAP),
        ("unshare", &UNSHARE),
        (
            "crun run",
            &[
                "crun",
                &crun_state,
                "--cgroup-manager=disabled",
                "run",
                "--bundle",
                &bundle,
                "unc-peer",
            ],
        ),
    ];
    let mut starters = Vec::new();
    for (label, words) in commands {
        if !is_installed(words[0].as_ref()) {
            println!("SKIPPED: {label}: {} is not installed", words[0]);
            continue;
        }
        let command = words.iter().map(|&word| word.to_owned()).collect();
        starters.push(Starter { way: "command", command, ..ours(label) });
    }
    let post = |label| Starter { way: "post", ..ours(label) };
    starters.extend([
        Starter { has_heap: true, ..ours("unc, with a heap") },
        Starter { has_network: true, ..ours("unc, with a network") },
        post("the posts' way"),
        Starter { has_heap: true, ..post("the posts', with a heap") },
        Starter { has_network: true, ..post("the posts', with a network") },
    ]);
    Ok(starters)
}

/// The same namespaces and mounts as ours.
const BWRAP: [&str; 19] = [
    "bwrap",
    "--unshare-user",
    "--unshare-pid",
    "--unshare-net",
    "--unshare-uts",
    "--unshare-ipc",
    "--unshare-cgroup",
    "--bind",
    "{root}",
    "/",
    "--proc",
    "/proc",
    "--dev",
    "/dev",
    "--hostname",
    "unc",
    "--die-with-parent",
    "--new-session",
    "/bin/true",
];

/// It neither makes devices nor drops anything.
const UNSHARE: [&str; 12] = [
    "unshare",
    "--map-root-user",
    "--pid",
    "--fork",
    "--mount",
    "--net",
    "--uts",
    "--ipc",
    "--cgroup",
    "--root={root}",
    "--mount-proc",
    "/bin/true",
];

/// Writes what crun asks for: the same namespaces and mounts, no cgroup.
pub(super) fn write_bundle(bundle: &Path, root: &str) -> Result<()> {
    // SAFETY: geteuid(2) cannot fail.
    let user = match unsafe { libc::geteuid() } {
        0 => NOBODY,
        user => user,
    };
    let map = serde_json::json!(
        [{ "containerID": 0, "hostID": user, "size": 1 }]
    );
    let namespaces = ["user", "pid", "network", "uts", "ipc", "mount"]
        .map(|kind| serde_json::json!({ "type": kind }));
    let config = serde_json::json!({
        "ociVersion": "1.0.2",
        "process": {
            "user": { "uid": 0, "gid": 0 },
            "args": ["/bin/true"],
            "env": ["PATH=/bin"],
            "cwd": "/",
            "noNewPrivileges": true,
        },
        "root": { "path": root },
        "hostname": "unc",
        "mounts": [
            { "destination": "/proc", "type": "proc", "source": "proc" },
            {
                "destination": "/dev",
                "type": "tmpfs",
                "source": "tmpfs",
                "options": ["nosuid", "mode=755"],
            },
        ],
        "linux": {
            "namespaces": namespaces,
            "uidMappings": map,
            "gidMappings": map,
        },
    });
    fs::create_dir(bundle)?;
    // In place: the folder is new, and nobody else's.
    fs::write(bundle.join("config.json"), config.to_string())?;
    let crun = bundle.with_file_name("crun");
    fs::create_dir(&crun)?;
    fs::set_permissions(&crun, fs::Permissions::from_mode(0o1777))?;
    Ok(())
}

const NOBODY: u32 = 65_534;

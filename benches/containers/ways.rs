//! The host itself: an ordinary user's process with one thread and a heap,
//! which starts containers by one way.
//!
//! `--host WAY HEAP NETWORK ROOT [COMMAND ...]`; the heap in MiB, the network
//! `network` or `-`, the root a folder or `-` for a new one. It answers
//! `ready ROOT`, and then to each number that it reads, the nanoseconds of so
//! many starts. What it cannot do, it answers as `error`, and why.

use std::env;
use std::error::Error;
use std::hint::black_box;
use std::io::{self, BufRead};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio, exit};
use std::time::{Duration, Instant};

use containers::container::Container;
use containers::old::{self, Post, Unet};
use containers::rootfs;
use containers::trial::become_nobody;
use containers::trial::child::Ending;
use rustix::process::Pid;

/// What runs in the containers.
const PROGRAM: &str = "/bin/true";

const LIMIT: Duration = Duration::from_secs(60);

type Done<T> = Result<T, Box<dyn Error>>;

/// Starts one container, waits for its end, and returns whether it did well.
type Start = Box<dyn FnMut() -> Done<bool>>;

/// Is a host if this process was started as one, until nobody asks for more.
pub(crate) fn run_if_asked() -> bool {
    let mut arguments = env::args().skip(1);
    match arguments.next().as_deref() {
        Some("--unet") => {
            if let Err(error) = connect(arguments.next()) {
                eprintln!("unet: {error}");
                exit(1);
            }
            return true;
        }
        Some("--host") => {}
        _ => return false,
    }
    if let Err(error) = serve(arguments) {
        println!("error {error}");
    }
    true
}

fn serve(mut arguments: impl Iterator<Item = String>) -> Done<()> {
    let mut next = || arguments.next().ok_or("an argument is missing");
    let (way, heap, network, root) = (next()?, next()?, next()?, next()?);
    // Only root can, and only root must.
    let _ = become_nobody();
    env::set_current_dir("/")?;
    let new_root = match root.as_str() {
        "-" => Some(tempfile::Builder::new().prefix("unc-bench-").tempdir()?),
        _ => None,
    };
    let root = match &new_root {
        Some(folder) => folder.path().join("root"),
        None => PathBuf::from(root),
    };
    if new_root.is_some() {
        rootfs::make(&root, None)?;
    }
    let heap = touched(heap.parse()?);
    let mut start = way_of(&way, &root, network == "network", arguments)?;
    check(start()?)?;
    println!("ready {}", root.display());
    for line in io::stdin().lock().lines() {
        let times: u64 = line?.parse()?;
        let begin = Instant::now();
        for _ in 0..times {
            check(start()?)?;
        }
        println!("{}", begin.elapsed().as_nanos());
    }
    black_box(heap);
    Ok(())
}

/// Does what the posts' setuid helper did for a process.
fn connect(pid: Option<String>) -> Done<()> {
    let pid = pid.ok_or("a process is missing")?.parse()?;
    let pid = Pid::from_raw(pid).ok_or("there is no such process")?;
    Ok(Unet::here()?.connect(pid)?)
}

fn check(did_well: bool) -> Done<()> {
    if did_well { Ok(()) } else { Err("the container failed".into()) }
}

/// Returns memory in small pages, all of which are there.
fn touched(mib: usize) -> Vec<u8> {
    // SAFETY: it sets a flag of this process. If the kernel refuses, large
    // pages make the fork of the old way cheaper.
    unsafe { libc::prctl(libc::PR_SET_THP_DISABLE, 1, 0, 0, 0) };
    vec![1; mib << 20]
}

fn way_of(
    way: &str,
    root: &Path,
    has_network: bool,
    command: impl Iterator<Item = String>,
) -> Done<Start> {
    match way {
        "post" => post(root, has_network),
        "ours" => {
            let mut container = Container::new(root, PROGRAM);
            if has_network {
                container = container.network();
            }
            Ok(Box::new(move || Ok(container.start()?.wait()? == 0)))
        }
        "command" => {
            let root = root.to_str().ok_or("the root's path is not text")?;
            let words = command.map(|word| word.replace("{root}", root));
            let words: Vec<_> = words.collect();
            let (program, rest) =
                words.split_first().ok_or("a command is missing")?;
            let mut command = Command::new(program);
            command.args(rest).stdin(Stdio::null()).stdout(Stdio::null());
            Ok(Box::new(move || Ok(command.status()?.success())))
        }
        _ => Err("there is no such way".into()),
    }
}

fn post(root: &Path, has_network: bool) -> Done<Start> {
    let post = Post {
        root: root.to_owned(),
        hostname: "unc".into(),
        has_network,
        command: vec![PROGRAM.into()],
    };
    if has_network {
        Unet::new()?;
    }
    Ok(Box::new(move || {
        let child = old::start(&post)?;
        if has_network {
            // As in the posts, the helper is a program of its own.
            let mut unet = Command::new("/proc/self/exe");
            unet.args(["--unet", &child.pid().to_string()]);
            check(unet.status()?.success())?;
        }
        Ok(child.end(LIMIT)? == Ending::Exited(0))
    }))
}

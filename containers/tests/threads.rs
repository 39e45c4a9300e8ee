//! Containers are started from programs with many threads, and no start
//! hangs: from a runtime of tokio, and beside 64 threads that allocate, lock
//! and print all the time.
//!
//! A program of its own, as it becomes the init of what it starts. With
//! `--ignored` it starts 10,000 containers each way instead of a few dozen.

#[cfg(not(target_os = "linux"))]
fn main() {}

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    linux::main()
}

#[cfg(target_os = "linux")]
mod linux {
    use std::io::Write;
    use std::os::unix::process::CommandExt;
    use std::path::{Path, PathBuf};
    use std::process::{Command, ExitCode};
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    use std::thread;

    use containers::container::Container;
    use containers::probe::need::{Need, require};
    use containers::rootfs;

    const NOBODY: u32 = 65534;
    const TESTS: [&str; 2] =
        ["from_a_runtime_of_tokio", "beside_64_busy_threads"];

    pub(super) fn main() -> ExitCode {
        containers::stage::become_init();
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        if arguments.iter().any(|it| it == "--list") {
            TESTS.iter().for_each(|name| println!("{name}: test"));
            return ExitCode::SUCCESS;
        }
        if rustix::process::geteuid().is_root() {
            let mut again = Command::new("/proc/self/exe");
            again.args(&arguments).uid(NOBODY).gid(NOBODY).current_dir("/");
            let ended = again.status().expect("this program again");
            let code = u8::try_from(ended.code().unwrap_or(1)).unwrap_or(1);
            return ExitCode::from(code);
        }
        if !require(Need::Container) {
            return ExitCode::SUCCESS;
        }
        share_one_arena();
        let many = arguments.iter().any(|it| it == "--ignored");
        let starts = if many { 10_000 } else { 50 };
        // A long run ends when it ends; each hundred shows that it goes on.
        let _watched = (!many).then(support::watchdog::watch);
        let folder = tempfile::tempdir().expect("a directory");
        let root = folder.path().join("root");
        if let Err(error) = rootfs::make(&root, None) {
            support::skipped::say(error);
            let demanded = std::env::var("UNC_REQUIRE_NAMESPACES");
            return ExitCode::from(u8::from(demanded.as_deref() == Ok("1")));
        }
        from_a_runtime_of_tokio(&root, starts);
        println!("test {} ... ok", TESTS[0]);
        beside_64_busy_threads(&root, starts);
        println!("test {} ... ok", TESTS[1]);
        ExitCode::SUCCESS
    }

    /// Has all threads allocate under one lock, as `MALLOC_ARENA_MAX=1` does
    /// and other C libraries do: then a thread that holds it is never far.
    #[cfg(target_env = "gnu")]
    fn share_one_arena() {
        // SAFETY: it sets a number, and no other thread allocates yet.
        unsafe { libc::mallopt(libc::M_ARENA_MAX, 1) };
    }

    #[cfg(not(target_env = "gnu"))]
    fn share_one_arena() {}

    fn start(root: &Path, number: usize) {
        let code = u8::try_from(number % 100).expect("it is small");
        let script = format!("exit {code}");
        let mut child = Container::new(root, "sh")
            .args(["-c", &script])
            .start()
            .unwrap_or_else(|error| panic!("start {number}: {error}"));
        assert_eq!(child.wait(), Ok(code), "start {number}");
    }

    fn from_a_runtime_of_tokio(root: &Path, starts: usize) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(4)
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let mut tasks = Vec::new();
            for number in 0..starts {
                let root: PathBuf = root.to_owned();
                // Some on workers, some on threads that may block.
                tasks.push(if number % 2 == 0 {
                    tokio::spawn(async move { start(&root, number) })
                } else {
                    tokio::task::spawn_blocking(move || start(&root, number))
                });
                if tasks.len() == 8 {
                    for task in tasks.drain(..) {
                        task.await.expect("it does not panic");
                    }
                }
            }
            for task in tasks {
                task.await.expect("it does not panic");
            }
        });
    }

    fn beside_64_busy_threads(root: &Path, starts: usize) {
        let is_over = AtomicBool::new(false);
        let held = Mutex::new(Vec::new());
        let next = AtomicUsize::new(0);
        thread::scope(|scope| {
            for number in 0..64 {
                let (is_over, held) = (&is_over, &held);
                scope.spawn(move || {
                    // They hold locks as often, and leave time for starts.
                    rustix::process::nice(19).expect("anyone may");
                    while !is_over.load(Ordering::Relaxed) {
                        be_busy(number, held);
                    }
                });
            }
            let starters: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| {
                        loop {
                            let number = next.fetch_add(1, Ordering::Relaxed);
                            if number >= starts {
                                return;
                            }
                            start(root, number);
                            if number % 1000 == 999 {
                                println!("{} starts", number + 1);
                            }
                        }
                    })
                })
                .collect();
            let ended: Vec<_> =
                starters.into_iter().map(|it| it.join()).collect();
            is_over.store(true, Ordering::Relaxed);
            assert!(ended.iter().all(Result::is_ok), "a start has failed");
        });
    }

    /// Allocates, locks and prints, as programs do.
    fn be_busy(number: usize, held: &Mutex<Vec<Vec<u8>>>) {
        match number % 3 {
            0 => drop(std::hint::black_box(vec![0_u8; 100 + number * 64])),
            1 => {
                let mut held = held.lock().expect("nobody panics");
                held.clear();
                held.push(vec![0; 64]);
            }
            // Nothing is written, and the lock of the stream is taken.
            _ => {
                let mut stderr = std::io::stderr().lock();
                stderr.write_all(b"").expect("nothing is written");
                thread::yield_now();
            }
        }
    }
}

//! Starting a container: as the posts of 2015 did it, and as we do.
//!
//! The starts are made by hosts, processes of an ordinary user, so that root
//! may run the benchmark too. `cargo xtask peers containers` has hosts of its
//! own, which run bubblewrap and others.

#[cfg(target_os = "linux")]
#[path = "containers/host.rs"]
mod host;
#[cfg(target_os = "linux")]
#[path = "containers/starts.rs"]
mod starts;
#[cfg(target_os = "linux")]
#[path = "containers/ways.rs"]
mod ways;

#[cfg(target_os = "linux")]
fn main() {
    containers::old::run_if_asked();
    containers::stage::become_init();
    if !ways::run_if_asked() {
        starts::main();
    }
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("SKIPPED: containers are Linux's");
}

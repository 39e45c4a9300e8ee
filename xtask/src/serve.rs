//! `cargo xtask book --serve`: the book over HTTP, built on each change, and
//! shown again by the browsers that have it open.

use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use notify_debouncer_full::notify::{RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{
    DebounceEventResult, Debouncer, RecommendedCache, new_debouncer,
};
use support::browser;
use tokio::net::TcpListener;
use tower_http::services::{ServeDir, ServeFile};
use tower_livereload::LiveReloadLayer;

use crate::workspace::{relative, root};

/// Where the book's text, its looks and its numbers are.
const WATCHED: [&str; 4] =
    ["book/chapters", "book/player", "book/theme", "benches/records"];

/// Serves `folder` until the process is stopped.
pub(crate) fn serve(folder: &Path, port: u16, open: bool) -> Result<ExitCode> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(answer(folder, port, open))?;
    Ok(ExitCode::SUCCESS)
}

async fn answer(folder: &Path, port: u16, open: bool) -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .with_context(|| format!("cannot serve on port {port}"))?;
    let address = format!("http://{}", listener.local_addr()?);
    let live = LiveReloadLayer::new();
    let reloader = live.reloader();
    let served = folder.to_owned();
    let watched = WATCHED.map(|folder| root().join(folder));
    let _watcher = watch(&watched, move |changed| {
        match rebuild(&served) {
            Ok(()) => println!("Built again: {}", names(&changed)),
            Err(error) => eprintln!("error: {error:#}"),
        }
        reloader.reload();
    })?;
    println!("Serving:  {address}\nStop with Ctrl-C.");
    if open {
        // The address can be opened elsewhere, so this is no end.
        browser::open(&address).unwrap_or_else(|it| eprintln!("note: {it}"));
    }
    let missing = ServeFile::new(folder.join("404.html"));
    let pages = ServeDir::new(folder).not_found_service(missing);
    let pages = Router::new().fallback_service(pages).layer(live);
    Ok(axum::serve(listener, pages).await?)
}

/// Calls `on_change` with the files that have changed, once for all that do so
/// within a moment, until what it returns is dropped.
fn watch(
    folders: &[PathBuf],
    mut on_change: impl FnMut(Vec<PathBuf>) + Send + 'static,
) -> Result<Debouncer<RecommendedWatcher, RecommendedCache>> {
    let pause = Duration::from_millis(300);
    let tell = move |events: DebounceEventResult| {
        let events = events.unwrap_or_else(|errors| {
            errors.iter().for_each(|error| eprintln!("error: {error}"));
            Vec::new()
        });
        // A build reads what is watched, and that is an event as well.
        let changes = events.into_iter().filter(|it| !it.kind.is_access());
        let mut changed: Vec<PathBuf> =
            changes.flat_map(|change| change.event.paths).collect();
        changed.sort();
        changed.dedup();
        if !changed.is_empty() {
            on_change(changed);
        }
    };
    let mut debouncer = new_debouncer(pause, None, tell)?;
    for folder in folders {
        debouncer
            .watch(folder, RecursiveMode::Recursive)
            .with_context(|| format!("cannot watch {}", folder.display()))?;
    }
    Ok(debouncer)
}

/// Builds the book beside `folder` and puts it there once it is whole.
fn rebuild(folder: &Path) -> Result<()> {
    let parent = folder.parent().context("the book is in a folder")?;
    let beside = tempfile::tempdir_in(parent)?;
    let [old, new] = ["old", "new"].map(|name| beside.path().join(name));
    book::build_into(&root().join("book"), &new)?;
    fs::rename(folder, old).context("cannot move the book away")?;
    fs::rename(new, folder).context("cannot put the book in its place")
}

fn names(files: &[PathBuf]) -> String {
    let names: Vec<String> = files.iter().map(|file| relative(file)).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    /// Long enough for any machine that tells of changes at all.
    const PATIENCE: Duration = Duration::from_secs(60);

    #[test]
    fn a_change_is_told_and_a_read_is_not() {
        let folder = tempfile::tempdir().unwrap();
        // As a system that has links in its paths names it.
        let place = folder.path().canonicalize().unwrap();
        let file = |name: &str| place.join(name);
        fs::write(file("read.md"), "text").unwrap();
        let (sender, changes) = channel();
        let _watcher = watch(std::slice::from_ref(&place), move |changed| {
            sender.send(changed).unwrap();
        })
        .unwrap();

        assert_eq!(fs::read(file("read.md")).unwrap(), b"text");
        fs::write(file("written.md"), "text").unwrap();
        let told = changes.recv_timeout(PATIENCE).expect("it is told");
        assert_eq!(told, [file("written.md")]);
    }
}

//! `cargo xtask book --serve`: the book over HTTP, built on each change.

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, anyhow};
use notify_debouncer_mini::notify::{RecommendedWatcher, RecursiveMode};
use notify_debouncer_mini::{DebounceEventResult, Debouncer, new_debouncer};
use tiny_http::{Header, Request, Response, Server};

use crate::workspace::root;

/// Where the book's text, its looks and its numbers are.
const WATCHED: [&str; 3] = ["book/chapters", "book/player", "benches/records"];

/// Serves `folder` until the process is stopped.
pub(crate) fn serve(folder: &Path, port: u16, open: bool) -> Result<ExitCode> {
    let server = Server::http(("127.0.0.1", port))
        .map_err(|error| anyhow!("cannot serve on port {port}: {error}"))?;
    let address = format!("http://{}", server.server_addr());
    println!("Serving:  {address}\nStop with Ctrl-C.");
    let _watcher = watch()?;
    if open {
        opener::open_browser(&address)?;
    }
    for request in server.incoming_requests() {
        answer(request, folder);
    }
    Ok(ExitCode::SUCCESS)
}

/// Builds the book again whenever one of its files changes.
fn watch() -> Result<Debouncer<RecommendedWatcher>> {
    let pause = Duration::from_millis(300);
    let mut debouncer = new_debouncer(pause, rebuild)?;
    for folder in WATCHED {
        let folder = root().join(folder);
        debouncer.watcher().watch(&folder, RecursiveMode::Recursive)?;
    }
    Ok(debouncer)
}

fn rebuild(changes: DebounceEventResult) {
    let built = match changes {
        Ok(_) => book::build(&root().join("book")).map(|_| ()),
        Err(error) => Err(error.into()),
    };
    match built {
        Ok(()) => println!("Built again."),
        Err(error) => eprintln!("error: {error:#}"),
    }
}

/// A client that goes away while it is answered is no error of ours.
fn answer(request: Request, folder: &Path) {
    let file = requested(folder, request.url());
    let _ = match fs::read(&file) {
        Ok(content) => {
            let page = Response::from_data(content);
            request.respond(page.with_header(content_type(&file)))
        }
        Err(_) => {
            let sorry = Response::from_string("There is no such page.\n");
            request.respond(sorry.with_status_code(404))
        }
    };
}

/// Returns the file below `folder` that an address stands for, and none above
/// it.
fn requested(folder: &Path, address: &str) -> PathBuf {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let named = Path::new(path).components();
    let mut file = folder.to_owned();
    for component in named {
        if let Component::Normal(name) = component {
            file.push(name);
        }
    }
    if file.is_dir() { file.join("index.html") } else { file }
}

fn content_type(file: &Path) -> Header {
    let kind = match file.extension().and_then(|end| end.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css",
        Some("js") => "text/javascript",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    };
    Header::from_bytes("Content-Type", kind).expect("plain ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_never_leaves_the_folder() {
        let folder = Path::new("/book");
        let file = |address| requested(folder, address);
        assert_eq!(file("/timers.html?x#y"), Path::new("/book/timers.html"));
        assert_eq!(file("/../../etc/hosts"), Path::new("/book/etc/hosts"));
    }
}

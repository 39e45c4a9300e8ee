//! A browser under remote control (W3C WebDriver), as little as is needed.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

/// A headless Chromium and the chromedriver that steers it.
pub(crate) struct Browser {
    /// Ends after the session, which it serves.
    session: Session,
    _driver: Driver,
}

/// A chromedriver, which ends with this value.
struct Driver(Child);

/// What a chromedriver calls one browser: an address.
struct Session(String);

impl Browser {
    /// Starts a browser whose window is `width` wide.
    ///
    /// # Panics
    ///
    /// When there is no chromedriver or no Chromium of its version, and says
    /// which of them.
    pub(crate) fn start(width: u32) -> Self {
        Self::started_by("chromedriver", width)
            .unwrap_or_else(|why| panic!("{why}\n{HELP}"))
    }

    fn started_by(program: &str, width: u32) -> Result<Self, String> {
        let (driver, port) = Driver::start(program)?;
        let server = format!("http://127.0.0.1:{port}/session");
        let answer = answer(&server, &capabilities(width))?;
        match answer["value"]["sessionId"].as_str() {
            Some(id) => Ok(Self {
                session: Session(format!("{server}/{id}")),
                _driver: driver,
            }),
            None => Err(format!(
                "{program} starts no Chromium: {}",
                answer["value"]["message"].as_str().unwrap_or("no reason")
            )),
        }
    }

    pub(crate) fn open(&self, address: &str) {
        self.post("url", &json!({ "url": address }));
    }

    /// Runs the body of a function in the page; its value.
    pub(crate) fn run(&self, script: &str) -> Value {
        self.post("execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Presses a key where the focus is; special keys have code points.
    pub(crate) fn press(&self, key: char) {
        self.press_times(key, 1);
    }

    /// Presses a key so many times.
    pub(crate) fn press_times(&self, key: char, times: i64) {
        let press = [
            json!({ "type": "keyDown", "value": key }),
            json!({ "type": "keyUp", "value": key }),
        ];
        let actions: Vec<Value> =
            (0..times).flat_map(|_| press.clone()).collect();
        let keyboard =
            json!({ "type": "key", "id": "keyboard", "actions": actions });
        self.post("actions", &json!({ "actions": [keyboard] }));
    }

    /// Shows pages as `media` (`screen`, `print`) and in a colour scheme
    /// (`light`, `dark`), whatever this machine would choose.
    pub(crate) fn show_as(&self, media: &str, scheme: &str) {
        let feature =
            json!({ "name": "prefers-color-scheme", "value": scheme });
        self.emulate(&json!({ "media": media, "features": [feature] }));
    }

    /// Runs a script in each page that is opened from now on, before its own.
    pub(crate) fn run_first(&self, script: &str) {
        self.devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            &json!({ "source": script }),
        );
    }

    /// Opens whatever the page has folded away.
    pub(crate) fn unfold(&self) {
        self.run(
            "document.querySelectorAll('details').forEach(d => d.open = true)",
        );
    }

    /// Taps the middle of the first element that `selector` finds.
    pub(crate) fn tap(&self, selector: &str) {
        self.drag(selector, &[0]);
    }

    /// Puts a finger on the first element that `selector` finds, and moves it
    /// from place to place, each so many pixels to the right of the middle.
    pub(crate) fn drag(&self, selector: &str, places: &[i32]) {
        let find = json!({ "using": "css selector", "value": selector });
        let element = self.post("element", &find);
        let mut actions: Vec<Value> = places
            .iter()
            .map(|x| {
                json!({ "type": "pointerMove", "x": x, "y": 0,
                    "duration": 0, "origin": element })
            })
            .collect();
        actions.insert(1, json!({ "type": "pointerDown", "button": 0 }));
        actions.push(json!({ "type": "pointerUp", "button": 0 }));
        let finger = json!({ "type": "pointer", "id": "finger",
            "parameters": { "pointerType": "touch" }, "actions": actions });
        self.post("actions", &json!({ "actions": [finger] }));
    }

    /// Shows pages as to a reader who asked for less motion.
    pub(crate) fn reduce_motion(&self) {
        let feature =
            json!({ "name": "prefers-reduced-motion", "value": "reduce" });
        self.emulate(&json!({ "features": [feature] }));
    }

    /// Shows pages from now on as to a reader who allows no scripts.
    pub(crate) fn forbid_scripts(&self) {
        let params = json!({ "value": true });
        self.devtools("Emulation.setScriptExecutionDisabled", &params);
    }

    fn emulate(&self, media: &Value) {
        self.devtools("Emulation.setEmulatedMedia", media);
    }

    fn devtools(&self, command: &str, params: &Value) {
        self.post(
            "goog/cdp/execute",
            &json!({ "cmd": command, "params": params }),
        );
    }

    /// Returns what the page has written to the console since the last call.
    pub(crate) fn console(&self) -> Vec<Value> {
        let log = self.post("se/log", &json!({ "type": "browser" }));
        log.as_array().cloned().unwrap_or_default()
    }

    fn post(&self, command: &str, body: &Value) -> Value {
        let address = format!("{}/{command}", self.session.0);
        let mut answer = answer(&address, body)
            .unwrap_or_else(|why| panic!("the browser has gone: {why}"));
        let value = answer["value"].take();
        assert!(value.get("error").is_none(), "{address}: {value}");
        value
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = ureq::delete(&self.0).call();
    }
}

impl Driver {
    /// Starts one, and returns the port that it listens on.
    fn start(program: &str) -> Result<(Self, u16), String> {
        let child = Command::new(program)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{program} cannot be started: {error}"))?;
        let mut driver = Self(child);
        let stdout = driver.0.stdout.take().expect("stdout is piped");
        let mut said = String::new();
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if let Some(port) = port(&line) {
                return Ok((driver, port));
            }
            said += &format!("{line}\n");
        }
        Err(format!("{program} names no port; it says {said:?}"))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

const HELP: &str = "\
These tests need chromedriver and Chromium of one version. On Debian:
  apt-get install chromium chromium-driver";

/// Returns the port in "... was started successfully on port 12345."
fn port(line: &str) -> Option<u16> {
    let (_, port) = line.split_once("successfully on port ")?;
    port.trim_end_matches('.').parse().ok()
}

fn capabilities(width: u32) -> Value {
    let metrics = json!({ "width": width, "height": 800, "pixelRatio": 1 });
    let options = json!({
        // The pages are our own, and containers often run as root.
        "args": ["--headless=new", "--no-sandbox", "--disable-gpu"],
        "mobileEmulation": { "deviceMetrics": metrics },
    });
    json!({ "capabilities": { "alwaysMatch": {
        "browserName": "chrome",
        "goog:chromeOptions": options,
        "goog:loggingPrefs": { "browser": "ALL" },
    }}})
}

/// Returns what is answered, which may be an error of WebDriver's.
fn answer(address: &str, body: &Value) -> Result<Value, String> {
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .new_agent();
    let answer = agent.post(address).send_json(body);
    let json = answer.and_then(|mut it| it.body_mut().read_json());
    json.map_err(|error| format!("{address}: {error}"))
}

/// What is said where there is no browser, for which none is needed.
#[cfg(unix)]
mod without_a_browser {
    use std::fs;
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::os::unix::fs::PermissionsExt;
    use std::thread;

    use super::Browser;

    fn refused(program: &str) -> String {
        Browser::started_by(program, 800).err().expect("it is no driver")
    }

    /// Returns what is said of a program that prints a line as its first.
    fn refused_after(line: &str) -> String {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let driver = folder.path().join("driver");
        // Written under another name, as a file that is open for writing
        // somewhere cannot be run.
        let written = folder.path().join("written");
        let script = format!("#!/bin/sh\necho '{line}'\n");
        fs::write(&written, script).expect("it is writable");
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(&written, mode).expect("it is ours");
        fs::rename(&written, &driver).expect("it is ours");
        refused(&driver.to_string_lossy())
    }

    #[test]
    fn a_driver_that_is_missing_or_none_is_named() {
        let said = refused("no-such-chromedriver");
        assert!(said.starts_with("no-such-chromedriver cannot be started"));
        let said = refused_after("no port is free");
        assert!(said.contains("names no port; it says \"no port is free"));
    }

    #[test]
    fn a_browser_of_another_version_is_refused_in_the_words_of_the_driver() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("it is bound").port();
        let driver = thread::spawn(move || {
            let (mut asking, _) = listener.accept().expect("it asks");
            // What is asked for does not matter, but has to be read.
            let _ = asking.read(&mut [0; 4096]);
            let json = r#"{"value":{"error":"session not created",
                "message":"only supports Chrome version 90"}}"#;
            let length = json.len();
            let head = "HTTP/1.1 500 Error\r\nConnection: close\r\n";
            write!(asking, "{head}Content-Length: {length}\r\n\r\n{json}")
        });
        let said =
            refused_after(&format!("started successfully on port {port}."));
        assert!(
            said.ends_with(
                "starts no Chromium: only supports Chrome version 90"
            )
        );
        driver.join().expect("it ends").expect("it has answered");
    }
}
